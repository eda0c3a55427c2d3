// One pool with one expected machine, around an enrolment with a real store and a hand-written Azure DevOps.
import type { Agent } from '../../../service/domain/agent.ts';
import type { Generation } from '../../../service/domain/observation.ts';
import { validatePoolSettings } from '../../../service/domain/pool-rules.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import type { ClaimRequest } from '../../../service/enrolment/claim.ts';
import {
  createEnrolment,
  type Enrolment,
  type EnrolmentNote,
  type EnrolmentOptions,
} from '../../../service/enrolment/enrolment.ts';
import type { AgentRegistration, AzureDevOpsPort, Lease, RegisteredAgent } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { at, attestedDocument, vmId } from './attested.ts';

export const scaleSetId =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/agents';

export const generation: Generation = {
  generationId: 'g1',
  scaleSetId,
  instanceId: '3',
  vmId,
  startedAt: at - 90_000,
  startedBy: 'create',
  agentId: null,
  agentName: null,
  claimedAt: null,
  firstOnlineAt: null,
  isDisabledByWeir: true,
  isSaved: false,
};

export function poolSettings(change: Record<string, unknown> = {}): PoolSettings {
  const read = validatePoolSettings({
    name: 'linux',
    organization: 'https://dev.azure.com/fabrikam',
    poolId: 5,
    scaleSet: scaleSetId,
    images: [{ aliases: ['ubuntu-22.04'], version: 'latest' }],
    ...change,
  });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.settings;
}

/** What Azure DevOps was asked, in order; `fails` answers an error in place of the next calls of that name. */
class SmallAzureDevOps {
  readonly calls: string[] = [];
  readonly registrations: AgentRegistration[] = [];
  readonly agents = new Map<number, { name: string; isEnabled: boolean }>();
  fails: { call: string; times: number; error: CloudError; happensAnyway?: boolean } | null = null;
  answer: Partial<RegisteredAgent> = {};
  onRegistered: () => Promise<void> = () => Promise.resolve();

  port(): AzureDevOpsPort {
    const unused = () => Promise.reject(new Error('Enrolment never asks this.'));
    return {
      readPool: unused,
      listJobRequests: unused,
      listAgentJobRequests: unused,
      listFinishedJobRequests: unused,
      readAgent: unused,
      putUserCapabilities: unused,
      bumpJobRequest: unused,
      listAgents: () =>
        this.#called('listAgents', () =>
          [...this.agents].map(([agentId, agent]) => ({ agentId, name: agent.name }) as Agent),
        ),
      registerAgent: (_poolId, registration) =>
        this.#called('registerAgent', async () => {
          const agentId = this.agents.size + 41;
          this.agents.set(agentId, { name: registration.name, isEnabled: true });
          this.registrations.push(registration);
          await this.onRegistered();
          return {
            agentId,
            name: registration.name,
            clientId: 'c0ffee00-1111-4222-8333-444455556666',
            authorizationUrl: 'https://vssps.dev.azure.com/fabrikam/_apis/oauth2/token',
            serverUrl: null,
            ...this.answer,
          };
        }),
      replaceAgent: (_poolId, agentId, replacement) =>
        this.#called('replaceAgent', () => {
          this.agents.set(agentId, { name: replacement.name, isEnabled: replacement.isEnabled });
          this.registrations.push(replacement);
          return {
            agentId,
            name: replacement.name,
            clientId: 'c0ffee00-1111-4222-8333-444455556666',
            authorizationUrl: 'https://vssps.dev.azure.com/fabrikam/_apis/oauth2/token',
            serverUrl: null,
            ...this.answer,
          };
        }),
      setAgentEnabled: (_poolId, agentId, isEnabled) =>
        this.#called('setAgentEnabled', () => {
          this.agents.get(agentId)!.isEnabled = isEnabled;
        }),
      deleteAgent: (_poolId, agentId) =>
        this.#called('deleteAgent', () => (this.agents.delete(agentId) ? 'deleted' : 'absent')),
      readAgentPackage: (platform, version) =>
        this.#called('readAgentPackage', () => ({
          version: version === 'latest' ? '5.278.0' : version,
          fileName: `vsts-agent-${platform}-5.278.0.tar.gz`,
          downloadUrl: `https://download.agent.dev.azure.com/agent/5.278.0/vsts-agent-${platform}-5.278.0.tar.gz`,
          sha256: 'ab'.repeat(32),
        })),
    };
  }

  async #called<T>(call: string, run: () => T | Promise<T>): Promise<T> {
    this.calls.push(call);
    if (this.fails?.call !== call || this.fails.times === 0) return await run();
    this.fails.times -= 1;
    if (this.fails.happensAnyway === true) await run();
    throw this.fails.error;
  }
}

export interface Scene {
  readonly enrolment: Enrolment;
  readonly store: ReturnType<typeof createMemoryStore>;
  /** Of the pool, as its controller holds it. */
  readonly lease: Lease;
  readonly azureDevOps: SmallAzureDevOps;
  readonly notes: EnrolmentNote[];
  now: number;
  wall: number;
  /** Asks for a nonce and claims with a document made for it. */
  claim(change?: Record<string, unknown>, request?: Partial<ClaimRequest>): ReturnType<Enrolment['claim']>;
}

const keys = {
  modulus: 'bW9k',
  exponent: 'AQAB',
  d: 'ZA==',
  p: 'cA==',
  q: 'cQ==',
  dp: 'ZHA=',
  dq: 'ZHE=',
  inverseQ: 'cWk=',
};

/** The signature has tests of its own; here everybody's is taken. */
function trusting(): EnrolmentOptions['attestation'] {
  return {
    verifySignature: () => Promise.resolve(),
    subscriptions: ['00000000-0000-0000-0000-000000000001'],
    windowMilliseconds: 300_000,
  };
}

export async function scene(
  change: Record<string, unknown> = {},
  options: Partial<EnrolmentOptions> = {},
): Promise<Scene> {
  const settings = poolSettings(change);
  const azureDevOps = new SmallAzureDevOps();
  const notes: EnrolmentNote[] = [];
  let nonce = 1234567890;
  const made = { now: at, wall: at };
  const store = createMemoryStore({ now: () => made.wall });
  const lease = (await store.acquireLease('linux', 'test', 3_600_000))!;
  await store.savePool(settings, null, false);
  await store.startGeneration(lease, generation);
  const enrolment = createEnrolment({
    store,
    azureDevOpsFor: () => azureDevOps.port(),
    settingsFor: async (pool) => (await store.readPool(pool))?.settings ?? null,
    clock: { now: () => made.now, sleep: (milliseconds) => ((made.now += milliseconds), Promise.resolve()) },
    newNonce: () => String((nonce += 1)),
    generateKeys: () => Promise.resolve(keys),
    attestation: trusting(),
    note: (note) => notes.push(note),
    ...options,
  });
  return Object.assign(made, {
    enrolment,
    store,
    lease,
    azureDevOps,
    notes,
    claim: async (content: Record<string, unknown> = {}, request: Partial<ClaimRequest> = {}) => {
      const issued = await enrolment.issueNonce();
      return await enrolment.claim({
        document: attestedDocument(issued.nonce, content),
        nonce: issued.nonce,
        reported: { forbiddenVariables: [], workFolderVariable: null },
        ...request,
      });
    },
  });
}
