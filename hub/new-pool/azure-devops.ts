// Azure DevOps itself, asked with the token of the person who looks: agent pools and queues are made in their name, and
// what they may not do Azure DevOps refuses. Whatever goes wrong comes out as a sentence.
import type { Host } from '../host.ts';
import { HostProblem } from '../problem.ts';

export interface AgentPoolEntry {
  readonly id: number;
  readonly name: string;
}

export interface ElasticPool {
  readonly poolId: number;
  /** As pipelines name it. */
  readonly name: string;
  /** Resource id of its scale set. */
  readonly azureId: string;
  readonly maxCapacity: number;
  readonly desiredIdle: number;
  readonly recycleAfterEachUse: boolean;
  readonly timeToLiveMinutes: number;
  readonly agentInteractiveUI: boolean;
  readonly maxSavedNodeCount: number;
  /** An option of the agent pool, not of its scale set: the machine of a job that failed is kept. */
  readonly preserveAgentOnJobFailure: boolean;
  readonly osType: string;
}

export interface AzureDevOps {
  /** Agent pools that the person is Administrator of. */
  managedPools(): Promise<readonly AgentPoolEntry[]>;
  projects(): Promise<readonly string[]>;
  /** The pool of that name, made where there is none. */
  ensurePool(name: string): Promise<AgentPoolEntry>;
  /** The queue through which a project reaches the pool, made where there is none. */
  ensureQueue(project: string, pool: AgentPoolEntry): Promise<void>;
  elasticPools(): Promise<readonly ElasticPool[]>;
  /** Newest first, in words; null where Azure DevOps does not tell. */
  elasticLog(poolId: number): Promise<readonly string[] | null>;
  elasticNodes(poolId: number): Promise<number | null>;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const version = 'api-version=7.1';

export function azureDevOpsOf(
  host: Pick<Host, 'accessToken' | 'organizationUrl'>,
  fetch: Fetch = (url, init) => window.fetch(url, init),
): AzureDevOps {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const token = await host.accessToken();
    const init: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        // Without it Azure DevOps sends whoever is signed out to a page.
        'x-tfs-fedauthredirect': 'Suppress',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'omit',
      cache: 'no-store',
    };
    const answer = await fetch(`${host.organizationUrl}/${path}`, init).catch((cause: unknown) => {
      throw new HostProblem(
        'AZURE_DEVOPS_SILENT',
        'Azure DevOps does not answer this page.',
        'Try again in a minute.',
        cause,
      );
    });
    return await bodyOf(answer);
  };
  const pools = '_apis/distributedtask/pools';
  const elastic = '_apis/distributedtask/elasticpools';
  return {
    managedPools: async () => rowsOf(await call('GET', `${pools}?actionFilter=manage&${version}`)).map(entryOf),
    projects: async () => rowsOf(await call('GET', `_apis/projects?${version}`)).map((row) => textAt(row, 'name')),
    ensurePool: async (name) => {
      const [standing] = rowsOf(await call('GET', `${pools}?poolName=${encodeURIComponent(name)}&${version}`));
      if (standing !== undefined) return entryOf(standing);
      const made = { name, poolType: 'automation', autoProvision: false, autoUpdate: false };
      return entryOf(await call('POST', `${pools}?${version}`, made));
    },
    ensureQueue: async (project, pool) => {
      const queues = `${encodeURIComponent(project)}/_apis/distributedtask/queues`;
      const [standing] = rowsOf(await call('GET', `${queues}?poolIds=${pool.id}&${version}`));
      if (standing === undefined)
        await call('POST', `${queues}?${version}`, { name: pool.name, pool: { id: pool.id } });
    },
    elasticPools: async () => {
      const found = rowsOf(await call('GET', `${elastic}?${version}`));
      const ids = found.map((row) => Number(memberOf(row, 'poolId')));
      if (ids.length === 0) return [];
      const named = rowsOf(await call('GET', `${pools}?poolIds=${ids.join(',')}&${version}`));
      return found.map((row) =>
        elasticOf(
          row,
          named.find((one) => memberOf(one, 'id') === memberOf(row, 'poolId')),
        ),
      );
    },
    elasticLog: async (poolId) =>
      (await unlessAbsent(() => call('GET', `${elastic}/${poolId}/logs?$top=20&${version}`)))?.map((row) =>
        textAt(row, 'message'),
      ) ?? null,
    elasticNodes: async (poolId) =>
      (await unlessAbsent(() => call('GET', `${elastic}/${poolId}/nodes?${version}`)))?.length ?? null,
  };
}

