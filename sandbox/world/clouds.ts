// Both clouds and the machines between them as one thing with one time. Requests find their cloud by the origin they name.
import { createPublicKey, createVerify } from 'node:crypto';
import {
  createAzureEmulator,
  type Adversary,
  type AzureEmulator,
  type AzureEvent,
  type ThrottlingOptions,
  type Variants,
} from '../azure/emulator.ts';
import {
  createAzureDevOpsEmulator,
  type AzureDevOpsEmulator,
  type AzureDevOpsOptions,
} from '../azure-devops/emulator.ts';
import type { AzureDevOpsEvent } from '../azure-devops/events.ts';
import type { JobTokenSigner, Rules } from '../azure-devops/organization.ts';
import { createThrottle } from '../azure-devops/throttle.ts';
import type { ExtensionOutcome, GuestHost } from '../azure/guest.ts';
import type { SignDocument } from '../azure/attested-document.ts';
import type { Permits } from '../azure/permissions.ts';
import type { HttpRequest, HttpResponse, Send } from '../http-message.ts';
import type { MachineEvent } from '../machine/machine-event.ts';
import { createMachines, type Machines } from '../machine/machines.ts';

export interface CloudsOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly random: () => number;
  readonly organization: string;
  readonly matching?: AzureDevOpsOptions['matching'];
  readonly strictTokens?: boolean;
  /** What is not known of Azure DevOps, and who its tokens are. */
  readonly rules?: Partial<Rules>;
  /** Cores that a region grants. */
  readonly coresLimit?: number;
  /** Both clouds' limits on how often they may be asked; absent: without end. */
  readonly throttling?: CloudThrottling;
  /** Items in one page of Azure's lists. */
  readonly pageSize?: number;
  /** Role-based access control of Azure; absent: everybody may do everything. */
  readonly permits?: Permits;
  /** Signs the attested documents of machines in Azure's place. */
  readonly signDocument?: SignDocument;
  /** Signs the OIDC tokens of jobs; absent: no job gets one. */
  readonly jobTokens?: JobTokenSigner;
  /** May change how an extension ended, for a machine that comes up broken. */
  readonly extensionEnds?: (vmId: string, outcome: ExtensionOutcome) => ExtensionOutcome | null;
  /** What is not known of Azure. */
  readonly variants?: Partial<Variants>;
  /** What goes wrong with machines by Azure's own doing. */
  readonly adversary?: Adversary;
  /** The way of what one machine sends, asked at each boot of it. */
  readonly sendOfMachine?: (send: Send, vmId: string) => Send;
  /** Requests of machines to anything but the organisation: the service, that is. */
  readonly sendElsewhere: Send;
  readonly onAzureEvent?: (event: AzureEvent) => void;
  readonly onAzureDevOpsEvent?: (event: AzureDevOpsEvent) => void;
  readonly onMachineEvent?: (event: MachineEvent) => void;
}

/** What neither cloud publishes of its limits. */
export interface CloudThrottling {
  readonly polls: ThrottlingOptions['polls'];
  readonly unitsPerCall: number;
}

export interface Clouds {
  readonly azure: AzureEmulator;
  readonly azureDevOps: AzureDevOpsEmulator;
  readonly machines: Machines;
  /** Origins (`https://host:port`) at which each cloud answers in memory. */
  readonly origins: { azure: Set<string>; azureDevOps: Set<string> };
  /** In memory, to whichever cloud the origin belongs. */
  readonly send: Send;
  advance(now: number): void;
  /** The instant of what happens right now while the clouds move; null while they stand still. */
  movingAt(): number | null;
  nextEventAt(): number | null;
  /** When an answer comes that is kept back, or null. */
  nextAnswerAt(): number | null;
  /** Resolves when every machine has said what it had to say. */
  settle(): Promise<void>;
}

