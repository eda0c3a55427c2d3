// Keeps our calls within Azure's limits for each scale set: a costly list is given again while it is young, operations are
// looked at no more often than Azure wants, and a write that would be refused is not sent.
import type { Instance, ScaleSet } from '../domain/instance.ts';
import type { AzurePort, Clock, OperationStatus } from '../ports.ts';
import { CloudError } from '../problem.ts';
import type { Metered, Meter } from './meter.ts';

/** Passes come every five seconds, and ten lists a minute are allowed: every second pass may go by the same list. */
const youngMs = 5_900;
/** Where the budget is used up, an older list is better than none, if as far as we know nobody changed anything since. */
const oldestMs = 30_000;
/** With fewer reads left than this an older reading is given again. */
const readsInReserve = 12;
/** 15 looks a minute are allowed; whether for each operation or for all of one scale set, nobody says (azure-wire.md 3). */
const pollEveryMs = 10_000;
const pollsPerMinute = 12;

interface Kept<T> {
  readonly value: T;
  readonly at: number;
  /** We changed the scale set since. */
  isOutdated: boolean;
  /** Requests that it took: one for each page. */
  readonly pages: number;
}

interface KeptList extends Kept<readonly Instance[]> {
  /** Of the scale set, as it was told last when the list was asked for. */
  readonly mark: Mark;
}

/** What is another whenever somebody changed the scale set, or made or removed machines of it; null: it was never read. */
type Mark = Promise<string | null>;

const unread: Mark = Promise.resolve(null);

interface Look {
  readonly about: string;
  readonly askedAt: number;
  /** Null: never yet. */
  readonly at: number | null;
  readonly status: OperationStatus;
}

export function withinLimits(azure: AzurePort, meter: Meter, clock: Pick<Clock, 'now'>): AzurePort {
  const sets = new Map<string, Kept<ScaleSet>>();
  const lists = listsWithin(azure, meter, clock);
  const followOperation = looksInTurn(azure, clock);

  /** A write goes by the etag of what was read, so an older reading never undoes what somebody else wrote since. */
  async function readScaleSet(scaleSetId: string): Promise<ScaleSet> {
    const key = scaleSetId.toLowerCase();
    const isShort = meter.wait('read', key, readsInReserve) > 0;
    const usable = isShort ? usableOf(sets.get(key), clock.now() - oldestMs) : null;
    if (usable !== null) return usable;
    const wait = meter.wait('read', key);
    if (wait > 0) throw refusal('read', key, wait);
    const reading = azure.readScaleSet(scaleSetId);
    lists.noteReading(key, reading);
    const value = await reading;
    sets.set(key, { value, at: clock.now(), pages: 1, isOutdated: false });
    return value;
  }

  /** What we change makes every list of it old (R9 of reliability-security.md 2). */
  async function change<T>(kind: Metered, resourceId: string, scaleSetId: string, call: () => Promise<T>): Promise<T> {
    const wait = meter.wait(kind, resourceId);
    if (wait > 0) throw refusal(kind, resourceId, wait);
    const outdate = (): void => {
      lists.outdate(scaleSetId.toLowerCase());
      outdated(sets.get(scaleSetId.toLowerCase()));
    };
    outdate();
    return await call().finally(outdate);
  }

  return {
    ...azure,
    readScaleSet,
    listScaleSets: lists.listScaleSets,
    listInstances: lists.listInstances,
    followOperation,
    setCapacity: (scaleSet, capacity) =>
      change('update', scaleSet.id, scaleSet.id, () => azure.setCapacity(scaleSet, capacity)),
    putExtension: (scaleSetId, extension) =>
      change('update', scaleSetId, scaleSetId, () => azure.putExtension(scaleSetId, extension)),
    deleteInstances: (scaleSetId, ids) =>
      change('delete', scaleSetId, scaleSetId, () => azure.deleteInstances(scaleSetId, ids)),
    reimageInstance: (scaleSetId, instanceId) =>
      change('updateMachine', `${scaleSetId}/virtualMachines/${instanceId}`, scaleSetId, () =>
        azure.reimageInstance(scaleSetId, instanceId),
      ),
  };
}

interface Lists extends Pick<AzurePort, 'listInstances' | 'listScaleSets'> {
  /** A list of the same pass is asked for while the reading is still under way. */
  noteReading(key: string, reading: Promise<ScaleSet>): void;
  outdate(key: string): void;
}

