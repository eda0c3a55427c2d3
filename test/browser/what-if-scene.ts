// A what-if that has ended, one that runs, and the settings beside them.
import type { WhatIfPage, WhatIfRow, WhatIfView } from '../../contract/what-if.ts';

const now = '2026-11-24T12:00:00Z';

export const poolSettings = {
  name: 'linux-build',
  maxCapacity: 12,
  desiredIdle: 1,
  timeToLiveMinutes: 30,
  recycleAfterEachUse: true,
  profile: { kind: 'stateless' },
  sizing: { policy: 'eventDriven', preset: 'balanced', sampleMinutes: 5, incrementPercent: 25, stepMinutes: 20 },
};

function row(
  name: WhatIfRow['name'],
  [mean, p50, p95]: readonly [number, number, number],
  vmHours: number,
  more: Partial<WhatIfRow> = {},
): WhatIfRow {
  const { maxCapacity, desiredIdle, timeToLiveMinutes, recycleAfterEachUse, profile } = poolSettings;
  const sizing: WhatIfRow['settings']['sizing'] = {
    policy: name === 'sampled' ? 'sampled' : 'eventDriven',
    preset: name === 'economy' || name === 'fast' ? name : 'balanced',
    ...{ sampleMinutes: 5, incrementPercent: 25, stepMinutes: 20 },
  };
  return {
    ...{ name, isCurrent: name === 'balanced', isEdited: name === 'edited' },
    settings: { maxCapacity, desiredIdle, timeToLiveMinutes, recycleAfterEachUse, profile, sizing },
    waitSeconds: { mean, p50, p95 },
    ...{ vmHours, c0VmHours: 150.2, workVmHours: 121, maximumInstances: 12, creates: 812, reimages: 0 },
    isOnFront: true,
    ...more,
  };
}

const edited = row('edited', [31, 5, 171], 263);

export const finished: WhatIfView = {
  whatIfId: 'w1',
  state: 'finished',
  words: '1240 jobs replayed with 5 settings.',
  startedAt: '2026-11-24T11:58:20Z',
  startedBy: 'ada@fabrikam.com',
  isTrace: false,
  from: '2026-11-17T12:00:00Z',
  to: now,
  jobs: 1240,
  done: 5,
  of: 5,
  rows: [
    row('economy', [172, 160, 284], 171.4),
    row('balanced', [34, 5, 180], 214.8),
    row('fast', [9, 5, 44], 305.3),
    row('sampled', [41, 5, 270], 402.1, { isOnFront: false }),
    { ...edited, settings: { ...edited.settings, maxCapacity: 20, desiredIdle: 3 }, isOnFront: true },
  ],
  measured: { waitSeconds: { mean: 38, p50: 6, p95: 196 }, vmHours: 221.7 },
  notes: [
    'Machines boot as the last 57 of this pool did: 148 s as a rule, 291 s where it is slow.',
    'Jobs that wait for other jobs keep the time at which they were really queued.',
  ],
};

export const running: WhatIfView = {
  ...finished,
  state: 'running',
  words: 'Replaying 1240 jobs: 2 of 5 settings are done.',
  done: 2,
  rows: finished.rows.slice(0, 2),
};

export function whatIfPage(newest: WhatIfView | null, jobs = 1240): WhatIfPage {
  const history = { jobs, from: jobs === 0 ? null : '2026-10-28T07:12:00Z', to: jobs === 0 ? null : now };
  return { now, history: { ...history, keptDays: 35, neededJobs: 20 }, newest };
}

/** The fake service answers every question to a path alike: what starts one finds its id in the page. */
export function whatIfParts(newest: WhatIfView | null, jobs = 1240): Record<string, unknown> {
  return {
    'what-if': { ...whatIfPage(newest, jobs), whatIfId: 'w1' },
    w1: newest,
    settings: { settings: poolSettings, revision: 7, isManagedByFile: false, mayChange: true },
  };
}
