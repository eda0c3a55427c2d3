// When the boot began that a node has not finished: its deadline and whoever claims it count from then.
import type { Instance } from './instance.ts';
import type { Memory } from './memory.ts';
import { bootDeadlineMs, type NodeState } from './node-state.ts';
import type { Generation } from './observation.ts';

/** Never after `now`: a record that was written before the clock was set back would hold its job for hours. */
export function bootingSince(
  generation: Generation | null,
  instance: Instance | null,
  memory: Memory,
  key: string,
  now: number,
): number {
  const began = recordedStart(generation, instance, memory);
  return began !== null && began <= now ? began : seenSince(memory, key, now);
}

function recordedStart(generation: Generation | null, instance: Instance | null, memory: Memory): number | null {
  if (generation?.startedBy === 'reimage') return memory.reimagedAt?.[generation.vmId] ?? generation.startedAt;
  // Without a record nobody knows since when it is wiped, and how old it is does not tell.
  if (generation === null && instance?.provisioningState === 'updating') return null;
  return generation?.startedAt ?? instance?.createdAt ?? null;
}

function seenSince({ stateSince }: Memory, key: string, now: number): number {
  const seen = stateSince[key];
  if (seen === undefined) return now;
  return hasFailed.has(seen.state) ? seen.since - bootDeadlineMs : seen.since;
}

/** These states begin where the time for the boot ended. */
const hasFailed: ReadonlySet<string> = new Set<NodeState>([
  'failedToStartPendingDelete',
  'failedToRestartPendingDelete',
]);