export function createClouds(options: CloudsOptions): Clouds {
  const azure = createAzureEmulator({
    now: options.now,
    random: options.random,
    ...(options.strictTokens === undefined ? {} : { strictTokens: options.strictTokens }),
    ...(options.coresLimit === undefined ? {} : { coresLimit: options.coresLimit }),
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
    ...(options.permits === undefined ? {} : { permits: options.permits }),
    ...(options.signDocument === undefined ? {} : { signDocument: options.signDocument }),
    ...(options.throttling === undefined ? {} : { throttling: { polls: options.throttling.polls } }),
    ...(options.variants === undefined ? {} : { variants: options.variants }),
    ...(options.adversary === undefined ? {} : { adversary: options.adversary }),
    ...(options.onAzureEvent === undefined ? {} : { onEvent: options.onAzureEvent }),
  });
  const azureDevOps = createAzureDevOpsEmulator({
    now: options.now,
    random: options.random,
    organization: options.organization,
    verifySignature,
    ...(options.jobTokens === undefined ? {} : { jobTokens: options.jobTokens }),
    ...(options.throttling === undefined ? {} : { throttle: createThrottle(options.throttling) }),
    ...options.rules,
    ...(options.matching === undefined ? {} : { matching: options.matching }),
    ...(options.strictTokens === undefined ? {} : { strictTokens: options.strictTokens }),
    ...(options.onAzureDevOpsEvent === undefined ? {} : { onEvent: options.onAzureDevOpsEvent }),
  });
  const origins = {
    azure: new Set(['https://management.azure.com', 'https://login.microsoftonline.com']),
    azureDevOps: new Set(['https://dev.azure.com', 'https://vsrm.dev.azure.com', 'https://vstoken.dev.azure.com']),
  };
  const send: Send = (request) => route(request, azure, azureDevOps, origins) ?? options.sendElsewhere(request);
  const machines = createMachines({
    now: options.now,
    random: { next: options.random },
    host: hostOf(azure, options.extensionEnds),
    send,
    ...(options.sendOfMachine === undefined ? {} : { sendOf: options.sendOfMachine }),
    ...(options.onMachineEvent === undefined ? {} : { onEvent: options.onMachineEvent }),
  });
  azure.setGuest(machines);
  let moment: number | null = null;
  return {
    azure,
    azureDevOps,
    machines,
    origins,
    send,
    advance: (now) => {
      advanceInOrder([azure, azureDevOps, machines], now, (instant) => {
        moment = instant;
      });
      moment = null;
    },
    movingAt: () => moment,
    nextEventAt: () => earliest([azure.nextEventAt(), azureDevOps.nextEventAt(), machines.nextEventAt()]),
    nextAnswerAt: () => azureDevOps.nextAnswerAt(),
    settle: () => machines.idle(),
  };
}

function hostOf(azure: AzureEmulator, extensionEnds: CloudsOptions['extensionEnds']): GuestHost {
  if (extensionEnds === undefined) return azure;
  return {
    extensionFinished: (vmId, extension, outcome) => {
      const ended = extensionEnds(vmId, outcome);
      // Null: it hangs, and only its time budget ends it.
      if (ended !== null) azure.extensionFinished(vmId, extension, ended);
    },
    attestedDocument: (vmId, nonce) => azure.attestedDocument(vmId, nonce),
    rebootedItself: (vmId) => azure.rebootedItself(vmId),
  };
}

function route(
  request: HttpRequest,
  azure: AzureEmulator,
  azureDevOps: AzureDevOpsEmulator,
  origins: Clouds['origins'],
): Promise<HttpResponse> | null {
  const origin = originOf(request.url);
  if (origins.azureDevOps.has(origin)) return Promise.resolve(azureDevOps.handle(request));
  if (origins.azure.has(origin)) return Promise.resolve(azure.handle(request));
  return null;
}

/** Few origins, written in few ways, are asked for again and again. */
const knownOrigins = new Map<string, string>();

function originOf(url: string): string {
  const written = /^[^:]*:\/\/[^/?#]*/.exec(url)?.[0] ?? url;
  const known = knownOrigins.get(written) ?? new URL(url).origin;
  knownOrigins.set(written, known);
  return known;
}

interface Moving {
  advance(now: number): void;
  nextEventAt(): number | null;
}

/** What is due in one part is not skipped over by another: the parts move together from event to event. */
function advanceInOrder(parts: readonly Moving[], now: number, onInstant: (instant: number) => void): void {
  for (;;) {
    const next = earliest(parts.map((part) => part.nextEventAt()));
    if (next === null || next >= now) break;
    onInstant(next);
    for (const part of parts) part.advance(next);
    // A part that leaves an overdue event in place would keep time still for ever.
    if (earliest(parts.map((part) => part.nextEventAt())) === next) break;
  }
  onInstant(now);
  for (const part of parts) part.advance(now);
}

function earliest(instants: readonly (number | null)[]): number | null {
  return instants.reduce<number | null>(
    (first, one) => (one === null ? first : first === null ? one : Math.min(first, one)),
    null,
  );
}

function verifySignature(publicKey: { modulus: string; exponent: string }, data: string, signature: string): boolean {
  const n = Buffer.from(publicKey.modulus, 'base64').toString('base64url');
  const e = Buffer.from(publicKey.exponent, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  return createVerify('RSA-SHA256').update(data).verify(key, Buffer.from(signature, 'base64url'));
}
