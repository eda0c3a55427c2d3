// One look at every pipeline that may use a pool, in steps: after each answer the caller may rest, for these are the dearest
// reads of Azure DevOps. What could not be read is as it was, and is named.
import { CloudError } from '../problem.ts';
import { isDueAgain } from '../steady.ts';
import type { Pipeline, PipelinesPort, Project, Queue, RecentRun } from '../pipelines-port.ts';
import { readBuildDefinition, readReleaseDefinition } from './classic.ts';
import { readFinalYaml, type Reading } from './final-yaml.ts';
import type { DiscoveryState, PipelineReading } from './reading.ts';

export interface ScanOptions {
  readonly pipelines: PipelinesPort;
  readonly poolId: number;
  readonly before: DiscoveryState;
  readonly now: () => number;
}

const usedMilliseconds = 14 * 24 * 3_600_000;
/** Templates of other repositories change without a sign here, so everything is read again after this time. */
const oldMilliseconds = 6 * 3_600_000;
const mostBranches = 10;

/** Yields after each answer. Throws `CloudError` only where Azure DevOps is silent or wants a rest: then the look is given up. */
export async function* scan(options: ScanOptions): AsyncGenerator<undefined, DiscoveryState> {
  const found: Found = { readings: [], notCovered: [], missingRights: [] };
  const projects = await orNull(found, 'list the projects', () => options.pipelines.listProjects());
  yield;
  if (projects === null) return { ...options.before, missingRights: found.missingRights, readAt: options.now() };
  for (const project of projects) yield* scanProject(options, project, found);
  return { version: 1, readAt: options.now(), ...found };
}

interface Found {
  readonly readings: PipelineReading[];
  readonly notCovered: string[];
  readonly missingRights: string[];
}

async function* scanProject(options: ScanOptions, project: Project, found: Found): AsyncGenerator<undefined> {
  const { pipelines, poolId } = options;
  const { projectId, name } = project;
  const queues = await orNull(found, `list the queues of ${name}`, () => pipelines.listQueues(projectId, poolId));
  yield;
  if (queues === null) {
    keep(options, found, project, () => true);
    return;
  }
  // A project without a queue does not see the pool.
  if (queues.length === 0) return;
  const permitted = new Set<number>();
  let isOpenToAll = false;
  for (const queue of queues) {
    const permissions = await orNull(found, `read who may use queue ${queue.name} of ${name}`, () =>
      pipelines.readQueuePermissions(projectId, queue.queueId),
    );
    yield;
    if (permissions === null) {
      keep(options, found, project, () => true);
      return;
    }
    isOpenToAll ||= permissions.isOpenToAll;
    for (const id of permissions.pipelineIds) permitted.add(id);
  }
  const all = await orNull(found, `list the pipelines of ${name}`, () => pipelines.listPipelines(projectId));
  yield;
  if (all === null) {
    keep(options, found, project, (one) => one.kind !== 'release');
    return;
  }
  const runs = await orNull(found, `list the runs of ${name}`, () =>
    pipelines.listRecentRuns(projectId, options.now() - usedMilliseconds),
  );
  yield;
  for (const pipeline of all.filter((one) => isOpenToAll || permitted.has(one.pipelineId))) {
    if (pipeline.kind === 'classic') takeClassic(options, project, pipeline, queues, found);
    else yield* scanBranches(options, project, pipeline, queues, runs ?? [], found);
  }
  yield* scanReleases(options, project, queues, found);
}

async function* scanBranches(
  options: ScanOptions,
  project: Project,
  pipeline: Pipeline,
  queues: readonly Queue[],
  runs: readonly RecentRun[],
  found: Found,
): AsyncGenerator<undefined> {
  const used = runs.filter((run) => run.pipelineId === pipeline.pipelineId);
  const branches = [...new Set([pipeline.defaultBranch, ...used.map((run) => run.branch)])].filter(
    // Merges of pull requests have a ref of their own for each, and are gone before they could be read.
    (branch) => branch?.startsWith('refs/pull/') !== true,
  );
  if (branches.length > mostBranches)
    found.notCovered.push(
      `${project.name}/${pipeline.name}: ${branches.length - mostBranches} further branches in use.`,
    );
  for (const branch of branches.slice(0, mostBranches)) {
    const commit = used.find((run) => run.branch === branch)?.commit ?? '';
    const key = `${pipeline.revision} ${commit}`;
    const known = options.before.readings.find(
      (one) => one.pipelineId === pipeline.pipelineId && one.projectId === project.projectId && one.branch === branch,
    );
    if (known?.key === key && !isDueAgain(known.readAt, oldMilliseconds, options.now())) {
      found.readings.push(known);
      continue;
    }
    const reading = await readBranch(options, project, pipeline, branch, queues, known ?? null, found);
    found.readings.push({ ...reading, key });
    yield;
  }
}

