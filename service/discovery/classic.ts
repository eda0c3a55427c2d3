// Reads which demands a classic definition puts to the queues of a pool: the phases of a build definition and the deploy phases
// of a release definition, from their JSON (pipelines-and-yaml.md 1.4).
import type { JobDemands, Reading } from './final-yaml.ts';
import { expand, isOpen, type Variables } from './variables.ts';

type Json = Readonly<Record<string, unknown>>;

/** `queueIds`: the queues through which the project sees the pool. */
export function readBuildDefinition(raw: unknown, queueIds: readonly number[]): Reading {
  const definition = jsonOf(raw);
  const variables = variablesOf(definition.variables);
  const shared = demandsOf(definition.demands);
  const ownQueue = numberOf(jsonOf(definition.queue).id);
  const phases = listOf(jsonOf(definition.process).phases).map(jsonOf);
  return collect(
    phases.flatMap((phase) => {
      const target = jsonOf(phase.target);
      // 1 is an agent job; agentless phases reach no queue.
      if (target.type !== undefined && numberOf(target.type) !== 1) return [];
      const queue = numberOf(jsonOf(target.queue).id) ?? ownQueue;
      if (queue === null || !queueIds.includes(queue)) return [];
      return [{ job: textOf(phase.name), demands: [...shared, ...demandsOf(target.demands)], variables }];
    }),
  );
}

export function readReleaseDefinition(raw: unknown, queueIds: readonly number[]): Reading {
  const definition = jsonOf(raw);
  const outer = variablesOf(definition.variables);
  return collect(
    listOf(definition.environments)
      .map(jsonOf)
      .flatMap((environment) => {
        const variables = new Map([...outer, ...variablesOf(environment.variables)]);
        const shared = demandsOf(environment.demands);
        return listOf(environment.deployPhases)
          .map(jsonOf)
          .flatMap((phase) => {
            const input = jsonOf(phase.deploymentInput);
            const kind = phase.phaseType;
            if (kind !== undefined && kind !== 'agentBasedDeployment' && kind !== 1) return [];
            const queue = numberOf(input.queueId);
            if (queue === null || !queueIds.includes(queue)) return [];
            const job = [textOf(environment.name), textOf(phase.name)].filter((name) => name !== null).join(' › ');
            return [{ job: job === '' ? null : job, demands: [...shared, ...demandsOf(input.demands)], variables }];
          });
      }),
  );
}

interface Phase {
  readonly job: string | null;
  readonly demands: readonly string[];
  readonly variables: Variables;
}

function collect(phases: readonly Phase[]): Reading {
  const jobs: JobDemands[] = [];
  const notCovered: { words: string; line: number }[] = [];
  for (const { job, demands, variables } of phases) {
    const texts = demands.map((text) => expand(text, variables));
    const open = texts.filter(isOpen);
    const where = job === null ? '' : ` of phase ${job}`;
    for (const text of open)
      notCovered.push({ words: `the demand "${text}"${where} is only known to the run`, line: 0 });
    if (open.length === 0) jobs.push({ demands: [...new Set(texts)], line: 0, job });
  }
  return { jobs, notCovered };
}

/** Strings, as in job requests, or objects, as the specification types them: which come is not known. */
function demandsOf(raw: unknown): readonly string[] {
  return listOf(raw).flatMap((one) => {
    if (typeof one === 'string') return one.trim() === '' ? [] : [one.trim()];
    const { name, value } = jsonOf(one);
    const text = textOf(name);
    if (text === null) return [];
    return [textOf(value) === null ? text : `${text} -equals ${textOf(value) ?? ''}`];
  });
}

/** Secrets have no value here, and what the one who starts a run may change is not known before. */
function variablesOf(raw: unknown): Variables {
  return new Map(
    Object.entries(jsonOf(raw)).flatMap(([name, variable]) => {
      const { value, isSecret, allowOverride } = jsonOf(variable);
      const text = textOf(value);
      if (text === null || isSecret === true || allowOverride === true || isOpen(text)) return [];
      return [[name.toLowerCase(), text] as const];
    }),
  );
}

function jsonOf(raw: unknown): Json {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Json) : {};
}

function listOf(raw: unknown): readonly unknown[] {
  return Array.isArray(raw) ? raw : [];
}

function textOf(raw: unknown): string | null {
  return typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : null;
}

function numberOf(raw: unknown): number | null {
  return typeof raw === 'number' && Number.isInteger(raw) ? raw : null;
}
