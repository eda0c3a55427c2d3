// What a sizing rule of another tool sees of a pool, and what it may do: the interface that all baselines share.

export interface FreeMachine {
  readonly number: number;
  /** Seconds of the trace. */
  readonly createdAt: number;
  /** Of a machine that boots: its creation. */
  readonly idleSince: number;
}

/** The pool at one look. Seconds of the trace throughout. */
export interface PoolView {
  readonly now: number;
  /** When each job that waits arrived, oldest first. */
  readonly waitingSince: readonly number[];
  readonly busy: number;
  /** Created and not online, oldest first; one that never comes up counts until it is given up. */
  readonly boots: readonly FreeMachine[];
  /** Machines that are being reimaged after their job. */
  readonly wiping: number;
  /** Longest idle first. */
  readonly idle: readonly FreeMachine[];
  readonly maximum: number;
  readonly lastCreateAt: number;
}

export interface Move<Memory> {
  /** Machines to create; what is above the maximum is cut. */
  readonly create: number;
  readonly remove: readonly FreeMachine[];
  readonly memory: Memory;
}

/** A pure rule: the same view and memory give the same move. */
export interface Baseline<Memory> {
  readonly name: string;
  readonly begin: Memory;
  /** Seconds between looks. */
  readonly period: number;
  /** It is told of each job that arrives and does not wait for its period. */
  readonly isTold: boolean;
  /** A machine is deleted after one job whatever the pool's mode is. */
  readonly isAlwaysOneJob: boolean;
  /** Where machines run one job each: wiped and used again, instead of deleted. */
  readonly reimages?: boolean;
  /** Seconds after which a boot is given up. */
  readonly givesUpAfter: number;
  readonly look: (view: PoolView, memory: Memory) => Move<Memory>;
}

/** All machines that the rule counts. */
export function sizeOf(view: PoolView): number {
  return view.busy + view.boots.length + view.wiping + view.idle.length;
}

/** Those that are idle for so many seconds, longest first, but never more than `most`. */
export function idleFor(view: PoolView, seconds: number, most = Infinity): readonly FreeMachine[] {
  const { idle, now } = view;
  let ripe = 0;
  while (ripe < idle.length && ripe < most && now - (idle[ripe]?.idleSince ?? now) >= seconds) ripe += 1;
  return ripe === 0 ? none : idle.slice(0, ripe);
}

/** Most looks find none, and a replay looks millions of times. */
const none: readonly FreeMachine[] = [];
