// What the API needs of both clouds before it takes a pool: the scale set with whatever stands in it, the agent pool of
// Azure DevOps, and what the service itself may do there.
import type { Instance, ScaleSet } from './domain/instance.ts';
import type { AgentPool, AzureDevOpsPort, AzurePort } from './ports.ts';
import { CloudError } from './problem.ts';

/** An adapter that cannot tell what its own identity may do says nothing, and the passes find out. */
export interface OwnRights {
  /** Whether the identity of the service has the Administrator role on the agent pool. */
  mayManagePool(poolId: number): Promise<boolean>;
  /** How Azure DevOps names the identity of the service. */
  readPoolRights(poolId: number): Promise<{ readonly name: string }>;
}

export interface PlaceOf<T> {
  readonly found: T | null;
  readonly why: 'denied' | 'notFound' | null;
}

export interface PoolPlaces {
  /** Throws `UserProblem` where the service has no identity for the subscription; `CloudError` where Azure is silent. */
  scaleSet(
    scaleSetId: string,
  ): Promise<PlaceOf<{ readonly scaleSet: ScaleSet; readonly instances: readonly Instance[] }>>;
  agentPool(organization: string, poolId: number): Promise<PlaceOf<AgentPool>>;
  mayServiceManage(organization: string, poolId: number): Promise<boolean>;
  /** What people pick to give the service a role on the agent pool; null where Azure DevOps does not tell. */
  serviceName(organization: string, poolId: number): Promise<string | null>;
}

export function poolPlaces(
  azureFor: (scaleSetId: string) => AzurePort,
  azureDevOpsFor: (organization: string) => AzureDevOpsPort & Partial<OwnRights>,
): PoolPlaces {
  return {
    scaleSet: (scaleSetId) => {
      const azure = azureFor(scaleSetId);
      return place(async () => ({
        scaleSet: await azure.readScaleSet(scaleSetId),
        instances: await azure.listInstances(scaleSetId),
      }));
    },
    agentPool: (organization, poolId) => place(() => azureDevOpsFor(organization).readPool(poolId)),
    mayServiceManage: async (organization, poolId) =>
      (await azureDevOpsFor(organization).mayManagePool?.(poolId)) ?? true,
    serviceName: async (organization, poolId) => {
      const rights = await place(async () => (await azureDevOpsFor(organization).readPoolRights?.(poolId)) ?? null);
      return rights.found?.name ?? null;
    },
  };
}

async function place<T>(read: () => Promise<T>): Promise<PlaceOf<T>> {
  try {
    return { found: await read(), why: null };
  } catch (error) {
    if (error instanceof CloudError && (error.kind === 'denied' || error.kind === 'notFound'))
      return { found: null, why: error.kind };
    throw error;
  }
}
