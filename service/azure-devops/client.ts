// Azure DevOps behind our port: agents, job requests and packages of one organisation, over plain REST. Written from
// azure-devops-wire.md; the api-versions are those of its section 0.
import assert from 'node:assert/strict';
import { noAnswer } from '../answer.ts';
import type { Agent, Capabilities } from '../domain/agent.ts';
import { type JobRequest, jobRequestState } from '../domain/job-request.ts';
import { sameLists } from '../domain/same-lists.ts';
import type {
  AgentPackage,
  AgentRegistration,
  AgentReplacement,
  AzureDevOpsPort,
  Clock,
  Random,
  RegisteredAgent,
  Send,
} from '../ports.ts';
import { CloudError } from '../problem.ts';
import type { OwnRightsPort } from '../doctor-port.ts';
import type { OwnRights } from '../pool-places.ts';
import { retryRead } from '../retry.ts';
import { parseJson } from '../wire.ts';
import { type Ask, bodyOf, exchange } from './exchange.ts';
import { type Gate, createGate } from './gate.ts';
import { keptLists, type KeptLists } from './kept-lists.ts';
import { may, readPoolRights, type Reader } from './own-rights.ts';
import { translateAgentPackage, translatePool, translateRegisteredAgent } from './translate-pool.ts';
import { translateAgent, translateJobRequest, translateList } from './translate.ts';

export interface AzureDevOpsOptions {
  readonly send: Send;
  /** Such as `https://dev.azure.com/fabrikam`; tokens go nowhere else. */
  readonly organization: URL;
  /** The value of the Authorization header, asked for at every call. */
  readonly authorization: () => Promise<string>;
  readonly clock: Clock;
  readonly random: Random;
  /** `deadlineIn` of service/wall.ts; left out in virtual time. */
  readonly deadline?: (milliseconds: number) => AbortSignal;
}

const documented = '7.1';
const undocumented = '7.2-preview.1';
const packages = '7.2-preview.2';
/** Never used by the service, and still asked for. */
const lockToken = '00000000-0000-0000-0000-000000000000';
const everything = { includeCapabilities: 'true', includeAssignedRequest: 'true', includeLastCompletedRequest: 'true' };

export function createAzureDevOps(options: AzureDevOpsOptions): AzureDevOpsPort & OwnRights & OwnRightsPort {
  const call: Call = { ...options, gate: createGate(options.clock), lists: keptLists() };
  return {
    readPool: async (poolId) => translatePool(await read(call, 'readPool', pool(poolId), {}, documented), 'pool'),
    listJobRequests: (poolId) => listJobRequests(call, poolId, { completedRequestCount: '0' }),
    listAgentJobRequests: (poolId, agentId) =>
      listJobRequests(call, poolId, { agentId: String(agentId), completedRequestCount: '0' }),
    listFinishedJobRequests: (poolId, count) => listFinished(call, poolId, count),
    listAgents: (poolId) => listAgents(call, poolId),
    readAgent: (poolId, agentId) => readAgent(call, poolId, agentId),
    registerAgent: (poolId, registration) => registerAgent(call, poolId, registration),
    replaceAgent: (poolId, agentId, replacement) => replaceAgent(call, poolId, agentId, replacement),
    setAgentEnabled: (poolId, agentId, isEnabled) => setAgentEnabled(call, poolId, agentId, isEnabled),
    deleteAgent: (poolId, agentId) => deleteAgent(call, poolId, agentId),
    putUserCapabilities: (poolId, agentId, capabilities) => putUserCapabilities(call, poolId, agentId, capabilities),
    bumpJobRequest: (poolId, requestId) => bumpJobRequest(call, poolId, requestId),
    readAgentPackage: (platform, version) => readAgentPackage(call, platform, version),
    mayManagePool: (poolId) => may(readerOf(call, 'mayManagePool'), poolId, 'manage'),
    readPoolRights: (poolId) => readPoolRights(readerOf(call, 'readPoolRights'), poolId),
  };
}

interface Call extends AzureDevOpsOptions {
  readonly gate: Gate;
  readonly lists: KeptLists;
}

const callTimeoutMs = 60_000;

/**
 * Always by `completedRequestCount`: `$top` is capped, mixes in finished requests and changes the JSON (fact 4). What is
 * finished all the same is left out.
 */
