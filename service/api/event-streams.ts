// Who follows which pools, and one clock for all of them: the times of the newest views are read once a second while anybody
// follows, whatever process wrote them, and each follower hears of the pools that he may see.
import { Readable } from 'node:stream';
import type { PoolChanged } from '../../contract/nodes.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { iso } from './instant.ts';

export interface Follower {
  /** Identifies the person: nobody has more than a few streams. */
  readonly person: string;
  /** Pools that he may see now; null ends the stream, because he may see nothing any more. Asked every so often. */
  readonly mayFollow: () => Promise<ReadonlySet<string> | null>;
}

export interface EventStreams {
  /** Null where the person, or everybody together, has too many. */
  follow(follower: Follower, allowed: ReadonlySet<string>): Readable | null;
  close(): void;
}

export interface StreamOptions {
  readonly listViewTimes: () => Promise<ReadonlyMap<string, number>>;
  /** Milliseconds on the wall. */
  readonly now: () => number;
  /** Calls again and again until it is told to stop. */
  readonly every: (milliseconds: number, work: () => void) => { readonly stop: () => void };
  /** Hears of what is a mistake of ours, once until it is over: nobody waits for these answers, so nobody else would. */
  readonly report: (error: unknown) => void;
}

const tickMilliseconds = 1_000;
const heartbeatMilliseconds = 15_000;
/** Rights are remembered for a minute at most (rights.ts), so asking more often would tell nothing new. */
const rightsMilliseconds = 60_000;
/** Tokens live for about an hour: a new stream brings a new one. */
const longestMilliseconds = 15 * 60_000;
export const mostStreamsOfOne = 12;
const mostStreams = 500;

interface Stream {
  readonly follower: Follower;
  readonly out: Readable;
  allowed: ReadonlySet<string>;
  readonly openedAt: number;
  checkedAt: number;
  saidAt: number;
  /** The peer has read what it was sent; else nothing more is written, and changes wait here as one event a pool. */
  isThirsty: boolean;
  readonly pending: Map<string, number>;
}

export function createEventStreams(options: StreamOptions): EventStreams {
  const streams = new Set<Stream>();
  let known: ReadonlyMap<string, number> | null = null;
  let clock: { readonly stop: () => void } | null = null;
  let isLooking = false;
  const viewTimes = readerOf(options);

  const end = (stream: Stream, why: string): void => {
    if (!streams.delete(stream)) return;
    stream.out.push(`event: end\ndata: ${JSON.stringify({ why })}\n\n`);
    stream.out.push(null);
    if (streams.size === 0) rest();
  };
  const rest = (): void => {
    clock?.stop();
    clock = null;
    known = null;
  };
  const tick = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const times = await viewTimes();
      const changed = [...(times ?? [])].filter(([pool, at]) => known !== null && known.get(pool) !== at);
      known = times ?? known;
      for (const stream of [...streams]) {
        for (const [pool, at] of changed) if (stream.allowed.has(pool)) stream.pending.set(pool, at);
        write(stream, options.now());
        // A cloud that answers late about one follower keeps nobody else waiting.
        void whyEnd(stream, options).then((why) => {
          if (why !== null) end(stream, why);
        });
      }
    } finally {
      isLooking = false;
    }
  };
  return {
    follow: (follower, allowed) => {
      const own = [...streams].filter((one) => one.follower.person === follower.person).length;
      if (own >= mostStreamsOfOne || streams.size >= mostStreams) return null;
      const now = options.now();
      const out = new Readable({
        read: () => {
          stream.isThirsty = true;
        },
      });
      const stream: Stream = {
        ...{ follower, out, allowed, openedAt: now, checkedAt: now, saidAt: now, isThirsty: true },
        pending: new Map(),
      };
      out.on('close', () => {
        streams.delete(stream);
        if (streams.size === 0) rest();
      });
      streams.add(stream);
      stream.isThirsty = out.push(': you follow now\n\n');
      clock ??= options.every(tickMilliseconds, () => void tick());
      return out;
    },
    close: () => {
      for (const stream of [...streams]) end(stream, 'closing');
    },
  };
}

/** Null where the database rests: followers hear nothing but their heartbeat, and the page polls and says why. */
function readerOf({ listViewTimes, report }: StreamOptions): () => Promise<ReadonlyMap<string, number> | null> {
  let isReported = false;
  return async () => {
    try {
      const times = await listViewTimes();
      isReported = false;
      return times;
    } catch (error) {
      const isOurs = !isNoAnswer(error);
      if (isOurs && !isReported) report(error);
      isReported = isOurs;
      return null;
    }
  };
}

/** Null: it goes on. */
async function whyEnd(stream: Stream, options: StreamOptions): Promise<'renew' | 'rights' | null> {
  const now = options.now();
  if (now - stream.openedAt >= longestMilliseconds) return 'renew';
  if (now - stream.checkedAt < rightsMilliseconds) return null;
  stream.checkedAt = now;
  // No answer about rights never means yes.
  const allowed = await stream.follower.mayFollow().catch((error: unknown) => {
    if (!isNoAnswer(error)) options.report(error);
    return null;
  });
  stream.allowed = allowed ?? stream.allowed;
  return allowed === null ? 'rights' : null;
}

/** The database or Azure DevOps is silent, or the asker is refused: all of these are told to whoever asks by a route. */
function isNoAnswer(error: unknown): boolean {
  return error instanceof CloudError || error instanceof UserProblem;
}

function write(stream: Stream, now: number): void {
  if (!stream.isThirsty) return;
  const isDue = now - stream.saidAt >= heartbeatMilliseconds;
  if (stream.pending.size === 0 && !isDue) return;
  const events = [...stream.pending].map(([pool, at]) => {
    const event: PoolChanged = { pool, at: iso(at) };
    return `event: changed\ndata: ${JSON.stringify(event)}\n\n`;
  });
  stream.pending.clear();
  stream.saidAt = now;
  stream.isThirsty = stream.out.push(events.length === 0 ? ': still here\n\n' : events.join(''));
}