async function readBranch(
  { pipelines, now }: ScanOptions,
  project: Project,
  pipeline: Pipeline,
  branch: string | null,
  queues: readonly Queue[],
  known: PipelineReading | null,
  found: Found,
): Promise<Omit<PipelineReading, 'key'>> {
  const { pipelineId, name, file } = pipeline;
  const base = {
    ...project,
    project: project.name,
    kind: 'yaml' as const,
    pipelineId,
    name,
    branch,
    file,
    readAt: now(),
  };
  try {
    const defaultName = queues.find((queue) => queue.queueId === pipeline.defaultQueueId)?.name ?? null;
    const yaml = await pipelines.preview(project.projectId, pipelineId, branch);
    return { ...base, ...worded(readFinalYaml(yaml, { names: queues.map((queue) => queue.name), defaultName })) };
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind === 'unavailable' || error.kind === 'throttled') throw error;
    if (error.kind === 'denied') noteMissing(found, `preview the pipelines of ${project.name}`, error);
    // A pipeline that is at fault has demands that are not known, and never none.
    return {
      ...base,
      jobs: known?.jobs ?? [],
      notCovered: [`the preview failed: ${error.message.split('\n').join(' ')}`],
    };
  }
}

function takeClassic(
  { now }: ScanOptions,
  project: Project,
  { pipelineId, name, revision, definition }: Pipeline,
  queues: readonly Queue[],
  found: Found,
): void {
  const reading = readBuildDefinition(
    definition,
    queues.map((queue) => queue.queueId),
  );
  const where = {
    ...project,
    project: project.name,
    kind: 'classic' as const,
    pipelineId,
    name,
    branch: null,
    file: null,
  };
  found.readings.push({ ...where, key: String(revision), readAt: now(), ...worded(reading) });
}

async function* scanReleases(
  options: ScanOptions,
  project: Project,
  queues: readonly Queue[],
  found: Found,
): AsyncGenerator<undefined> {
  const releases = await orNull(found, `list the release definitions of ${project.name}`, () =>
    options.pipelines.listReleaseDefinitions(project.projectId),
  );
  yield;
  if (releases === null) {
    keep(options, found, project, (one) => one.kind === 'release');
    return;
  }
  for (const { releaseId, name, revision, definition } of releases) {
    const reading = readReleaseDefinition(
      definition,
      queues.map((queue) => queue.queueId),
    );
    if (reading.jobs.length + reading.notCovered.length === 0) continue;
    const where = { ...project, project: project.name, kind: 'release' as const, branch: null, file: null };
    const key = String(revision);
    found.readings.push({ ...where, pipelineId: releaseId, name, key, readAt: options.now(), ...worded(reading) });
  }
}

function worded({ jobs, notCovered }: Reading): Pick<PipelineReading, 'jobs' | 'notCovered'> {
  return {
    jobs,
    notCovered: notCovered.map(({ words, line }) => (line > 0 ? `final YAML line ${line}: ${words}` : words)),
  };
}

/** What was known of a project before, where it cannot be read now. */
function keep(
  { before }: ScanOptions,
  found: Found,
  { projectId }: Project,
  isMeant: (one: PipelineReading) => boolean,
): void {
  found.readings.push(...before.readings.filter((one) => one.projectId === projectId && isMeant(one)));
}

/** Null where the identity may not, or where there is no such thing here; what passes by itself ends the look. */
async function orNull<T>(found: Found, what: string, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind === 'unavailable' || error.kind === 'throttled') throw error;
    if (error.kind === 'denied') noteMissing(found, what, error);
    else found.notCovered.push(`Azure DevOps did not let Weir ${what}: ${error.message}`);
    return null;
  }
}

function noteMissing(found: Found, what: string, error: CloudError): void {
  const words = `The identity of discovery may not ${what}: ${error.message}`;
  if (!found.missingRights.includes(words)) found.missingRights.push(words);
}
