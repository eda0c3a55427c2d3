// Reads which demands the jobs of one final YAML put to the queues of a pool (pipelines-and-yaml.md 2): the nearest `pool` wins
// whole, matrices are told apart, and what only the run knows is named instead of guessed.
import { readPool, type PoolNode } from './pool-node.ts';
import { expand, isOpen, legsOf, noVariables, withVariables, type Variables } from './variables.ts';
import { child, parseYaml, type YamlNode } from './yaml-node.ts';

export interface JobDemands {
  readonly demands: readonly string[];
  /** In the final YAML, which is not the author's text. */
  readonly line: number;
  /** Such as `build.test`; null where nothing has a name. */
  readonly job: string | null;
}

export interface Reading {
  readonly jobs: readonly JobDemands[];
  readonly notCovered: readonly { readonly words: string; readonly line: number }[];
}

export interface Queues {
  /** Names under which the project knows the pool. */
  readonly names: readonly string[];
  /** Of the pipeline: for jobs that name no pool at any level. */
  readonly defaultName: string | null;
}

export function readFinalYaml(text: string, queues: Queues): Reading {
  const root = parseYaml(text);
  if ('problem' in root)
    return { jobs: [], notCovered: [{ words: `the YAML cannot be read: ${root.problem}`, line: 1 }] };
  const found: Found = { jobs: [], notCovered: [] };
  const level: Level = {
    pool: readPool(root),
    variables: withVariables(noVariables, child(root, 'variables')),
    path: [],
  };
  const stages = child(root, 'stages')?.items ?? null;
  if (stages === null) readJobs(root, level, queues, found);
  for (const stage of stages ?? []) {
    if (isTemplate(stage, found)) continue;
    const inner = deeper(level, stage, child(stage, 'stage')?.text ?? null);
    readJobs(stage, inner, queues, found);
  }
  return found;
}

interface Found {
  readonly jobs: JobDemands[];
  readonly notCovered: { readonly words: string; readonly line: number }[];
}

interface Level {
  readonly pool: PoolNode | null;
  readonly variables: Variables;
  readonly path: readonly string[];
}

function deeper(outer: Level, node: YamlNode, name: string | null): Level {
  return {
    pool: readPool(node) ?? outer.pool,
    variables: withVariables(outer.variables, child(node, 'variables')),
    // The service's own name for what has none.
    path: name === null || name === '__default' ? outer.path : [...outer.path, name],
  };
}

function readJobs(parent: YamlNode, level: Level, queues: Queues, found: Found): void {
  const jobs = child(parent, 'jobs')?.items ?? child(parent, 'phases')?.items ?? null;
  if (jobs === null) {
    if (child(parent, 'steps') !== null) readJob(parent, level, queues, found);
    else if (child(parent, 'extends') !== null)
      found.notCovered.push({ words: 'a template was not expanded', line: parent.line });
    return;
  }
  for (const job of jobs) {
    if (isTemplate(job, found)) continue;
    const name = child(job, 'job') ?? child(job, 'deployment') ?? child(job, 'phase');
    readJob(job, deeper(level, job, name?.text ?? null), queues, found);
  }
}

function isTemplate(node: YamlNode, found: Found): boolean {
  if (child(node, 'template') === null) return false;
  found.notCovered.push({ words: 'a template was not expanded', line: node.line });
  return true;
}

function readJob(job: YamlNode, level: Level, queues: Queues, found: Found): void {
  const strategy = child(job, 'strategy') ?? child(job, 'queue');
  if (child(job, 'deployment') !== null) {
    readDeployment(job, strategy, level, queues, found);
    return;
  }
  const legs = legsOf(strategy, level.variables);
  // Of legs that only exist at run time no variable is known, and what they do not touch is the same in all of them.
  for (const variables of legs ?? [level.variables]) take(level.pool, variables, level, job.line, queues, found);
}

/** Macros are not expanded in deployment jobs. A hook with a pool of its own is a job of its own. */
function readDeployment(job: YamlNode, strategy: YamlNode | null, level: Level, queues: Queues, found: Found): void {
  const kind = ['runOnce', 'rolling', 'canary'].find((one) => child(strategy, one) !== null);
  const resourceType = child(child(job, 'environment'), 'resourceType')?.text ?? '';
  // The machines of the environment run it themselves.
  if (kind === 'rolling' && resourceType.toLowerCase() === 'virtualmachine') return;
  const hooks = kind === undefined ? [] : hooksOf(child(strategy, kind));
  const ownPools = hooks.map((hook) => readPool(hook));
  if (hooks.length === 0 || ownPools.includes(null)) take(level.pool, noVariables, level, job.line, queues, found);
  for (const pool of ownPools) if (pool !== null) take(pool, noVariables, level, pool.line, queues, found);
}

function hooksOf(strategy: YamlNode | null): readonly YamlNode[] {
  const plain = ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic'].map((name) => child(strategy, name));
  const after = ['failure', 'success'].map((name) => child(child(strategy, 'on'), name));
  return [...plain, ...after].filter((hook) => hook !== null);
}

function take(
  pool: PoolNode | null,
  variables: Variables,
  level: Level,
  jobLine: number,
  queues: Queues,
  found: Found,
): void {
  const line = pool?.line ?? jobLine;
  const name = pool === null ? queues.defaultName : pool.name === null ? null : expand(pool.name, variables);
  const job = level.path.length === 0 ? null : level.path.join('.');
  const where = job === null ? '' : ` of job ${job}`;
  if (name === null) return;
  if (isOpen(name)) {
    found.notCovered.push({ words: `the pool "${name}"${where} is only known to the run`, line });
    return;
  }
  if (!queues.names.some((one) => one.toLowerCase() === name.toLowerCase())) return;
  for (const fault of pool?.faults ?? []) found.notCovered.push({ words: `${fault.words}${where}`, line: fault.line });
  const demands = (pool?.demands ?? []).map((demand) => ({ ...demand, text: expand(demand.text, variables) }));
  const open = demands.filter((demand) => isOpen(demand.text));
  for (const demand of open) {
    found.notCovered.push({ words: `the demand "${demand.text}"${where} is only known to the run`, line: demand.line });
  }
  if (open.length > 0 || (pool?.faults.length ?? 0) > 0) return;
  const texts = demands.map((demand) => demand.text);
  const isKnown = found.jobs.some((one) => one.job === job && one.demands.join('\n') === texts.join('\n'));
  if (!isKnown) found.jobs.push({ demands: texts, line: demands[0]?.line ?? line, job });
}
