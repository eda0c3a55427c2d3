// I-12: every job that waits has a verdict in words, and one that nobody can serve is told so by its name, with what to do.
// Judged from what a person sees of the pool, against the queue as it is and against what the service was told of it.
import type { JournalEvent } from '../journal.ts';
import { hopeless } from '../image-demands.ts';
import { numberIn, textIn, type Checker, type Report } from './checker.ts';
import { ToldVersions } from './told-versions.ts';

/** Why a job waits. That it has an agent, runs or is over is no answer to that. */
const verdicts: ReadonlySet<string> = new Set(
  (
    'starting nodeBooting nodeReimaging laneCreating agentUpdating queuedBehind poolAtMaximum scaleSetFull ' +
    'budgetReached disruptionBlocked taggedAgentBusy parallelJobLimit noCapacity azureUnknown azureDevOpsUnknown ' +
    'noAgentMatches notAdmitted aliasUnknown versionUnknown versionNotReplicated versionNotAllowed laneLimit demandSyntax ' +
    'demandConflict tagNeedsStatefulPool workFolderInvalid agentsDisabled imageFailing scaleSetContended scaleSetMissing ' +
    'panicStopped serviceDisagrees paused'
  ).split(' '),
);

/** What a person reads of one job request. */
interface Told {
  readonly request: number;
  readonly verdict: string;
  readonly words: string;
  readonly nextStep: string | null;
  readonly resolvesItself: boolean;
}

/** Two answers in a row: what an old list lacks, the next one has. */
type Twice = readonly [ReadonlySet<number>, ReadonlySet<number>];

/** By a wrong clock, and of two processes, nobody can tell what a picture was made of: so many new ones in a row, and the last began after the first was read. */
const newPictures = 3;

/** New pictures that a person has seen since the service knew of it, by request. */
class Looks {
  readonly #counts = new Map<number, number>();
  #at: number | null = null;

  know([before, after]: Twice): void {
    for (const one of this.#counts.keys()) if (!after.has(one) || !before.has(one)) this.#counts.delete(one);
    for (const one of after) if (before.has(one) && !this.#counts.has(one)) this.#counts.set(one, 0);
  }

  look(at: number): void {
    if (at !== this.#at) for (const [one, count] of this.#counts) this.#counts.set(one, count + 1);
    this.#at = at;
  }

  areEnoughFor(request: number): boolean {
    return (this.#counts.get(request) ?? 0) >= newPictures;
  }
}

export function namedChecker(): Checker {
  const waiting = new Set<number>();
  const [looksAtQueue, looksAtEnded] = [new Looks(), new Looks()];
  let isTimeVague = false;
  /** Of two processes each has its own trouble, so what one was told is not what the other shows; in calm both are told. */
  let areTwo = false;
  let isCalm = false;
  const due = new Map<number, string>();
  /** Jobs of which only the versions of an image tell that they can run nowhere, and that image. */
  const needing = new Map<number, string>();
  const versions = new ToldVersions();
  let queue: Twice = [new Set(), new Set()];
  let ended: Twice = [new Set(), new Set()];
  let toldAt: readonly [number, number] = [Infinity, Infinity];
  let endedAt: readonly [number, number] = [Infinity, Infinity];
  return (event, report) => {
    const request = numberIn(event, 'request');
    if (event.kind === 'fault' && event.id === 'S6') isTimeVague = true;
    if (event.kind === 'serviceStart' && (numberIn(event, 'controller') ?? 1) > 1) isTimeVague = areTwo = true;
    if (event.kind === 'calm') isCalm = true;
    versions.see(event);
    if (areTwo && event.kind === 'calm') versions.forget();
    if (event.kind === 'jobQueued' && request !== null) {
      if (event.admissible === true) waiting.add(request);
      const found = event.admissible === true ? null : hopelessIn(event);
      if (found !== null) due.set(request, found.verdict);
      if (found?.needsVersions === true) needing.set(request, textIn(event, 'image') ?? '');
    } else if (request !== null) waiting.delete(request);
    // A process that has just begun, or that could not read the queue, has nothing to tell, nor has a database that is a backup.
    const isUntold = event.kind === 'wire' && event.isWholeQueue === true && !Array.isArray(event.waiting);
    const isBackup =
      event.kind === 'fault' && event.id === 'S4' && textIn(event, 'did')?.startsWith('set back') === true;
    if (isUntold || isBackup || event.kind === 'serviceCrash' || (areTwo && event.kind === 'calm')) {
      queue = [new Set(), new Set()];
      ended = [new Set(), new Set()];
      looksAtQueue.know(queue);
      looksAtEnded.know(ended);
    }
    if (event.kind === 'wire' && Array.isArray(event.waiting)) {
      queue = [queue[1], new Set(event.waiting.map(Number))];
      toldAt = [toldAt[1], event.t];
      looksAtQueue.know(queue);
    } else if (event.kind === 'wire' && Array.isArray(event.ended)) {
      const isKnowable = (one: number): boolean => versions.has(needing.get(one) ?? '') || !needing.has(one);
      ended = [ended[1], new Set(event.ended.map(Number).filter(isKnowable))];
      endedAt = [endedAt[1], event.t];
      looksAtEnded.know(ended);
    }
    if (event.kind !== 'verdicts' || (areTwo && !isCalm)) return;
    const at = numberIn(event, 'at') ?? 0;
    looksAtQueue.look(at);
    looksAtEnded.look(at);
    const told = new Map((event.requests as readonly Told[]).map((one) => [one.request, one]));
    for (const one of isTimeVague || at >= toldAt[0] ? waiting : [])
      if ((!isTimeVague || looksAtQueue.areEnoughFor(one)) && queue.every((ids) => ids.has(one)))
        explained(event.t, one, told.get(one), report);
    for (const [one, verdict] of isTimeVague || at > endedAt[0] ? due : []) {
      if ((isTimeVague && !looksAtEnded.areEnoughFor(one)) || !ended.every((ids) => ids.has(one))) continue;
      due.delete(one);
      named(event.t, one, verdict, told.get(one), report);
    }
  };
}

function explained(t: number, request: number, told: Told | undefined, report: Report): void {
  if (told !== undefined && verdicts.has(told.verdict) && told.words !== '') return;
  report(t, `Job request ${String(request)} waits, and nobody says why (${told?.verdict ?? 'no verdict'}).`, 'I-12');
}

function named(t: number, request: number, verdict: string, told: Told | undefined, report: Report): void {
  const isNamed =
    told?.verdict === verdict && !told.resolvesItself && told.words !== '' && (told.nextStep ?? '') !== '';
  if (isNamed) return;
  const words = `Job request ${String(request)} can run nowhere (${verdict}) and is told ${told?.verdict ?? 'nothing'}.`;
  report(t, words, 'I-12');
}

/** Known by its demands, but for the one that Azure DevOps adds. */
function hopelessIn(event: JournalEvent): (typeof hopeless)[number] | null {
  const demands = (Array.isArray(event.demands) ? event.demands.map(String) : []).filter(
    (demand) => !demand.startsWith('Agent.Version '),
  );
  const isOfImages = textIn(event, 'image') !== null || demands.some((demand) => /^ImageOverride/i.test(demand));
  const found = hopeless.find((one) => JSON.stringify(one.demands) === JSON.stringify(demands));
  return isOfImages ? (found ?? null) : null;
}
