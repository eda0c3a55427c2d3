// Asks a running service for the checks of its pools: also of those that were made in the hub, which stand in no file. They are
// those of the tab Checks, as whoever asks may see them.
import { createCheckClient } from '../contract/check-client.ts';
import { createClient, ServiceProblem } from '../contract/client.ts';
import { UserProblem } from '../service/problem.ts';
import type { PoolFindings } from './check-pool.ts';
import { BadUsage } from './verb.ts';

export interface ServicePlace {
  readonly url: URL;
  readonly organization: string;
  /** Of whoever asks, for Azure DevOps. */
  readonly token: string;
}

/** Throws `BadUsage`: the token is a password, so it never goes out in plain http, but to this machine. */
export function placeOf(service: string, organization: string | null, token: string | undefined): ServicePlace {
  const url = URL.canParse(service) ? new URL(service) : null;
  const isLoopback = url !== null && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (url === null || !isSafe || `${url.username}${url.password}${url.search}${url.hash}` !== '')
    throw new BadUsage(
      '--service is not the https address of a service.',
      'Write it as in the settings of the hub, such as --service https://weir.example.com.',
    );
  if (organization === null)
    throw new BadUsage(
      'A service may serve several organisations: which one is meant?',
      'Add --organization https://dev.azure.com/NAME.',
    );
  if (token === undefined || token === '')
    throw new BadUsage(
      'The service has to know who asks, and the variable WEIR_TOKEN holds no token.',
      'See "weir check --help" for how to get one.',
    );
  return { url, organization, token };
}

/** Throws `UserProblem` where the service does not answer, refuses the token, or has no such pool. */
export async function checkService(place: ServicePlace, only: string | null): Promise<readonly PoolFindings[]> {
  const options = {
    baseUrl: place.url.href,
    organization: place.organization,
    getToken: () => Promise.resolve(place.token),
    // The token goes to the address that was typed, and nowhere else.
    fetch: (url: string, init: RequestInit) => fetch(url, { ...init, redirect: 'error' }),
  };
  const { pools } = await createClient<AbortSignal>(options).pools().catch(explained);
  const names = pools.map(({ name }) => name).filter((name) => only === null || name === only);
  if (names.length === 0) {
    const message = only === null ? 'The service shows you no pool.' : `The service shows you no pool "${only}".`;
    const nextStep = 'See the list of pools in the hub: there you see those that you may see in Azure DevOps.';
    throw new UserProblem('POOL_UNKNOWN', message, { field: 'pool', nextStep });
  }
  const client = createCheckClient<AbortSignal>(options);
  const findings: PoolFindings[] = [];
  for (const pool of names) findings.push(await findingsOf(pool, () => client.checks(pool)));
  return findings;
}

async function findingsOf(pool: string, read: () => Promise<NonNullable<PoolFindings['view']>>): Promise<PoolFindings> {
  const none = { pool, agentPool: null, view: null, images: [], discovery: null, problem: null };
  try {
    const { scaleSet, errors, warnings, checks, rights } = await read();
    return { ...none, view: { scaleSet, errors, warnings, checks, rights } };
  } catch (error) {
    if (!(error instanceof ServiceProblem)) throw error;
    const { code, message, nextStep } = error;
    return { ...none, problem: { code, message, nextStep } };
  }
}

/** What the client advises is for a page in a browser. */
function explained(error: unknown): never {
  if (!(error instanceof ServiceProblem)) throw error;
  const { code, message } = error;
  const isToken = code === 'AUTH_REFUSED' || code === 'AUTH_SIZE';
  const nextStep = isToken
    ? 'Put a new access token for Azure DevOps into WEIR_TOKEN; "weir check --help" says how to get one.'
    : error.nextStep;
  throw new UserProblem(code, message, { nextStep });
}
