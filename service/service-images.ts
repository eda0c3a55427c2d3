// Puts together what images need: the trials of a pass, and what the API asks Azure about versions.
import { listedNow, unlisted } from './controller/count-machines.ts';
import { keepLease } from './controller/lease.ts';
import type { PoolContext } from './controller/context.ts';
import { imageOfAlias, sourceOf } from './domain/lane-image.ts';
import { hasLanes } from './domain/lane-owner.ts';
import type { ImageState } from './domain/image-state.ts';
import type { SetPort } from './doctor-port.ts';
import type { AzureLists } from './azure-lists.ts';
import type { ImagePort } from './image-port.ts';
import type { AzurePort, PoolRecord } from './ports.ts';
import { CloudError } from './problem.ts';
import { advanceValidations } from './validation/advance.ts';
import type { TrialParts } from './validation/parts.ts';
import { endAdmissionsOfRuns, type RunAdmissionParts } from './validation/run-admissions.ts';
import { sweepTrialAgents, sweepTrialSets, type Sweeps } from './validation/sweep.ts';

/** An adapter that cannot tell the facts of an image says so: a validation then waits, and ends without a verdict. */
export type AzureWithImages = AzurePort & Partial<AzureLists & ImagePort & SetPort>;

export function trialsOf(
  context: PoolContext,
  azure: AzureWithImages,
  serviceStartedAt: number,
  sweeps: Sweeps,
  runs: Pick<RunAdmissionParts, 'readRun' | 'looks'> | null,
): NonNullable<PoolContext['advanceTrials']> {
  const readImageFacts = azure.readImageFacts?.bind(azure) ?? noFacts;
  const { pool, store, lease, clock } = context;
  const { organization } = context.settings;
  return async (observation) => {
    // Versions are let in only where there are lanes.
    if (runs !== null && hasLanes(context.settings))
      await endAdmissionsOfRuns({ pool, organization, store, lease, clock, ...runs });
    const parts: TrialParts = {
      pool: context.pool,
      settings: context.settings,
      lease: context.lease,
      store: context.store,
      azure,
      azureDevOps: context.azureDevOps,
      images: { readImageFacts },
      clock: context.clock,
      extensionFor: context.extensionFor,
      freeSince: sweeps.freeSince,
      keepLease: () => keepLease(context),
      line: (level, words) => context.line(level, words),
      newId: context.newId,
      serviceStartedAt,
      observation,
      countPool: async () =>
        (await listedNow(context, observation, null, null, null)) + (await unlisted(context, observation)),
    };
    await sweepTrialSets(parts, sweeps);
    await sweepTrialAgents(parts);
    return await advanceValidations(parts);
  };
}

/** The versions of one image as Azure tells them at this moment; `asked` with their replication. */
export async function readImageVersions(
  azure: AzurePort,
  { settings }: PoolRecord,
  alias: string,
  asked: readonly string[],
): Promise<ImageState> {
  const template = await azure.readScaleSet(settings.scaleSet);
  const query = {
    subscriptionId: settings.scaleSet.split('/')[2] ?? '',
    image: sourceOf(imageOfAlias(settings, alias), template),
    location: template.location,
    versions: asked,
  };
  return { alias, ...(await azure.listImageVersions(query)) };
}

/** Only subscriptions that the service has an identity for; an adapter without lists has none. */
export function listsOf(parts: {
  readonly subscriptions?: readonly string[];
  readonly azureFor: (scaleSetId: string) => AzureWithImages;
}): (subscriptionId: string) => AzureLists | null {
  return (subscriptionId) => {
    const known = parts.subscriptions?.find((id) => id.toLowerCase() === subscriptionId.toLowerCase());
    const azure = known === undefined ? null : parts.azureFor(`/subscriptions/${known}`);
    return azure !== null && hasLists(azure) ? azure : null;
  };
}

function hasLists(azure: AzureWithImages): azure is AzureWithImages & AzureLists {
  return azure.listSizes !== undefined;
}

function noFacts(): Promise<never> {
  return Promise.reject(new CloudError('unavailable', 'readImageFacts', 'Nobody tells the facts of images here.'));
}
