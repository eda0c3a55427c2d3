// How long things take inside a machine. The extension's share makes boots of the sandbox as long as measured ones.
import type { Spread } from './random.ts';

export interface Timings {
  /** The customer's script. */
  readonly customScript: Spread;
  /** Any other extension than the two that Weir knows. */
  readonly otherExtension: Spread;
  /** The handler: package and script come down, the agent is unpacked. */
  readonly installAgent: Spread;
  /** From the start of the agent's process to its first request. */
  readonly startAgent: Spread;
  /** From log-on to the start of an interactive agent. */
  readonly logOn: Spread;
  /** Between two empty polls of the agent (azure-devops-wire.md 2). */
  readonly betweenPolls: Spread;
  /** From a cancellation to the end of the job. */
  readonly cancelJob: Spread;
}

export const defaultTimings: Timings = {
  customScript: { from: 10, to: 40 },
  otherExtension: { from: 2, to: 8 },
  installAgent: { from: 35, to: 95 },
  startAgent: { from: 4, to: 12 },
  logOn: { from: 8, to: 20 },
  betweenPolls: { from: 5, to: 15 },
  cancelJob: { from: 1, to: 10 },
};
