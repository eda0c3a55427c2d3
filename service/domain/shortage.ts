// What is remembered of a scale set that Azure had no capacity for while jobs waited for its machines: a part of the memory.

export interface Shortage {
  /** The rest in which machines were taken away for it. */
  readonly restUntil: number;
  /** When the last one was. */
  readonly at: number;
  /** Keys of the nodes that were taken away since Azure last refused, also of those that are gone by now. */
  readonly going: readonly string[];
  /** How many were taken away before, and no machine came up for them. */
  readonly inVain: number;
  /** How many of its own machines had come up by then. */
  readonly machines: number;
}

/** By id of the scale set. */
export type Shortages = Readonly<Record<string, Shortage>>;
