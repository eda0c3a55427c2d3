// `weir replay`: what a pool would have done with a trace of jobs, under which waits and for how many machine hours.
import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { baselineNames } from '../service/domain/baselines/named.ts';
import type { PoolSettings, SizingPolicy } from '../service/domain/pool.ts';
import { validatePoolSettings } from '../service/domain/pool-rules.ts';
import { bootProfiles } from '../service/domain/replay-machines.ts';
import type { ReplayWindow } from '../service/domain/replay-window.ts';
import { replay, type ReplayResult } from '../service/domain/replay.ts';
import type { TraceJob } from '../service/domain/trace.ts';
import { UserProblem, whyUnreadable } from '../service/problem.ts';
import { windowWords } from './replay-window.ts';
import { safeText } from './safe-text.ts';
import { readTraceFile } from './trace-file.ts';
import { BadUsage, type Arguments, type Io, type Verb } from './verb.ts';

export const replayVerb: Verb = {
  name: 'replay',
  summary: 'what-if on a trace of jobs: waits and machine hours',
  usage: 'TRACE.csv[.gz] --settings FILE',
  positionals: { min: 1, max: 1 },
  options: {
    settings: { type: 'text', value: 'FILE', summary: 'pool settings as JSON or YAML' },
    policy: {
      type: 'text',
      value: 'NAME',
      summary: 'eventDriven, sampled or another tool’s rule; wins over the settings',
    },
    from: { type: 'text', value: 'S', summary: 'second of the trace at which it begins (that of the first job)' },
    to: { type: 'text', value: 'S', summary: 'second of the trace at which it ends (when the last job is done)' },
    boot: { type: 'text', value: 'NAME', summary: 'linux (default), windows or fast: how long machines boot' },
    'boot-seed': { type: 'text', value: 'N', summary: 'seed of the boot times (1)' },
    whole: { type: 'boolean', summary: 'a whole decide at every pass: slow, and nearly the same' },
    json: { type: 'boolean', summary: 'one JSON document' },
  },
  details: `A trace line is arrival_seconds,duration_seconds,label; lines that begin with # are comments. --from and --to are such seconds,
too. Jobs before --from are only learned from, jobs from --to on are left out. Machines start at 0 at --from; those that stand by
count from there on and at least until --to, every other one until it is deleted after the last job. c0VmHours is what nobody can
beat who lets no job wait: it knows all jobs, and has no standby.

Waits are seconds from the arrival of a job to its beginning; vmHours, c0VmHours and workVmHours are hours of machines.

Other tools’ rules, for comparison: keda, terraformAws, buildkite, gitlab, clusterAutoscaler, managedPoolsOff and
managedPools10, 25, 50, 75, 90 (the percentile); desiredIdle is their minimum, pool, idle count or buffer;
Managed DevOps Pools have none. A label names an image, but every machine fits every job.

Example: printf '0,600,linux\\n0,300,linux\\n4000,60,linux\\n' > trace.csv; echo 'maxCapacity: 5' > settings.yaml
         weir replay trace.csv --settings settings.yaml`,
  run: runReplay,
};

async function runReplay(args: Arguments, io: Io): Promise<number> {
  const [path] = args.positionals;
  if (path === undefined) throw new BadUsage('weir replay needs a trace.', replayVerb.usage);
  const profile = bootProfiles[choice(args, 'boot', ['linux', 'windows', 'fast'] as const, 'linux')];
  const asked = { begins: args.number('from', 0, 1e12), ends: args.number('to', 0, 1e12) };
  const [from, to] = [asked.begins ?? 0, asked.ends ?? Number.POSITIVE_INFINITY];
  if (to <= from) throw new BadUsage('--to must be later than --from.', 'Leave --to out to replay to the end.');
  const bootSeed = args.whole('boot-seed', 0, 2 ** 31) ?? 1;
  const stated = await readSettings(args.text('settings'));
  const policy = choice(args, 'policy', [...ownPolicies, ...baselineNames], stated.sizing.policy);
  const baseline = baselineNames.find((name) => name === policy);
  const own = ownPolicies.find((name) => name === policy) ?? stated.sizing.policy;
  const settings = { ...stated, sizing: { ...stated.sizing, policy: own } };
  const trace = await readTraceFile(path);
  warnOfLabels(trace.jobs, settings, io);
  // Replays in counts know no clock: where the standby follows it, each pass is a whole decide, at the hours of the trace.
  const isByClock = settings.schedule !== null;
  const epoch = isByClock ? (trace.epochSeconds ?? 0) : 0;
  const jobs = epoch === 0 ? trace.jobs : trace.jobs.map((job) => ({ ...job, arrival: job.arrival + epoch }));
  const part = { from: from + epoch, to: to + epoch };
  const window = windowOf(asked, epoch);
  const served = jobs.filter((job) => job.arrival >= part.from && job.arrival < part.to);
  for (const line of windowWords(served, window)) io.note(`weir: ${line}\n`);
  const options = { jobs, settings, profile, bootSeed, ...part, window, isWhole: isByClock || args.flag('whole') };
  const result = replay(baseline === undefined ? options : { ...options, baseline });
  io.out(args.flag('json') ? `${JSON.stringify(result)}\n` : readable(result, settings));
  return 0;
}

