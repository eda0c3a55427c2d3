// The faults of a battery: each four seeds in a row meet every fault once, dealt like cards, so that no fault waits for its
// luck; each seed meets few of them and hard, and where they matter: jobs come often enough for what happens to jobs, and a
// fault of a reimage meets a pool that reimages. The world around them is the one that the seed draws by itself.
import { seededRandom } from '../../service/domain/chance.ts';
import type { Arrival } from '../workload/arrivals.ts';
import { exponential } from './fault.ts';
import { wireFaultIds } from './faults.ts';
import { machineFaultIds } from './machine-faults.ts';
import { meddlerIds } from './meddlers.ts';
import { allFaultIds, drawRun, scarceCores, serviceIds, unlimitedCores, type RunOptions } from './options.ts';
import { peopleIds } from './people.ts';
import { boundsOf, secondsBounds, strengthOf, within } from './strengths.ts';

/** Seeds in a row that meet every fault once. */
const hands = 4;
const jobsPerHour = { each: 5, most: 14 } as const;
/** A longer run is busy at first, and then as its seed draws it: it would take an hour. */
const busyHours = 2;

export function dealRun(seed: number, hours: number): RunOptions {
  const present = dealt(seed);
  const random = seededRandom(seed * 15_013 + 11);
  // Validations are of images, and need a resource group for lanes.
  const base = present.has('V1') ? drawRun(seed, hours, [], false, true) : drawRun(seed, hours, [], false);
  const of = <T>(ids: readonly string[], draw: (id: string) => T) =>
    Object.fromEntries(ids.filter((id) => present.has(id)).map((id) => [id, draw(id)] as const));
  const settings: RunOptions['settings'] = {
    ...settingsFor(present, base.settings),
    ...(isKeeping(seed, present) ? keepingSettings : {}),
  };
  const maximum = Number(settings.maxCapacity);
  return {
    ...base,
    settings,
    arrivals: withFailures(seed, withMore(base.arrivals, hours, maximum, random), isKeeping(seed, present)),
    rules: rulesOf(base.rules, present, random),
    coresLimit: present.has('A11') ? coresOf(maximum, base.images.length) : unlimitedCores,
    strengths: of(wireFaultIds, (id) => strengthOf(id, random)),
    people: of(peopleIds, (id) => within(secondsBounds(id), random)),
    machines: of(machineFaultIds, (id) => within(id === 'D10' ? secondsBounds(id) : boundsOf(id), random)),
    meddlers: of(meddlerIds, (id) => within(secondsBounds(id), random)),
    surroundings: of(serviceIds, (id) => strengthOf(id, random)),
    // Who disabled an agent is written in the store alone, so no run has both a store of yesterday and people who do that.
    backupSeconds: present.has('S4') && !present.has('D9') ? within([900, 3600], random) : null,
    crash: present.has('S1') ? within(boundsOf('S1'), random) : 0,
    leaders: present.has('S3') && random() < 0.5 ? 2 : 1,
    ...(present.has('V1') ? { validationSeconds: within(secondsBounds('V1'), random) } : {}),
  };
}

/** Half of the maximum; of a pool with several images all but one machine of it, as where it is drawn. */
function coresOf(maximum: number, images: number): number {
  return images === 0 ? 2 * Math.max(1, Math.floor(maximum / 2)) : scarceCores(maximum);
}

export function dealt(seed: number): ReadonlySet<string> {
  const random = seededRandom(Math.floor(seed / hands) * 7907 + 3);
  const cards = allFaultIds.map((id) => ({ id, at: random() })).toSorted((left, right) => left.at - right.at);
  return new Set(cards.flatMap(({ id }, index) => (index % hands === seed % hands ? [id] : [])));
}

/** What happens to machines that wait needs some, and a standby of machines that are wiped after each use is reimaged. */
const ofIdle = ['A16', 'A17', 'A18', 'D9', 'D10'] as const;
const leastMachines = 3;

function settingsFor(present: ReadonlySet<string>, settings: RunOptions['settings']): RunOptions['settings'] {
  const maxCapacity = Math.max(leastMachines, Number(settings.maxCapacity));
  const isOfIdle = ofIdle.some((id) => present.has(id));
  const desiredIdle = Math.max(isOfIdle ? 2 : 0, Number(settings.desiredIdle));
  // Of a pool with several images whose jobs ask for tags the machines stay as they are: it has none to reimage.
  const isWiped = present.has('A17') && !('profile' in settings);
  return { ...settings, maxCapacity, desiredIdle, ...(isWiped ? { recycleAfterEachUse: true } : {}) };
}

/** The machines of failed jobs stay for somebody to look at, and go before the run is over. */
const keepingSettings = { preserveAgentOnJobFailure: true, maxSavedNodeCount: 2, savedNodeHours: 1 };

/** Three seeds in ten; never where machines of a trial fail, which would stay for two days. */
function isKeeping(seed: number, present: ReadonlySet<string>): boolean {
  return !present.has('V1') && seededRandom(seed * 9067 + 53)() < 0.3;
}

/** Where machines are kept, some jobs fail: none of those that every run needs. */
function withFailures(seed: number, arrivals: readonly Arrival[], isKept: boolean): readonly Arrival[] {
  if (!isKept) return arrivals;
  const random = seededRandom(seed * 9091 + 59);
  return arrivals.map((one) => (one.runId >= 500 && random() < 0.4 ? { ...one, result: 'failed' as const } : one));
}

function rulesOf(rules: RunOptions['rules'], present: ReadonlySet<string>, random: () => number): RunOptions['rules'] {
  // Where nobody refuses, the two readings are all there is; they may not be old ones then as well.
  const isBare = present.has('D5') && rules.deleteRefusal === 'never';
  const defended = isBare ? { ...rules, deleteRefusal: 'running' as const } : rules;
  if (!present.has('D11')) return defended;
  return {
    ...defended,
    assignDelayMs: [5000, 60_000],
    assignAfterRead: within(boundsOf('D11'), random),
    assignAfterDisableMs: Math.floor(random() * 5000),
  };
}

/** Several at once, up to one more than the pool has machines, and all of them before the one that comes last. */
function withMore(
  arrivals: readonly Arrival[],
  hours: number,
  maximum: number,
  random: () => number,
): readonly Arrival[] {
  const perHour = Math.min(jobsPerHour.most, jobsPerHour.each * maximum);
  const most = Math.min(4, maximum + 1);
  const meanSeconds = ((1 + most) / 2 / perHour) * 3600;
  const names = { label: '', jobName: 'build', definitionName: 'busy', runName: 'busy' };
  const more: Arrival[] = [];
  let at = 1200;
  while ((at += exponential(random, meanSeconds) / 1000) < Math.min(hours, busyHours) * 3600 - 60) {
    const count = 1 + Math.floor(random() * most);
    const durationSeconds = 60 + Math.floor(random() * 240);
    for (let index = 0; index < count; index += 1)
      more.push({ ...names, at: Math.floor(at), durationSeconds, runId: 1000 + more.length });
  }
  return [...arrivals, ...more].toSorted((left, right) => left.at - right.at);
}
