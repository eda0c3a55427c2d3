// The findings about one pool: its agent pool, its scale set, the rights, and its images.
import { checksViewOf } from '../service/api/check-views.ts';
import type { OwnRightsPort, SetPort } from '../service/doctor-port.ts';
import { createDoctor } from '../service/doctor/doctor.ts';
import { missingRightsOf } from '../service/discovery/rights.ts';
import { lookAtImages, type ImageLook } from '../service/doctor/image-look.ts';
import type { PoolSettings } from '../service/domain/pool.ts';
import type { ImagePort } from '../service/image-port.ts';
import type { PipelinesPort } from '../service/pipelines-port.ts';
import type { AgentPool, AzureDevOpsPort, AzurePort, Clock, Store } from '../service/ports.ts';
import { CloudError, UserProblem } from '../service/problem.ts';
import type { ChecksView } from '../contract/checks.ts';

export interface CheckParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly azureFor: (scaleSetId: string) => AzurePort & Partial<ImagePort & SetPort>;
  readonly azureDevOpsFor: (organization: string) => AzureDevOpsPort & Partial<OwnRightsPort>;
  readonly publicUrl: string;
  /** Null: nobody may read the pipelines of the organisation. */
  readonly pipelinesFor: (organization: string) => PipelinesPort | null;
}

export interface AgentPoolFinding {
  readonly status: 'ok' | 'error';
  readonly words: string;
  readonly nextStep: string | null;
}

/** Only of pools that want it; a right that lacks costs admissions, and never a pass. */
export interface DiscoveryFinding {
  readonly status: 'ok' | 'warning';
  readonly words: string;
  readonly nextStep: string | null;
}

/** `problem`: a cloud did not answer, or there is no identity for it; the rest is then missing. */
export interface PoolFindings {
  readonly pool: string;
  readonly agentPool: AgentPoolFinding | null;
  readonly view: Pick<ChecksView, 'scaleSet' | 'errors' | 'warnings' | 'checks' | 'rights'> | null;
  readonly images: readonly ImageLook[];
  readonly discovery: DiscoveryFinding | null;
  readonly problem: { readonly code: string; readonly message: string; readonly nextStep: string } | null;
}

export async function checkPool(parts: CheckParts, settings: PoolSettings): Promise<PoolFindings> {
  const nothing = { agentPool: null, view: null, images: [], discovery: null, problem: null };
  const none: PoolFindings = { pool: settings.name, ...nothing };
  try {
    const agentPool = await agentPoolOf(parts.azureDevOpsFor(settings.organization), settings);
    const doctor = createDoctor({ ...parts, setsFor: parts.azureFor, rightsFor: parts.azureDevOpsFor });
    const inspection = await doctor.lookAtPool(settings);
    const now = parts.clock.now();
    const whole = checksViewOf({ now, pool: settings.name, inspection, own: [], mayFix: false, fixes: [] });
    const { scaleSet, errors, warnings, checks, rights } = whole;
    const azure = parts.azureFor(settings.scaleSet);
    const images =
      inspection.facts === null || !tellsImages(azure)
        ? []
        : await lookAtImages(azure, settings, inspection.facts.scaleSet, now);
    const discovery = settings.demands.discovery ? await discoveryOf(parts, settings) : null;
    return { ...none, agentPool, view: { scaleSet, errors, warnings, checks, rights }, images, discovery };
  } catch (error) {
    return { ...none, problem: problemOf(error) };
  }
}

function tellsImages(azure: AzurePort & Partial<ImagePort>): azure is AzurePort & ImagePort {
  return azure.readImageFacts !== undefined;
}

/** Azure DevOps' own elastic pools size their scale sets, and hosted ones have no agents of anybody's. */
async function agentPoolOf(azureDevOps: AzureDevOpsPort, settings: PoolSettings): Promise<AgentPoolFinding> {
  const other = 'Set poolId to an ordinary self-hosted agent pool: the number in the address of its page.';
  const pool = await azureDevOps.readPool(settings.poolId).catch((error: unknown) => {
    if (error instanceof CloudError && (error.kind === 'notFound' || error.kind === 'denied')) return null;
    throw error;
  });
  if (pool === null) {
    const words = `There is no agent pool ${settings.poolId}, or Weir may not see it.`;
    return { status: 'error', words, nextStep: other };
  }
  const wrong = unsuitable(pool);
  if (wrong !== null) return { status: 'error', words: `The agent pool ${pool.name} ${wrong}.`, nextStep: other };
  return { status: 'ok', words: `The agent pool ${pool.name} is there.`, nextStep: null };
}

async function discoveryOf({ pipelinesFor, clock }: CheckParts, settings: PoolSettings): Promise<DiscoveryFinding> {
  const nextStep =
    'Let the identity read projects, queues and their permissions, pipelines and releases, and queue builds, which Azure DevOps asks for a preview. Until then only what the settings declare is admitted.';
  const pipelines = pipelinesFor(settings.organization);
  if (pipelines === null) {
    const words = 'No identity may read the pipelines of the organisation, so their demands are not discovered.';
    return { status: 'warning', words, nextStep: 'Name a discoveryIdentity of the organisation in weir.yaml.' };
  }
  try {
    const missing = await missingRightsOf(pipelines, settings.poolId, () => clock.now());
    if (missing.length > 0) return { status: 'warning', words: missing.join(' '), nextStep };
    return { status: 'ok', words: 'The demands of pipelines can be read.', nextStep: null };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { status: 'warning', words: `The pipelines could not be asked: ${error.message}`, nextStep: 'Try again.' };
  }
}

function unsuitable(pool: AgentPool): string | null {
  if (pool.isHosted) return 'is one of Microsoft';
  if (pool.isElastic) return 'is an elastic pool that Azure DevOps sizes itself';
  return pool.poolType === 'automation' ? null : 'is for deployment groups';
}

function problemOf(error: unknown): NonNullable<PoolFindings['problem']> {
  if (error instanceof UserProblem) return { code: error.code, message: error.message, nextStep: error.nextStep };
  if (!(error instanceof CloudError)) throw error;
  return {
    code: 'CLOUD_UNAVAILABLE',
    message: error.message,
    nextStep: 'Check the network, the identity in the configuration, and try again.',
  };
}

export function hasErrors({ agentPool, view, images, problem }: PoolFindings): boolean {
  const isWrongImage = images.some((image) => image.checks.some((check) => check.status === 'error'));
  return problem !== null || agentPool?.status === 'error' || (view?.errors ?? 0) > 0 || isWrongImage;
}