async function unlessAbsent(ask: () => Promise<unknown>): Promise<readonly unknown[] | null> {
  try {
    return rowsOf(await ask());
  } catch (cause) {
    if (cause instanceof HostProblem && cause.code === 'AZURE_DEVOPS_REFUSED') return null;
    throw cause;
  }
}

/** A page of HTML is the sign-in page, whatever its status. */
async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  const body = parse(text);
  if (answer.status === 401 || answer.status === 203 || (answer.ok && body === undefined && text !== '')) {
    throw new HostProblem(
      'AUTH_REFUSED',
      'Azure DevOps does not accept your session any more.',
      'Reload the page: that asks for a new token.',
    );
  }
  if (answer.ok) return body;
  const words = textAt(body, 'message');
  const message = words === '' ? `Azure DevOps refused with status ${answer.status}.` : words;
  const nextStep =
    answer.status === 403
      ? 'Ask an administrator of the agent pools of this organization for the right.'
      : 'Change what it says and try again.';
  throw new HostProblem('AZURE_DEVOPS_REFUSED', message, nextStep);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function rowsOf(body: unknown): readonly unknown[] {
  const value = memberOf(body, 'value');
  if (Array.isArray(value)) return value;
  throw new HostProblem(
    'AZURE_DEVOPS_STRANGE',
    'Azure DevOps answered something else than a list.',
    'Reload the page.',
  );
}

function entryOf(row: unknown): AgentPoolEntry {
  const id = memberOf(row, 'id');
  if (typeof id === 'number') return { id, name: textAt(row, 'name') };
  throw new HostProblem(
    'AZURE_DEVOPS_STRANGE',
    'Azure DevOps answered an agent pool without a number.',
    'Reload the page.',
  );
}

function elasticOf(row: unknown, agentPool: unknown): ElasticPool {
  const number = (name: string, fallback: number): number => {
    const value = memberOf(row, name);
    return typeof value === 'number' ? value : fallback;
  };
  return {
    poolId: number('poolId', 0),
    name: textAt(agentPool, 'name'),
    azureId: textAt(row, 'azureId'),
    maxCapacity: number('maxCapacity', 10),
    desiredIdle: number('desiredIdle', 0),
    recycleAfterEachUse: memberOf(row, 'recycleAfterEachUse') !== false,
    timeToLiveMinutes: number('timeToLiveMinutes', 30),
    agentInteractiveUI: memberOf(row, 'agentInteractiveUI') === true,
    maxSavedNodeCount: number('maxSavedNodeCount', 0),
    preserveAgentOnJobFailure: keepsFailed(memberOf(agentPool, 'options')),
    osType: textAt(row, 'osType'),
  };
}

/** Flags come as words with commas between them, or as their sum (azure-devops-wire.md: preserveAgentOnJobFailure is 4). */
function keepsFailed(options: unknown): boolean {
  if (typeof options === 'number') return Math.floor(options / 4) % 2 === 1;
  return typeof options === 'string' && options.split(/, */).includes('preserveAgentOnJobFailure');
}

function textAt(row: unknown, name: string): string {
  const value = memberOf(row, name);
  return typeof value === 'string' ? value : '';
}

function memberOf(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null && name in row ? (row as Record<string, unknown>)[name] : undefined;
}