async function listJobRequests(
  call: Call,
  poolId: number,
  query: Record<string, string>,
): Promise<readonly JobRequest[]> {
  const requests = await readJobRequests(call, 'listJobRequests', poolId, query);
  const open = requests.filter((request) => jobRequestState(request) !== 'finished');
  // The list that was kept itself, where its text is the same again: what was worked out for it is worth as much.
  return open.length === requests.length ? requests : open;
}

async function listFinished(call: Call, poolId: number, count: number): Promise<readonly JobRequest[]> {
  const requests = await readJobRequests(call, 'listFinishedJobRequests', poolId, {
    completedRequestCount: String(count),
  });
  return requests
    .filter((request) => jobRequestState(request) === 'finished')
    .sort((one, other) => (other.finishedAt ?? 0) - (one.finishedAt ?? 0) || other.requestId - one.requestId)
    .slice(0, count);
}

async function readJobRequests(
  call: Call,
  operation: string,
  poolId: number,
  query: Record<string, string>,
): Promise<readonly JobRequest[]> {
  const raw = await read(call, operation, `${pool(poolId)}/jobrequests`, query, undocumented);
  return call.lists.translated(raw, jobRequestsIn);
}

function jobRequestsIn(raw: unknown): readonly JobRequest[] {
  const same = sameLists();
  return translateList(raw, 'jobRequests').map((item, index) =>
    translateJobRequest(item, `jobRequests[${index}]`, same),
  );
}

async function listAgents(call: Call, poolId: number): Promise<readonly Agent[]> {
  const raw = await read(call, 'listAgents', `${pool(poolId)}/agents`, everything, documented);
  return call.lists.translated(raw, agentsIn);
}

function agentsIn(raw: unknown): readonly Agent[] {
  return translateList(raw, 'agents').map((item, index) => translateAgent(item, `agents[${index}]`));
}

/** Absent only where Azure DevOps says so of the agent itself: another 404 must not pass for "its registration is gone". */
async function readAgent(call: Call, poolId: number, agentId: number): Promise<Agent | null> {
  try {
    return translateAgent(await read(call, 'readAgent', agent(poolId, agentId), everything, documented), 'agent');
  } catch (problem) {
    if (isAgentAbsent(problem)) return null;
    throw problem;
  }
}

async function registerAgent(call: Call, poolId: number, registration: AgentRegistration): Promise<RegisteredAgent> {
  const body = registrationBody(registration);
  const answer = await write(call, 'registerAgent', {
    method: 'POST',
    path: `${pool(poolId)}/agents`,
    apiVersion: documented,
    body,
  });
  return translateRegisteredAgent(answer, 'registeredAgent');
}

function registrationBody({ name, version, osDescription, systemCapabilities, publicKey }: AgentRegistration) {
  return {
    ...{ name, version, osDescription, maxParallelism: 1, provisioningState: 'Provisioned' },
    authorization: { publicKey },
    systemCapabilities,
  };
}

/** As the agent's own `--replace` does, but without what the old registration carried (agent-enrolment.md 4). */
async function replaceAgent(
  call: Call,
  poolId: number,
  agentId: number,
  replacement: AgentReplacement,
): Promise<RegisteredAgent> {
  const answer = await write(call, 'replaceAgent', {
    method: 'PUT',
    path: agent(poolId, agentId),
    apiVersion: documented,
    body: { id: agentId, ...registrationBody(replacement), enabled: replacement.isEnabled, userCapabilities: {} },
  });
  return translateRegisteredAgent(answer, 'replacedAgent');
}

async function setAgentEnabled(call: Call, poolId: number, agentId: number, isEnabled: boolean): Promise<void> {
  const body = { id: agentId, enabled: isEnabled, maxParallelism: 1 };
  await write(call, 'setAgentEnabled', { method: 'PATCH', path: agent(poolId, agentId), apiVersion: documented, body });
}

async function deleteAgent(call: Call, poolId: number, agentId: number): Promise<'deleted' | 'absent' | 'busy'> {
  try {
    await write(call, 'deleteAgent', { method: 'DELETE', path: agent(poolId, agentId), apiVersion: documented });
    return 'deleted';
  } catch (problem) {
    if (isAgentAbsent(problem)) return 'absent';
    if (isAgentBusy(problem)) return 'busy';
    throw problem;
  }
}

