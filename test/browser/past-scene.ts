// The past of the pool of the scene: a day of node states, and what waits, use and boots add up to.
import type { AgentRolloutView, Statistics, Timeline } from '../../contract/nodes.ts';

export function livingStatistics(now: string): Statistics {
  const boot = (version: string | null, startedBy: 'create' | 'reimage', p50: number, boots: number) => ({
    ...{ image: 'ubuntu-22.04', version, startedBy, boots, newestAt: now },
    ...{ p50Seconds: p50, p90Seconds: p50 * 1.6, p95Seconds: p50 * 2, slowestSeconds: p50 * 2.4 },
  });
  return {
    ...{ now, from: back(now, 24), to: now },
    waits: { jobs: 212, p50Seconds: 9, p95Seconds: 168 },
    ...{ machineHours: 96.5, busyHours: 61.2, knownHours: 23.5, gapHours: 0.5 },
    machines: [
      hours('Standard_D4s_v5', 'ubuntu-22.04', [60, 42, 12.5, 4.5]),
      hours('Standard_D4s_v5', 'ubuntu-24.04', [12, 8, 3, 1]),
      hours('Standard_NC4as_T4_v3', 'cuda', [14.5, 9.2, 4, 1]),
      hours(null, null, [10, 2, 6, 2]),
    ],
    boots: [boot('1.4.0', 'create', 148, 64), boot('1.4.0', 'reimage', 92, 31), boot('1.3.0', 'create', 171, 3)],
  };
}

/** All, busy, idle and booting. */
function hours(size: string | null, image: string | null, of: readonly [number, number, number, number]) {
  const [machineHours, busyHours, idleHours, bootingHours] = of;
  return { size, image, machineHours, busyHours, idleHours, bootingHours };
}

const cycle = [
  ['creatingCompute', 3],
  ['startingAgent', 1],
  ['idle', 4],
  ['assigned', 22],
  ['pendingDelete', 1],
  ['deletingCompute', 2],
] as const;

/** `machines` come and go all day; the last of them are still there. */
export function livingTimeline(now: string, machines = 24): Timeline {
  const states = [...cycle.map(([state]) => state), 'failedVMPendingDelete'];
  const rows: { node: number; state: number; start: string; end: string | null }[] = [];
  for (let node = 0; node < machines; node += 1) {
    let minutes = 24 * 60 - node * ((24 * 60) / machines);
    cycle.forEach(([state, lasts], index) => {
      const isFailed = node % 11 === 5 && state === 'startingAgent';
      const place = isFailed ? states.length - 1 : index;
      const end = minutes - lasts * (1 + (node % 3));
      if (minutes > 0)
        rows.push({ node, state: place, start: back(now, minutes / 60), end: end <= 0 ? null : back(now, end / 60) });
      minutes = end;
    });
  }
  rows.sort((a, b) => b.start.localeCompare(a.start));
  return {
    ...{ now, from: back(now, 24), to: now, isCut: false, states },
    nodes: Array.from({ length: machines }, (_, node) => ({ key: `k${node}`, name: `linux-agents_${node}` })),
    node: rows.map((row) => row.node),
    state: rows.map((row) => row.state),
    start: rows.map((row) => row.start),
    end: rows.map((row) => row.end),
  };
}

function back(now: string, hours: number): string {
  return new Date(Date.parse(now) - hours * 3_600_000).toISOString();
}

/** Comes in while the scene is lived in. */
export function agentRollout(more: Partial<AgentRolloutView> = {}): AgentRolloutView {
  return {
    ...{ osType: 'linux', phase: 'canary', version: '5.280.0', from: '5.278.0', startedAt: '2026-11-24T11:40:00Z' },
    ...{ machines: 7, machinesNew: 2, booted: 1, failed: 0 },
    words: '2 of 7 machines have it. Since it began 1 machine came up with it, 0 did not.',
    nextStep: 'Once 1 more came up with it, all new machines get it.',
    ...more,
  };
}
