// What happens by itself as time goes on: assignments, polls that end empty, sessions that fell silent, locks that ran out.

import { assignWaiting } from './assignment.ts';
import { loseJob } from './job.ts';
import { endSession } from './listener.ts';
import type { Organization } from './organization.ts';

interface Due {
  readonly at: number;
  readonly happen: () => void;
}

/** Null when nothing is due by itself. */
export function nextDueAt(organization: Organization): number | null {
  return earliest(organization)?.at ?? null;
}

/** Null where no answer is kept back. */
export function nextLateAnswerAt(organization: Organization): number | null {
  const due = [...organization.late].map((answer) => answer.dueAt);
  return due.length === 0 ? null : Math.min(...due);
}

/** Everything due up to `now`, in order; the clock never goes back. */
export function passTime(organization: Organization, now: number): void {
  for (;;) {
    const due = earliest(organization);
    if (due === null || due.at > now) break;
    organization.now = Math.max(organization.now, due.at);
    due.happen();
  }
  organization.now = Math.max(organization.now, now);
}

function earliest(organization: Organization): Due | null {
  let first: Due | null = null;
  for (const due of allDue(organization)) if (first === null || due.at < first.at) first = due;
  return first;
}

function* allDue(organization: Organization): Generator<Due> {
  const { pools, sessions, requests, open } = organization.state;
  for (const pool of pools.values()) {
    if (pool.assignAt !== null) yield { at: pool.assignAt, happen: () => assignWaiting(organization, pool) };
  }
  for (const answer of organization.late) yield { at: answer.dueAt, happen: answer.give };
  const polling = new Set<string>();
  for (const poll of organization.polls) {
    polling.add(poll.sessionId);
    yield { at: poll.dueAt, happen: () => void poll.settle('timeout') };
  }
  for (const session of sessions.values()) {
    // A waiting poll is contact for as long as it waits.
    if (polling.has(session.id)) continue;
    yield {
      at: session.lastContactAt + organization.rules.sessionTimeoutMs,
      happen: () => endSession(organization, session),
    };
  }
  for (const id of open) {
    const request = requests.get(id);
    if (request?.lockedUntil == null) continue;
    yield { at: request.lockedUntil, happen: () => loseJob(organization, request) };
  }
}
