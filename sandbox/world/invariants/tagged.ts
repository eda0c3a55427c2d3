// I-15: an agent that carries a tag is not taken away while a job waits for that tag that it could run, nor within its grace
// period after its last job, but for a job that finds no place in a full pool. What goes wrong with machines, and what people change, are reasons of their own.
// A machine that is kept for somebody to look at gets no job before it is given back: until when it stays is the matter of I-24.
import type { JournalEvent } from '../journal.ts';
import { standingFaults } from '../standing-faults.ts';
import { isByController, numberIn, textIn, type Checker, type Report } from './checker.ts';
import { Fullness } from './fullness.ts';

/** A job that came so shortly before the registration was deleted may have come after the last look. */
const momentSeconds = 120;
const troubleSeconds = 1800;
/** Calls that tell nothing of an agent, of its job or of its machine; and an answer that is late is still the whole one. */
const ofSomethingElse =
  /^(patchCapacity|readScaleSet|listVersions|readVersion|previewPipeline|otherAzure|otherAzureDevOps)\b|: whole, but late$/;
/** From the choice of a machine that is to make room until it is gone, where nothing comes between. */
const neededSeconds = 180;

interface Tagged {
  readonly tag: string;
  /** Null where the pool has one image. */
  readonly image: string | null;
  readonly vmId: string | null;
  endedAt: number | null;
}

interface Wish {
  readonly tag: string;
  readonly image: string | null;
  readonly at: number;
}

interface Pool {
  isStateful: boolean;
  graceSeconds: number;
  isKnown: boolean;
  readonly fullness: Fullness;
  troubledUntil: number;
  /** By the start of the vmId, as the words of a fault name it. */
  readonly machineTroubledUntil: Map<string, number>;
  /** When a job last waited in a full pool. */
  neededAt: number;
  /** Machines, by vmId, of a version that no job gets without naming it. */
  readonly ofNamedVersion: Set<string>;
  readonly agents: Map<number, Tagged>;
  /** By vmId: machines that are kept, and that nobody has given back. */
  readonly kept: Set<string>;
  readonly wishes: Map<number, Wish>;
  readonly waiting: Set<number>;
  told: ReadonlySet<number>;
}

export function taggedChecker(): Checker {
  const pool: Pool = {
    ...{ isStateful: false, graceSeconds: 0, isKnown: false, fullness: new Fullness() },
    ...{ troubledUntil: 0, neededAt: -Infinity, ofNamedVersion: new Set() },
    ...{ machineTroubledUntil: new Map(), agents: new Map(), kept: new Set() },
    ...{ wishes: new Map(), waiting: new Set(), told: new Set() },
  };
  return (event, report) => {
    // What was so until this moment counts, too.
    noteNeed(pool, event);
    pool.fullness.see(event);
    if (event.kind === 'fault') trouble(pool, event);
    if (event.kind === 'serviceCrash') pool.troubledUntil = event.t + troubleSeconds;
    if (event.kind === 'wire' && Array.isArray(event.waiting)) pool.told = new Set(event.waiting.map(Number));
    if (event.kind === 'poolSettings') settings(pool, event);
    if (event.kind === 'instanceCreated' && event.isUsual === false)
      pool.ofNamedVersion.add(textIn(event, 'vmId') ?? '');
    const request = numberIn(event, 'request');
    if (request !== null) job(pool, event, request);
    noteNeed(pool, event);
    const agent = numberIn(event, 'agent');
    const tagged = agent === null ? undefined : pool.agents.get(agent);
    if (event.kind === 'instanceSaved') pool.kept.add(textIn(event, 'vmId') ?? '');
    if (agent === null || tagged === undefined) return;
    if (event.kind === 'agentEnabled') pool.kept.delete(tagged.vmId ?? '');
    if (event.kind !== 'agentDeleted') return;
    pool.agents.delete(agent);
    if (pool.kept.has(tagged.vmId ?? '')) return;
    const troubledUntil = Math.max(pool.troubledUntil, pool.machineTroubledUntil.get(shortOf(tagged)) ?? 0);
    if (isByController(event) && pool.isStateful && event.t > troubledUntil) deleted(pool, event, tagged, report);
  };
}

