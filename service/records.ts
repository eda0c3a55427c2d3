// Records that are whole documents with a revision: pins, admissions, validations, trial machines, tokens. One port for
// all of them, so that a change of several is all or nothing.

export interface RecordRow {
  readonly pool: string;
  readonly key: string;
  readonly revision: number;
  readonly document: unknown;
}

export interface RecordWrite {
  readonly kind: string;
  readonly pool: string;
  readonly key: string;
  /** The revision that the change was made from; null creates, and finds nothing there. */
  readonly expected: number | null;
  /** Null removes. */
  readonly document: unknown;
  /** Lists are in its order. */
  readonly at: number;
  /** Open ones are listed apart, and never pruned. */
  readonly isOpen: boolean;
}

/** The right to work a pool: `Lease` of the ports. */
export interface Fence {
  readonly pool: string;
  readonly owner: string;
  readonly epoch: number;
}

export interface Records {
  readRecord(kind: string, pool: string, key: string): Promise<RecordRow | null>;
  /** Whatever pool it is of: for what comes in without one, such as the token of a machine. */
  findRecord(kind: string, key: string): Promise<RecordRow | null>;
  /** Newest first. */
  listRecords(
    kind: string,
    pool: string,
    choice?: { readonly isOpen?: boolean; readonly limit?: number },
  ): Promise<readonly RecordRow[]>;
  /**
   * All or nothing: false where one finds another revision than it expects. With a lease it throws `LeaseLost` where the
   * epoch is stale, and writes nothing.
   */
  writeRecords(writes: readonly RecordWrite[], lease?: Fence): Promise<boolean>;
  /** Removes closed ones of a kind from before the instant. */
  pruneRecords(kind: string, before: number): Promise<void>;
}
