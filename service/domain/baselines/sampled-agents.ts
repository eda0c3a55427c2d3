// Azure DevOps' own scale set agents (performance.md 3a) as a baseline of counts: the same rule as the policy `sampled` of
// decide, to which a test holds it, for sweeps that decide itself would take minutes for.
import { sizeOf, type Baseline, type PoolView } from './baseline.ts';

export interface SampledAgentsSettings {
  /** Of the maximum; rounded up to whole machines. */
  readonly incrementPercent: number;
  readonly standby: number;
  readonly idleSeconds: number;
}

interface Memory {
  readonly lastGrowAt: number;
  readonly aboveStandbySince: number | null;
}

const sampleSeconds = 300;
const stepSeconds = 1200;
const bootSeconds = 1200;

export function sampledAgents(settings: SampledAgentsSettings): Baseline<Memory> {
  const { incrementPercent, standby, idleSeconds } = settings;
  return {
    name: `vmss-agents ${incrementPercent}% standby${standby} delay${idleSeconds / 60}m`,
    begin: { lastGrowAt: -Infinity, aboveStandbySince: null },
    period: sampleSeconds,
    isTold: false,
    isAlwaysOneJob: false,
    reimages: true,
    givesUpAfter: Infinity,
    look: (view, memory) => {
      const isAbove = view.idle.length > standby;
      const noted = { ...memory, aboveStandbySince: isAbove ? (memory.aboveStandbySince ?? view.now) : null };
      const rest = { create: 0, remove: [], memory: noted };
      // One thing at a time: a step is over when its machines are online, or after twenty minutes.
      if (view.boots.length > 0 && view.now - memory.lastGrowAt < stepSeconds) return rest;
      const create = growth(view, settings);
      if (create > 0) return { create, remove: [], memory: { ...noted, lastGrowAt: view.now } };
      const dead = view.boots.filter((machine) => view.now - machine.createdAt >= bootSeconds);
      if (dead.length > 0) return { create: 0, remove: dead, memory: noted };
      const since = noted.aboveStandbySince;
      if (since === null || view.now - since <= idleSeconds) return rest;
      const remove = view.idle.slice(0, view.idle.length - standby);
      return { create: 0, remove, memory: { ...noted, aboveStandbySince: null } };
    },
  };
}

function growth(view: PoolView, { incrementPercent, standby }: SampledAgentsSettings): number {
  const isStarved = view.waitingSince.length > 0 && view.idle.length === 0;
  if (view.idle.length >= standby && !isStarved) return 0;
  const room = view.maximum - sizeOf(view);
  return Math.max(0, Math.min(Math.ceil((incrementPercent * view.maximum) / 100), room));
}