function listsWithin(azure: AzurePort, meter: Meter, clock: Pick<Clock, 'now'>): Lists {
  const lists = new Map<string, KeptList>();
  const marks = new Map<string, Mark>();
  const markedNow = (key: string): Mark => marks.get(key) ?? unread;

  /**
   * Machines are counted by the list and the capacity together. Where somebody deleted one since the list was read, the capacity
   * has it no more and the list does not say yet that it is on its way out: the maximum could be passed.
   */
  async function isUnchanged(key: string, { mark }: KeptList): Promise<boolean> {
    return (await mark) === (await markedNow(key));
  }

  async function listInstances(scaleSetId: string): Promise<readonly Instance[]> {
    const key = scaleSetId.toLowerCase();
    const kept = lists.get(key);
    // It may have grown by a page.
    const wait = meter.wait('list', key, (kept?.pages ?? 0) + 1);
    const isUsable = usableOf(kept, clock.now() - (wait > 0 ? oldestMs : youngMs)) !== null;
    if (kept !== undefined && isUsable && (await isUnchanged(key, kept))) return kept.value;
    if (wait > 0) throw refusal('list', key, wait);
    const before = meter.sent('list', key);
    const mark = markedNow(key);
    const value = await azure.listInstances(scaleSetId);
    const pages = Math.max(1, meter.sent('list', key) - before);
    lists.set(key, { value, at: clock.now(), pages, isOutdated: false, mark });
    return value;
  }

  return {
    listInstances,
    listScaleSets: async (resourceGroupId) => {
      const found = await azure.listScaleSets(resourceGroupId);
      for (const one of found) marks.set(one.id.toLowerCase(), Promise.resolve(markOf(one)));
      return found;
    },
    noteReading: (key, reading) => {
      const last = markedNow(key);
      marks.set(
        key,
        reading.then(markOf, () => last),
      );
    },
    outdate: (key) => outdated(lists.get(key)),
  };
}

function markOf({ etag, capacity }: ScaleSet): string {
  return `${etag} ${capacity}`;
}

function outdated(kept: Kept<unknown> | undefined): void {
  if (kept !== undefined) kept.isOutdated = true;
}

function usableOf<T>(kept: Kept<T> | undefined, notBefore: number): T | null {
  return kept?.isOutdated === false && kept.at > notBefore ? kept.value : null;
}

function looksInTurn(
  azure: Pick<AzurePort, 'followOperation'>,
  clock: Pick<Clock, 'now'>,
): AzurePort['followOperation'] {
  const looks = new Map<string, Look>();
  return async (url, about = '') => {
    const now = clock.now();
    const look = looks.get(url);
    looks.set(url, { about, askedAt: now, at: look?.at ?? null, status: look?.status ?? { status: 'running' } });
    // Each has its turn: the more there are of one scale set, the longer every one of them waits.
    const followed = [...looks.values()].filter((one) => one.about === about && now - one.askedAt < 60_000);
    const every = Math.max(pollEveryMs, (followed.length * 60_000) / pollsPerMinute);
    const recent = followed.filter((one) => one.at !== null && now - one.at < 60_000).length;
    const isTurn = look?.at == null ? recent < pollsPerMinute : now - look.at >= every;
    // Nobody has seen it end, so as far as we know it is as it was.
    if (!isTurn) return look?.status ?? { status: 'running' };
    // A look that fails is one too.
    looks.set(url, { about, askedAt: now, at: now, status: look?.status ?? { status: 'running' } });
    const status = await azure.followOperation(url, about);
    looks.set(url, { about, askedAt: now, at: now, status });
    forgetOldLooks(looks, now);
    return status;
  };
}

/** The words do not change from try to try: what is refused again and again is told once. */
function refusal(kind: Metered, resourceId: string, wait: number): CloudError {
  const name = resourceId.split('/').at(-1) ?? resourceId;
  const words = `Azure's limit of such calls for ${name} is used up for the moment (${kind}).`;
  return new CloudError('throttled', kind, words, { retryAfterMs: wait });
}

function forgetOldLooks(looks: Map<string, Look>, now: number): void {
  for (const [url, { askedAt }] of looks) if (now - askedAt > 3_600_000) looks.delete(url);
}
