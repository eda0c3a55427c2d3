// A machine takes over the registration of a placeholder: the same agent id under a new name with a new key. Only so does it get
// a job that was queued before it came, where Azure DevOps matches requests with agents at queue time alone.
import { takeoverChoices } from '../domain/takeover.ts';
import type { Capabilities } from '../domain/agent.ts';
import type { PoolSettings } from '../domain/pool.ts';
import type { AzureDevOpsPort, RegisteredAgent, Store } from '../ports.ts';
import { expectUsable, type RegistrationInput } from './registration.ts';

export interface TakeoverOptions {
  readonly store: Store;
  readonly azureDevOps: AzureDevOpsPort;
  readonly pool: string;
  readonly settings: PoolSettings;
  /** Labels that the machine has for its life. */
  readonly machine: Capabilities;
}

export interface TakenOver extends RegisteredAgent {
  /** Of the registration, which another machine had before, perhaps. */
  readonly formerRequestId: number | null;
}

/** Null where no waiting job needs it; the machine is registered anew then. Throws `CloudError`, and leaves nothing behind. */
export async function takeOver(
  { store, azureDevOps, pool, settings, machine }: TakeoverOptions,
  newSuffix: () => string,
  input: RegistrationInput,
): Promise<TakenOver | null> {
  if (settings.demands.matching !== 'atQueueTime') return null;
  const [requests, agents, placeholders] = await Promise.all([
    azureDevOps.listJobRequests(settings.poolId),
    azureDevOps.listAgents(settings.poolId),
    store.listPlaceholders(pool),
  ]);
  const placeholderIds = new Set(placeholders.map((one) => one.agentId));
  for (const agentId of takeoverChoices(machine, { requests, agents, placeholderIds }, settings)) {
    // Two machines may want the same one at once.
    if (!(await store.takePlaceholder(pool, agentId))) continue;
    const formerRequestId = agents.find((agent) => agent.agentId === agentId)?.lastCompletedRequestId ?? null;
    return { ...(await replace(azureDevOps, store, pool, agentId, newSuffix, input)), formerRequestId };
  }
  return null;
}

async function replace(
  azureDevOps: AzureDevOpsPort,
  store: Store,
  pool: string,
  agentId: number,
  newSuffix: () => string,
  input: RegistrationInput,
): Promise<RegisteredAgent> {
  const name = `${input.namePrefix}${newSuffix()}`;
  try {
    const registered = await azureDevOps.replaceAgent(input.poolId, agentId, {
      name,
      version: input.version,
      osDescription: input.osDescription,
      systemCapabilities: input.capabilities(name),
      publicKey: { modulus: input.keys.modulus, exponent: input.keys.exponent },
      isEnabled: false,
    });
    expectUsable(registered, input.organization);
    // From here on the life that it was registered for says whose it is.
    await store.forgetPlaceholder(pool, agentId);
    return registered;
  } catch (error) {
    // Nobody can say which key it has now, so it is burnt; the jobs that were matched with it have other placeholders.
    await azureDevOps.deleteAgent(input.poolId, agentId);
    await store.forgetPlaceholder(pool, agentId);
    throw error;
  }
}
