// Faults that stand from the start and count where they are met: A11 where Azure refuses because of the quota, whoever hears
// that, and D11 where a job is assigned right after a read, or to an agent that was disabled already.
import type { AzureDevOpsEvent } from '../azure-devops/events.ts';
import type { Send } from '../http-message.ts';
import type { Faults } from './faults.ts';

/** They tell what is so anyway, often and all the time: neither is a reason for anything that Weir does later. */
export const standingFaults: ReadonlySet<unknown> = new Set(['A11', 'D11']);

type Counts = Pick<Faults, 'isCalm' | 'count'>;

export function watchingQuota(send: Send, faults: Counts): Send {
  return async (request) => {
    const response = await send(request);
    const isRefusal = response.status >= 400 && response.body.includes('exceeding approved');
    if (isRefusal && !faults.isCalm) faults.count('A11', 'a machine would pass the quota');
    return response;
  };
}

export function countWorstMoment(event: AzureDevOpsEvent, faults: Counts): void {
  if (event.kind !== 'jobAssigned' || !event.isWorstMoment || faults.isCalm) return;
  faults.count('D11', `job request ${String(event.requestId)} is assigned at the worst moment`);
}
