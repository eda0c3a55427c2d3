// buildkite-agent-scaler (performance.md 3d): as many machines as jobs, a buffer only while there are jobs, and no scale-in
// of its own: agents end themselves when they have been idle.
import { idleFor, sizeOf, type Baseline } from './baseline.ts';

export interface BuildkiteSettings {
  readonly buffer: number;
  readonly idleSeconds: number;
}

const availabilityThreshold = 0.5;
/** A group that was grown a moment ago has not converged. */
const convergedAfter = 300;

export function buildkite({ buffer, idleSeconds }: BuildkiteSettings): Baseline<null> {
  return {
    name: `buildkite idle${idleSeconds / 60}m buf${buffer}`,
    begin: null,
    period: 10,
    isTold: false,
    isAlwaysOneJob: false,
    givesUpAfter: 20 * 60,
    look: (view) => {
      const jobs = view.waitingSince.length + view.busy;
      const size = sizeOf(view);
      const wanted = jobs + Math.min(buffer, jobs);
      const online = view.busy + view.idle.length;
      // The boost: where the group has converged and still too few agents answer, one more is tried.
      const hasConverged = size >= wanted && view.now - view.lastCreateAt >= convergedAfter;
      const boost = wanted > 0 && hasConverged && online / wanted < availabilityThreshold ? size + 1 : 0;
      const desired = Math.min(view.maximum, Math.max(wanted, boost));
      return { create: Math.max(0, desired - size), remove: idleFor(view, idleSeconds), memory: null };
    },
  };
}