function windowOf({ begins, ends }: ReplayWindow, epoch: number): ReplayWindow {
  return { begins: begins === null ? null : begins + epoch, ends: ends === null ? null : ends + epoch };
}

const ownPolicies: readonly SizingPolicy[] = ['eventDriven', 'sampled'];

function choice<T extends string>(args: Arguments, name: string, allowed: readonly T[], fallback: T): T {
  const text = args.text(name);
  if (text === null) return fallback;
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new BadUsage(`--${name} cannot be "${text}".`, `Say one of: ${allowed.join(', ')}.`);
}

async function readSettings(path: string | null): Promise<PoolSettings> {
  if (path === null) throw new BadUsage('weir replay needs --settings FILE.', 'Give pool settings as JSON or YAML.');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UserProblem('SETTINGS_READ', `The settings ${path} cannot be read: ${whyUnreadable(error)}.`, {
      nextStep: 'Give the path of a file.',
    });
  });
  const document = parseDocument(path, text);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    const what = document === null ? 'they are empty' : 'they are not fields with values';
    throw new UserProblem('SETTINGS_INVALID', `The settings ${path} cannot be used: ${what}.`, {
      nextStep: 'Write fields and their values, for instance maxCapacity: 5.',
    });
  }
  const read = validatePoolSettings(withWhereabouts(document));
  if ('settings' in read) return read.settings;
  const words = read.problems.map((problem) => `${problem.field}: ${problem.message} ${problem.nextStep}`).join('\n  ');
  throw new UserProblem('SETTINGS_INVALID', `The settings ${path} cannot be used:\n  ${words}`);
}

function parseDocument(path: string, text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 50 });
  } catch (error) {
    const words = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserProblem('SETTINGS_SYNTAX', `The settings ${path} cannot be read: ${words ?? ''}`, {
      nextStep: 'Write them as JSON or YAML.',
    });
  }
}

/** A what-if touches neither cloud, so where the pool stands may be left out. */
function withWhereabouts(document: object): object {
  return {
    name: 'replay',
    organization: 'https://dev.azure.com/replay',
    poolId: 1,
    scaleSet:
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/replay/providers/Microsoft.Compute/virtualMachineScaleSets/replay',
    ...document,
  };
}

function warnOfLabels(jobs: readonly TraceJob[], { images }: PoolSettings, io: Io): void {
  const byAlias = new Map(
    images.flatMap((image) => image.aliases.map((alias) => [alias.toLowerCase(), image] as const)),
  );
  const labels = [...new Set(jobs.map((job) => job.label))];
  const strange = labels.filter((label) => label !== '' && !byAlias.has(label.toLowerCase()));
  const first = images[0]?.aliases[0] ?? 'the scale set’s own image';
  if (strange.length > 0) {
    const some = strange.slice(0, 5).map((label) => safeText(label.slice(0, 40)));
    io.note(
      `weir: no image is called ${some.join(', ')}${strange.length > 5 ? ' and others' : ''}; those jobs run on ${first}.\n`,
    );
  }
  const used = new Set(labels.map((label) => byAlias.get(label.toLowerCase()) ?? images[0]));
  if (used.size < 2) return;
  const names = [...used].map((image) => image?.aliases[0] ?? first).join(' and ');
  io.note(
    `weir: the jobs run on ${names}, but in a replay every machine fits every job; real waits and hours are higher.\n`,
  );
}

function readable(result: ReplayResult, settings: PoolSettings): string {
  const { waitSeconds: wait } = result;
  const ratio = result.c0VmHours === 0 ? '' : ` (${(result.vmHours / result.c0VmHours).toFixed(2)} × C0)`;
  const rows: readonly (readonly [string, string])[] = [
    ['policy', policyWords(result, settings)],
    ['jobs', String(result.jobs)],
    ['wait mean', `${wait.mean} s`],
    ['wait p50 / p95 / p99', `${wait.p50} / ${wait.p95} / ${wait.p99} s`],
    ['machine hours', `${result.vmHours}${ratio}`],
    ['C0, zero wait', `${result.c0VmHours} h`],
    ['work alone', `${result.workVmHours} h`],
    ['most machines', String(result.maximumInstances)],
    ['creates, deletes, reimages', `${result.creates}, ${result.deletes}, ${result.reimages}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(28)}${value}\n`).join('');
}

/** Which settings the figures are of: only Weir has presets, and KEDA has a machine for each job whatever the pool says. */
function policyWords({ policy }: ReplayResult, { recycleAfterEachUse, sizing }: PoolSettings): string {
  const preset = policy === 'eventDriven' ? `, preset ${sizing.preset}` : '';
  const isFresh = recycleAfterEachUse || policy === 'keda';
  return `${policy}${preset}; ${isFresh ? 'a fresh machine for each job' : 'machines are used again'}`;
}
