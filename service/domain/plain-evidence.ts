// What a verdict stands on where nothing more telling was found: every verdict has evidence.
import { contentionsOf } from './contention.ts';
import { machinesOf } from './lane-capacity.ts';
import type { Evidence, Finding } from './verdict.ts';
import type { Waiting } from './waiting.ts';

export function withEvidence(finding: Finding, waiting: Waiting): Finding {
  return finding.evidence.length > 0 ? finding : { ...finding, evidence: evidenceFor(finding, waiting) };
}

function evidenceFor({ verdict }: Finding, waiting: Waiting): readonly Evidence[] {
  const { request, settings, lanes, observation } = waiting;
  switch (verdict) {
    case 'poolAtMaximum':
    case 'queuedBehind':
    case 'disruptionBlocked':
      return [
        { kind: 'room', maximum: settings.maxCapacity, machines: lanes.reduce((sum, one) => sum + machinesOf(one), 0) },
      ];
    case 'paused':
      return [{ kind: 'setting', of: settings.name, field: 'paused' }];
    case 'budgetReached':
      return [{ kind: 'setting', of: settings.name, field: 'budget.monthlyVmHours' }];
    case 'scaleSetContended':
      return observation.lanes.flatMap(({ scaleSet: { value } }) =>
        contentionsOf(value).map(({ field }) => ({ kind: 'setting' as const, of: value.name, field })),
      );
    default:
      return timesOf(request);
  }
}

function timesOf({ queuedAt, assignedAt, receivedAt, finishedAt, result }: Waiting['request']): readonly Evidence[] {
  // A request of which no time is known counts as the oldest of all, instant 0.
  const time = (instant: number | null): string | null =>
    instant === null || instant === 0 ? null : new Date(instant).toISOString();
  return [
    {
      ...{ kind: 'times', queued: time(queuedAt), assigned: time(assignedAt) },
      ...{ received: time(receivedAt), finished: time(finishedAt), result },
    },
  ];
}
