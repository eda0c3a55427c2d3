// From the settings of Azure DevOps' own scale set pool to those of Weir: the same names, and what they mean here.
import { apart } from '../apart.ts';
import type { Document } from '../settings/document.ts';
import type { ElasticPool } from './azure-devops.ts';

/** Where the wizard begins. */
export interface Seed {
  readonly subscription: string;
  /** Resource id. */
  readonly scaleSet: string;
  readonly settings: Document;
}

export function setOf({ azureId }: ElasticPool): string {
  return azureId === '' ? 'not known' : azureId.slice(azureId.lastIndexOf('/') + 1);
}

export function seedOf(pool: ElasticPool): Seed {
  const { maxCapacity, desiredIdle, recycleAfterEachUse, timeToLiveMinutes, agentInteractiveUI } = pool;
  return {
    subscription: pool.azureId.split('/')[2] ?? '',
    scaleSet: pool.azureId,
    settings: {
      // The old pool is gone by then, so the new one takes its name and pipelines stay as they are.
      name: pool.name,
      ...{ maxCapacity, desiredIdle, recycleAfterEachUse, timeToLiveMinutes, agentInteractiveUI },
      maxSavedNodeCount: savedOf(pool),
      ...(pool.preserveAgentOnJobFailure ? { preserveAgentOnJobFailure: true } : {}),
    },
  };
}

/** Here one limit holds for machines that failed and for those of failed jobs, so it must allow one. */
function savedOf({ maxSavedNodeCount, preserveAgentOnJobFailure }: ElasticPool): number {
  return preserveAgentOnJobFailure ? Math.max(1, maxSavedNodeCount) : maxSavedNodeCount;
}

export interface Change {
  readonly name: string;
  readonly now: string;
  readonly then: string;
}

export function changesOf(pool: ElasticPool): readonly Change[] {
  const same = (name: string, now: string): Change => ({ name, now, then: `${apart(now)}, as it is` });
  return [
    same('Maximum number of machines', String(pool.maxCapacity)),
    same('Agents on standby', String(pool.desiredIdle)),
    same('Delay before idle agents go', `${pool.timeToLiveMinutes} min`),
    same('Machines after each job', pool.recycleAfterEachUse ? 'torn down' : 'stay'),
    {
      name: 'Machine of a job that failed',
      now: pool.preserveAgentOnJobFailure ? 'kept' : 'not kept',
      then: pool.preserveAgentOnJobFailure ? `kept, ${savedOf(pool)} at a time at most` : 'not kept, as it is',
    },
    { name: 'Looks at the queue', now: 'every 5 minutes', then: 'every few seconds while anything moves' },
    { name: 'Grows', now: 'in steps of a share of the maximum', then: 'by one machine for each job that waits' },
    { name: 'Why a job waits', now: 'not shown', then: 'shown for every job' },
    same('Scale set', setOf(pool)),
    {
      name: 'Agent pool in Azure DevOps',
      now: 'a scale set pool',
      then: 'a new ordinary one of the same name, so pipelines stay as they are',
    },
  ];
}
