// The placeholder agents that Weir registered for a pool, as rows; where a waiting job only ever gets one of the agents that were
// there when it was queued, a booting machine takes one of them over.
import type { Fence } from './records.ts';

export interface PlaceholderRow {
  readonly agentId: number;
  readonly name: string;
  readonly image: string;
}

export interface PlaceholderRows {
  /** Those that no machine is taking over, by agent. */
  listPlaceholders(pool: string): Promise<readonly PlaceholderRow[]>;
  /** Changes nothing of one that is being taken over, until that has lasted for ten minutes: then it came to nothing. */
  savePlaceholder(lease: Fence, placeholder: PlaceholderRow): Promise<void>;
  removePlaceholder(lease: Fence, agentId: number): Promise<void>;
  /** Enrolment works without the lease: true for one caller only. */
  takePlaceholder(pool: string, agentId: number): Promise<boolean>;
  /** Of a taken one: it is a machine's agent from now on, or gone. */
  forgetPlaceholder(pool: string, agentId: number): Promise<void>;
}
