// A hand-written world around machines: a service that enrols them, an Azure DevOps that talks to their agents, and the
// side of Azure that they call. It knows the wire from the reference, not from the emulators.
import { createVerify } from 'node:crypto';
import type { ExtensionOutcome, GuestExtension, GuestIdentity } from '../../../sandbox/azure/guest.ts';
import type { HttpRequest, HttpResponse } from '../../../sandbox/http-message.ts';
import { createMachines, type Machines, type MachinesOptions } from '../../../sandbox/machine/machines.ts';
import type { MachineEvent } from '../../../sandbox/machine/machine-event.ts';
import { clientId, organization, pair, agentFiles } from './agent-files.ts';

const start = Date.UTC(2026, 0, 5, 8);

export const linux: GuestIdentity = {
  vmId: '11111111-2222-4333-8444-555555555555',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  scaleSetId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/agents',
  scaleSetName: 'agents',
  instanceId: '3',
  computerName: 'agents000003',
  osType: 'linux',
  location: 'westeurope',
  image: { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04', version: '1.0.0' },
};
export const windows: GuestIdentity = { ...linux, osType: 'windows' };

export const agentExtension: GuestExtension = {
  name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
  publisher: 'Microsoft.VisualStudio.Services',
  type: 'TeamServicesAgentLinux',
  settings: {
    isPipelinesAgent: true,
    agentFolder: '/agent',
    agentDownloadUrl: 'https://download.agent.dev.azure.com/agent/5.278.0/vsts-agent-linux-x64-5.278.0.tar.gz',
    enableScriptDownloadUrl: 'https://weir.example.com/v1/enrolment/1/enableagent.sh',
    enableScriptParameters: `--weir-url https://weir.example.com --weir-pool linux --weir-package vsts-agent-linux-x64-5.278.0.tar.gz --weir-package-sha256 ${'ab'.repeat(32)}`,
  },
  protectedSettings: {},
};

/** As the Custom Script Extension of Windows brings the script. */
export const windowsExtension: GuestExtension = {
  name: agentExtension.name,
  publisher: 'Microsoft.Compute',
  type: 'CustomScriptExtension',
  settings: { fileUris: ['https://weir.example.com/v1/enrolment/1/enableagent.ps1'], timestamp: 7 },
  protectedSettings: {
    commandToExecute: `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File ./enrolment/1/enableagent.ps1 -WeirUrl https://weir.example.com -WeirPool windows -WeirPackageUrl https://download.agent.dev.azure.com/agent/5.278.0/vsts-agent-win-x64-5.278.0.zip -WeirPackageSha256 ${'ab'.repeat(32)}`,
  },
};

export function customScript(commandToExecute: string): GuestExtension {
  return {
    name: 'CustomScript',
    publisher: 'Microsoft.Azure.Extensions',
    type: 'CustomScript',
    settings: { commandToExecute },
    protectedSettings: {},
  };
}

export interface SentRequest extends HttpRequest {
  readonly at: number;
}

interface OpenPoll {
  readonly until: number;
  readonly agentId: number;
  readonly after: number;
  readonly settle: (response: HttpResponse) => void;
}

type Handler = (request: HttpRequest) => HttpResponse | null;

export class FakeWorld {
  now = start;
  readonly machines: Machines;
  readonly requests: SentRequest[] = [];
  readonly events: MachineEvent[] = [];
  readonly outcomes: { extension: string; outcome: ExtensionOutcome; at: number }[] = [];
  readonly reboots: string[] = [];
  readonly nonces: string[] = [];
  files: Record<string, string> = agentFiles();
  claimAnswer: Record<string, unknown> = {
    runOnce: true,
    isInteractive: false,
    workFolder: '/mnt/_work',
    defaultWorkFolder: '/mnt/_work',
    warnings: [],
  };
  /** Answers before all else; null leaves the request to the world. */
  override: Handler = () => null;
  isNetworkDown = false;
  sessions = 0;
  readonly messages: { messageId: number; agentId: number; messageType: string; body: string }[] = [];
  #polls: OpenPoll[] = [];
  #posted = 0;

  constructor(options: Partial<MachinesOptions> = {}) {
    let seed = 1;
    const next = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    this.machines = createMachines({
      now: start,
      random: { next },
      send: (request) => this.#send(request),
      onEvent: (event) => this.events.push(event),
      host: {
        extensionFinished: (_vmId, extension, outcome) => this.outcomes.push({ extension, outcome, at: this.now }),
        attestedDocument: (_vmId, nonce) => {
          this.nonces.push(nonce);
          return JSON.stringify({ encoding: 'pkcs7', signature: 'c2lnbmVk' });
        },
        rebootedItself: (vmId) => this.reboots.push(vmId),
      },
      ...options,
    });
  }

  /** Lets virtual time pass. */
  async pass(seconds: number): Promise<void> {
    const end = this.now + seconds * 1000;
    await this.machines.idle();
    for (;;) {
      const due = [this.machines.nextEventAt() ?? Infinity, ...this.#polls.map((poll) => poll.until)];
      const next = Math.min(...due);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      this.#settlePolls();
      this.machines.advance(this.now);
      await this.machines.idle();
    }
    this.now = end;
    this.machines.advance(end);
    await this.machines.idle();
  }

  /** One step of time, whatever is due within it. */
  async step(seconds: number): Promise<void> {
    this.now += seconds * 1000;
    this.#settlePolls();
    this.machines.advance(this.now);
    await this.machines.idle();
  }

  post(agentId: number, messageType: string, body: unknown): void {
    this.#posted += 1;
    this.messages.push({ messageId: this.#posted, agentId, messageType, body: JSON.stringify(body) });
    this.#settlePolls();
  }

  job(requestId: number, variables: Record<string, string> = {}): void {
    this.post(7, 'PipelineAgentJobRequest', {
      messageType: 'PipelineAgentJobRequest',
      plan: { scopeIdentifier: 'project-guid', planType: 'Build', version: 9, planId: `plan-${requestId}` },
      jobId: `job-${requestId}`,
      requestId,
      lockedUntil: new Date(this.now + 600_000).toISOString(),
      resources: {
        endpoints: [
          {
            name: 'SystemVssConnection',
            url: organization,
            authorization: { scheme: 'OAuth', parameters: { AccessToken: 'job-token' } },
          },
        ],
      },
      variables: Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, { value, isReadOnly: true }]),
      ),
    });
  }

  /** Method and path of what was asked, with the given text in it. */
  asked(text: string): string[] {
    return this.requests.map((request) => `${request.method} ${request.url}`).filter((line) => line.includes(text));
  }

  kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  async enrolled(identity = linux, extension = agentExtension): Promise<void> {
    this.machines.booted(identity, 'create', this.now);
    this.machines.runExtension(identity, extension, this.now);
    await this.pass(200);
  }

  #send(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push({ ...request, at: this.now });
    if (this.isNetworkDown) return Promise.reject(new Error('connection refused'));
    const overridden = this.override(request);
    if (overridden !== null) return Promise.resolve(overridden);
    const url = new URL(request.url);
    if (url.pathname.endsWith('/messages')) return this.#poll(url);
    return Promise.resolve(this.#answer(request, url));
  }

  #answer(request: HttpRequest, url: URL): HttpResponse {
    const route = `${request.method} ${url.pathname}`;
    if (/^GET \/v1\/enrolment\/1\/enableagent\.(sh|ps1)$/.test(route))
      return { status: 200, headers: {}, body: '#!/bin/bash' };
    if (route === 'POST /v1/enrolment/nonce') return reply(200, { nonce: '0123456789', expiresInSeconds: 120 });
    if (route === 'POST /v1/enrolment/claims')
      return reply(200, { files: this.files, package: {}, ...this.claimAnswer });
    if (route === 'POST /fabrikam/token') return this.#token(request);
    if (route.startsWith('POST /fabrikam/_apis/distributedtask/pools/5/sessions')) {
      this.sessions += 1;
      return reply(200, { sessionId: `session-${this.sessions}` });
    }
    if (request.method === 'DELETE' && url.pathname.includes('/messages/')) {
      const id = Number(url.pathname.split('/').at(-1));
      this.messages.splice(
        this.messages.findIndex((message) => message.messageId === id),
        1,
      );
      return { status: 204, headers: {}, body: '' };
    }
    if (request.method === 'DELETE' && url.pathname.includes('/sessions/'))
      return { status: 204, headers: {}, body: '' };
    if (request.method === 'PATCH') return reply(200, { lockedUntil: new Date(this.now + 600_000).toISOString() });
    if (url.pathname.endsWith('/events')) return reply(200, {});
    return reply(404, { message: `nothing at ${route}` });
  }

  /** Verifies the assertion as the server does. */
  #token(request: HttpRequest): HttpResponse {
    const form = new URLSearchParams(request.body);
    const [head = '', claims = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
    const isSigned = createVerify('sha256')
      .update(`${head}.${claims}`)
      .verify(pair.publicKey, Buffer.from(signature, 'base64url'));
    const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const isRight = read.iss === clientId && read.sub === clientId && read.aud === `${organization}token`;
    if (!isSigned || !isRight || Number(read.exp) * 1000 < this.now) return reply(400, { error: 'invalid_client' });
    return reply(200, { access_token: `token-${this.requests.length}`, token_type: 'bearer', expires_in: 3600 });
  }

  #poll(url: URL): Promise<HttpResponse> {
    return new Promise((settle) => {
      this.#polls.push({
        until: this.now + 50_000,
        agentId: 7,
        after: Number(url.searchParams.get('lastMessageId') ?? 0),
        settle,
      });
      if (this.messages.length > 0) this.#settlePolls();
    });
  }

  #settlePolls(): void {
    const due = this.#polls.filter((poll) => this.now >= poll.until || this.#messageFor(poll) !== undefined);
    if (due.length === 0) return;
    const settled = new Set(due);
    this.#polls = this.#polls.filter((poll) => !settled.has(poll));
    for (const poll of due) {
      const message = this.#messageFor(poll);
      poll.settle(message === undefined ? { status: 202, headers: {}, body: '' } : reply(200, message));
    }
  }

  #messageFor(poll: OpenPoll) {
    return this.messages.find((one) => one.messageId > poll.after && one.agentId === poll.agentId);
  }
}

export function reply(status: number, body: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function exception(status: number, typeKey: string): HttpResponse {
  return reply(status, { message: typeKey, typeKey });
}
