// Registers the agent of one claimed generation and disables it before anybody can know its key. What cannot be
// finished is taken back: a registration that no machine holds must not stay in the pool.
import type { Capabilities } from '../domain/agent.ts';
import { CloudError } from '../problem.ts';
import type { AzureDevOpsPort, Clock, RegisteredAgent } from '../ports.ts';
import type { AgentKeys } from './keys.ts';

export interface RegistrationInput {
  readonly poolId: number;
  readonly organization: string;
  /** `<scale set>-<instance>-`; six digits follow, new ones for each try. */
  readonly namePrefix: string;
  readonly version: string;
  readonly osDescription: string;
  readonly keys: AgentKeys;
  readonly capabilities: (agentName: string) => Capabilities;
  /** Whether the agent was made is not known, and lists may not show it yet: the machine may not go before it. */
  readonly onLost?: () => Promise<void>;
}

const tries = 3;
const pauseMilliseconds = 2_000;

/** Throws `CloudError` where Azure DevOps does not take it; nothing of it is left registered as far as can be told. */
export async function registerDisabled(
  azureDevOps: AzureDevOpsPort,
  clock: Clock,
  newSuffix: () => string,
  input: RegistrationInput,
): Promise<RegisteredAgent> {
  const { registered, lost } = await register(azureDevOps, clock, newSuffix, input);
  try {
    await discard(azureDevOps, input.poolId, lost);
    expectUsable(registered, input.organization);
    await persist(clock, () => azureDevOps.setAgentEnabled(input.poolId, registered.agentId, false));
    return registered;
  } catch (error) {
    await afterFailure(error, 'its registration could not be taken back', () =>
      azureDevOps.deleteAgent(input.poolId, registered.agentId),
    );
    throw error;
  }
}

interface Registered {
  readonly registered: RegisteredAgent;
  /** Names of those that may have been made, too. */
  readonly lost: readonly string[];
}

/** An answer may be lost after the agent was made, so each try has a name of its own and the lost one is looked for. */
async function register(
  azureDevOps: AzureDevOpsPort,
  clock: Clock,
  newSuffix: () => string,
  input: RegistrationInput,
): Promise<Registered> {
  const lost: string[] = [];
  let isNoted = true;
  const attempt = async () => {
    const name = `${input.namePrefix}${newSuffix()}`;
    try {
      return await azureDevOps.registerAgent(input.poolId, {
        name,
        version: input.version,
        osDescription: input.osDescription,
        systemCapabilities: input.capabilities(name),
        publicKey: { modulus: input.keys.modulus, exponent: input.keys.exponent },
      });
    } catch (error) {
      if (!mayBeDone(error)) throw error;
      lost.push(name);
      isNoted = false;
      await afterFailure(error, 'that its agent may exist could not be written down', async () => input.onLost?.());
      isNoted = true;
      throw error;
    }
  };
  try {
    // While nobody knows of the first, a second might stand beside it when the machine goes.
    return { registered: await persist(clock, attempt, () => isNoted), lost };
  } catch (error) {
    await afterFailure(error, 'whether its agent exists could not be asked', () =>
      discard(azureDevOps, input.poolId, lost),
    );
    throw error;
  }
}

/** The first failure says what is wrong, so what failed because of it never takes its place. */
async function afterFailure(first: unknown, what: string, mend: () => Promise<unknown>): Promise<void> {
  try {
    await mend();
  } catch (second) {
    const why = second instanceof Error ? second.message : String(second);
    if (!(first instanceof CloudError)) throw new AggregateError([first, second], `${String(first)}; ${what}: ${why}`);
    const { kind, operation, message, status, code, retryAfterMs, nextStep } = first;
    throw new CloudError(kind, operation, `${message}; ${what}: ${why}`, {
      ...(status === null ? {} : { status }),
      ...(code === null ? {} : { code }),
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
      ...(nextStep === null ? {} : { nextStep }),
      cause: second,
    });
  }
}

async function discard(azureDevOps: AzureDevOpsPort, poolId: number, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const agents = await azureDevOps.listAgents(poolId);
  for (const agent of agents.filter((one) => names.includes(one.name))) {
    await azureDevOps.deleteAgent(poolId, agent.agentId);
  }
}

async function persist<T>(clock: Clock, call: () => Promise<T>, mayRetry = () => true): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || attempt === tries || !mayRetry()) throw error;
      await clock.sleep(pauseMilliseconds * attempt);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof CloudError && (error.kind === 'unavailable' || error.kind === 'throttled');
}

/** Half of an answer tells no more than none. Whoever is asked to rest was refused, and nothing was made. */
function mayBeDone(error: unknown): boolean {
  return error instanceof CloudError && (error.kind === 'unavailable' || error.kind === 'unreadable');
}

/** Without a client id the server exchanged no key; an address elsewhere would be sent the agent's assertions. */
export function expectUsable(registered: RegisteredAgent, organization: string): void {
  const isClientId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(registered.clientId);
  if (!isClientId || /^[0-]+$/.test(registered.clientId)) {
    throw new CloudError('unreadable', 'registerAgent', 'Azure DevOps registered the agent without a client id.');
  }
  if (
    !isTrusted(registered.authorizationUrl, organization) ||
    !isTrusted(registered.serverUrl ?? organization, organization)
  ) {
    throw new CloudError(
      'unreadable',
      'registerAgent',
      'Azure DevOps named an address that is not its own for the agent.',
    );
  }
}

function isTrusted(address: string, organization: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.host === new URL(organization).host) return true;
  return url.protocol === 'https:' && /(^|\.)(dev\.azure\.com|visualstudio\.com)$/.test(url.hostname);
}