async function putUserCapabilities(
  call: Call,
  poolId: number,
  agentId: number,
  capabilities: Capabilities,
): Promise<void> {
  const path = `${agent(poolId, agentId)}/usercapabilities`;
  await write(call, 'putUserCapabilities', { method: 'PUT', path, apiVersion: undocumented, body: capabilities });
}

/** "Run next" of the web page: the option 1 is bumpRequestToTop. */
async function bumpJobRequest(call: Call, poolId: number, requestId: number): Promise<void> {
  const query = { lockToken, updateOptions: '1' };
  const path = `${pool(poolId)}/jobrequests/${requestId}`;
  await write(call, 'bumpJobRequest', { method: 'PATCH', path, query, apiVersion: undocumented, body: { requestId } });
}

async function readAgentPackage(call: Call, platform: string, version: string): Promise<AgentPackage> {
  const path = `_apis/distributedtask/packages/agent/${encodeURIComponent(platform)}`;
  if (version !== 'latest') {
    return translateAgentPackage(
      await read(call, 'readAgentPackage', `${path}/${encodeURIComponent(version)}`, {}, packages),
      'agentPackage',
    );
  }
  const [newest] = translateList(await read(call, 'readAgentPackage', path, { $top: '1' }, packages), 'agentPackages');
  if (newest === undefined)
    throw new CloudError('notFound', 'readAgentPackage', `Azure DevOps has no agent for ${platform}.`);
  return translateAgentPackage(newest, 'agentPackages[0]');
}

function isAgentAbsent(problem: unknown): boolean {
  return problem instanceof CloudError && problem.code === 'TaskAgentNotFoundException';
}

/** The text is in Microsoft's documentation; the type key is told by clients. Either is the refusal. */
function isAgentBusy(problem: unknown): boolean {
  if (!(problem instanceof CloudError) || problem.status === null) return false;
  return problem.code === 'TaskAgentJobStillRunningException' || /is running a job for pool/i.test(problem.message);
}

async function read(
  call: Call,
  operation: string,
  path: string,
  query: Record<string, string>,
  apiVersion: string | null,
): Promise<unknown> {
  const signal = call.deadline?.(callTimeoutMs);
  const ask: Ask = { method: 'GET', path, query, ...(apiVersion === null ? {} : { apiVersion }) };
  return retryRead(call, signal, () => once(call, operation, ask, signal));
}

function readerOf(call: Call, operation: string): Reader {
  return (path, apiVersion) => read(call, operation, path, {}, apiVersion);
}

async function write(call: Call, operation: string, ask: Ask): Promise<unknown> {
  return once(call, operation, ask, call.deadline?.(callTimeoutMs));
}

async function once(call: Call, operation: string, ask: Ask, signal: AbortSignal | undefined): Promise<unknown> {
  await call.gate.pass(operation, signal);
  const authorization = await call.authorization().catch((cause: unknown) => {
    throw noAnswer(operation, cause);
  });
  const answer = await exchange(call.send, call.organization, authorization, operation, ask, signal);
  call.gate.heed(answer);
  const body = bodyOf(operation, answer, call.clock.now(), parserOf(call, ask));
  if ((answer.headers['x-ms-continuationtoken'] ?? '') === '') return body;
  throw new CloudError('unreadable', operation, `${operation}: Azure DevOps gave only a part of the list.`);
}

/** Of the two lists of a pool, which every pass reads; other answers are read once. */
function parserOf(call: Call, { method, path, query }: Ask): typeof parseJson {
  const isList = method === 'GET' && /\/(agents|jobrequests)$/.test(path) && query?.agentId === undefined;
  if (!isList) return parseJson;
  const address = `${path} ${query?.completedRequestCount ?? ''}`;
  return (text, operation) => call.lists.parse(address, text, operation);
}

function pool(poolId: number): string {
  assert(Number.isInteger(poolId) && poolId > 0, `${poolId} is not a pool id`);
  return `_apis/distributedtask/pools/${poolId}`;
}

function agent(poolId: number, agentId: number): string {
  assert(Number.isInteger(agentId) && agentId > 0, `${agentId} is not an agent id`);
  return `${pool(poolId)}/agents/${agentId}`;
}
