// GitLab's fleeting autoscaler (performance.md 3e), from its documentation: an idle count or a share of what is in use is
// kept above what runs and waits, and what is idle beyond it goes after the idle time.
import { idleFor, type Baseline } from './baseline.ts';

export interface GitlabSettings {
  readonly idleCount: number;
  readonly scaleFactor: number;
  /** 0: no limit. */
  readonly scaleFactorLimit: number;
  readonly idleSeconds: number;
}

export function gitlab(settings: GitlabSettings): Baseline<null> {
  const { idleCount, scaleFactor, scaleFactorLimit, idleSeconds } = settings;
  return {
    name: `gitlab factor${scaleFactor} idle${idleCount} time${idleSeconds / 60}m`,
    begin: null,
    period: 10,
    isTold: true,
    isAlwaysOneJob: false,
    givesUpAfter: 20 * 60,
    look: (view) => {
      const scaled = Math.ceil(scaleFactor * view.busy);
      const share = scaleFactorLimit > 0 ? Math.min(scaled, scaleFactorLimit) : scaled;
      const idleWanted = Math.max(idleCount, share);
      const free = view.idle.length + view.boots.length;
      return {
        create: Math.max(0, view.waitingSince.length + idleWanted - free),
        remove: idleFor(view, idleSeconds, Math.max(0, view.idle.length - idleWanted)),
        memory: null,
      };
    },
  };
}
