// Kubernetes' cluster-autoscaler (performance.md 3g): pending less upcoming is created at each scan; what was unneeded for
// ten minutes goes, but not within ten minutes after an add.
import { idleFor, type Baseline } from './baseline.ts';

export interface ClusterAutoscalerSettings {
  readonly unneededSeconds: number;
  /** Pods of low priority that hold machines free. */
  readonly overprovisioned: number;
}

const delayAfterAdd = 10 * 60;

export function clusterAutoscaler(settings: ClusterAutoscalerSettings): Baseline<null> {
  const { unneededSeconds, overprovisioned } = settings;
  return {
    name: `cluster-autoscaler unneeded${unneededSeconds / 60}m over${overprovisioned}`,
    begin: null,
    period: 10,
    isTold: false,
    isAlwaysOneJob: false,
    givesUpAfter: 15 * 60,
    look: (view) => {
      const pending = view.waitingSince.length + Math.max(0, overprovisioned - view.idle.length);
      const canShrink = view.now - view.lastCreateAt >= delayAfterAdd;
      const most = view.idle.length - overprovisioned;
      return {
        create: Math.max(0, pending - view.boots.length),
        remove: canShrink ? idleFor(view, unneededSeconds, most) : [],
        memory: null,
      };
    },
  };
}