function noteNeed(pool: Pool, event: JournalEvent): void {
  if (pool.waiting.size > 0 && pool.fullness.isFull) pool.neededAt = event.t;
}

/** What goes wrong with a machine that is named is a reason for that one alone. */
function trouble(pool: Pool, event: JournalEvent): void {
  const did = textIn(event, 'did') ?? '';
  if (ofSomethingElse.test(did) || standingFaults.has(event.id)) return;
  const machine = /^machine (\S+) /.exec(did)?.[1];
  if (machine === undefined) pool.troubledUntil = event.t + troubleSeconds;
  else pool.machineTroubledUntil.set(machine, event.t + troubleSeconds);
}

function shortOf({ vmId }: Tagged): string {
  return vmId?.slice(0, 8) ?? '';
}

/** A change of the settings may take away what the former ones kept. */
function settings(pool: Pool, event: JournalEvent): void {
  if (pool.isKnown) pool.troubledUntil = event.t + troubleSeconds;
  pool.isKnown = true;
  pool.isStateful = event.recycleAfterEachUse === false;
  pool.graceSeconds = (numberIn(event, 'gracePeriodMinutes') ?? 0) * 60;
}

function job(pool: Pool, event: JournalEvent, request: number): void {
  const agent = numberIn(event, 'agent');
  const tag = textIn(event, 'tag')?.toLowerCase() ?? null;
  const image = textIn(event, 'image');
  switch (event.kind) {
    case 'jobQueued':
      if (event.admissible !== true) return;
      pool.waiting.add(request);
      if (tag !== null && isOnlyTagged(event)) pool.wishes.set(request, { tag, image, at: event.t });
      return;
    case 'jobAssigned':
      pool.waiting.delete(request);
      return;
    case 'jobStarted':
      // A machine that gets a job has been given back.
      pool.kept.delete(textIn(event, 'vmId') ?? '');
      if (agent !== null && tag !== null)
        pool.agents.set(agent, { tag, image, vmId: textIn(event, 'vmId'), endedAt: null });
      return;
    case 'jobFinished':
    case 'jobLost': {
      pool.waiting.delete(request);
      const tagged = agent === null ? undefined : pool.agents.get(agent);
      if (tagged !== undefined) tagged.endedAt = event.t;
    }
  }
}

/**
 * Then any agent with the tag could run it, of the image and of the versions that such jobs mean (decision 0011): they name no
 * version, and a machine of one that must be named is not for them.
 */
function isOnlyTagged(event: JournalEvent): boolean {
  const demands = Array.isArray(event.demands) ? event.demands.map(String) : [];
  return demands.every((demand) => /^(Agent\.Version|CustomCapabilities)\s/i.test(demand));
}

function deleted(pool: Pool, event: JournalEvent, tagged: Tagged, report: Report): void {
  const name = `Agent ${String(event.agent)} with the tag ${tagged.tag}`;
  for (const request of pool.waiting) {
    const wish = pool.wishes.get(request);
    if (
      wish?.tag !== tagged.tag ||
      wish.image !== tagged.image ||
      pool.ofNamedVersion.has(tagged.vmId ?? '') ||
      !pool.told.has(request) ||
      event.t - wish.at < momentSeconds
    )
      continue;
    report(event.t, `${name} was taken away while job request ${String(request)} waited for it.`, 'I-15');
  }
  if (tagged.endedAt === null) return;
  // In a full pool even these give their place to a job that waits: the last of all.
  const isNeeded = pool.neededAt >= event.t - neededSeconds;
  const seconds = Math.round(event.t - tagged.endedAt);
  if (seconds < pool.graceSeconds && !isNeeded)
    report(event.t, `${name} was taken away ${String(seconds)} s after its job.`, 'I-15');
}
