// Turns a booting machine that Weir expects into an agent of its pool, once for each generation: the machine shows its
// attested document, Weir registers the agent with a key of its own and hands over the finished configuration.
import type { OsType } from '../domain/instance.ts';
import { osTypeOf } from '../domain/lane-image.ts';
import type { Generation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { agentVersionFor } from '../agent-records.ts';
import { CloudError, UserProblem } from '../problem.ts';
import type { AgentPackage, AzureDevOpsPort, Clock, RegisteredAgent, Store } from '../ports.ts';
import { agentFiles } from './agent-files.ts';
import { provenContent, type Attestation } from './attestation.ts';
import { agentCapabilities, registrationCapabilities } from './capabilities.ts';
import type { ClaimAnswer, ClaimRequest } from './claim.ts';
import { ClaimRefused } from './claim-refused.ts';
import type { AgentKeys } from './keys.ts';
import { registerDisabled, type RegistrationInput } from './registration.ts';
import { takeOver, type TakenOver } from './takeover.ts';
import { answerTrialClaim, takeTrialReport, type TrialReportRequest } from './trial-claim.ts';
import { chooseWorkFolder, defaultWorkFolder } from './work-folder.ts';

/** What a person should know of: `alarm` means that somebody on a machine probes. */
export interface EnrolmentNote {
  readonly level: 'alarm' | 'warning' | 'info';
  readonly code: string;
  readonly words: string;
  readonly pool: string | null;
  readonly vmId: string | null;
}

export interface EnrolmentOptions {
  readonly store: Store;
  readonly azureDevOpsFor: (pool: string) => AzureDevOpsPort;
  readonly settingsFor: (pool: string) => Promise<PoolSettings | null>;
  /** Cadences and deadlines; the sandbox speeds it up. */
  readonly clock: Clock;
  /** Ten decimal digits that nobody can guess. */
  readonly newNonce: () => string;
  readonly generateKeys: () => Promise<AgentKeys>;
  /** Whose machines may enrol. */
  readonly attestation: Attestation;
  readonly note: (note: EnrolmentNote) => void;
  /** How long after its start a generation may still be claimed; by default the 20 minutes that a step may take. */
  readonly bootDeadlineMilliseconds?: (settings: PoolSettings) => number;
}

/** `claim` throws `ClaimRefused`. */
export interface Enrolment {
  issueNonce(): Promise<{ readonly nonce: string; readonly expiresInSeconds: number }>;
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  /** What a trial machine found; false where its token is good for nothing any more. */
  report(request: TrialReportRequest): Promise<boolean>;
}

const nonceLifeMilliseconds = 120_000;
/** A little less than the controller waits for a claim that has begun before it reclaims the machine. */
const claimLimitMilliseconds = 100_000;

export function createEnrolment(options: EnrolmentOptions): Enrolment {
  return {
    async issueNonce() {
      const nonce = options.newNonce();
      await options.store.issueNonce(nonce, nonceLifeMilliseconds);
      return { nonce, expiresInSeconds: nonceLifeMilliseconds / 1000 };
    },
    report: (request) => takeTrialReport(options, request),
    async claim(request) {
      try {
        return await answerClaim(options, request);
      } catch (error) {
        if (error instanceof ClaimRefused) noteRefusal(options, error);
        throw error;
      }
    },
  };
}

async function answerClaim(options: EnrolmentOptions, request: ClaimRequest): Promise<ClaimAnswer> {
  const isFresh = await options.store.useNonce(request.nonce);
  if (!isFresh) throw new ClaimRefused('CLAIM_EXPIRED', 'The nonce was never issued, was used, or is too old.');
  const content = await provenContent(options.attestation, request.document, request.nonce, options.clock.now());
  const found = await options.store.findGeneration(content.vmId);
  const trial = found === null ? await answerTrialClaim(options, content.vmId, request) : null;
  if (trial !== null) return trial;
  const settings = found === null ? null : await options.settingsFor(found.pool);
  if (found === null || settings === null)
    throw new ClaimRefused('CLAIM_VM', `No pool expects the machine ${content.vmId}.`);
  const { pool, generation } = found;
  await expectClaimable(options, pool, generation, settings);
  // What may fail and be tried again comes before the claim, which happens once.
  const osType = osTypeOf(settings, generation.image);
  const platform = osType === 'windows' ? 'win-x64' : 'linux-x64';
  const version = await agentVersionFor(options.store, pool, settings, osType, generation);
  const agentPackage = await options.azureDevOpsFor(pool).readAgentPackage(platform, version);
  const claimedAt = options.clock.now();
  if (!(await options.store.claimGeneration(generation.generationId, claimedAt))) throw alreadyClaimed(generation);
  // A reclaim that began before this line was written does not know of the claim; a later one waits for its agent.
  const reclaim = await openReclaim(options, pool, generation);
  if (reclaim !== null) throw new ClaimRefused('CLAIM_LATE', `A ${reclaim} of machine ${generation.vmId} has begun.`);
  // Read again: until the claim a pass may have chosen another work folder for this life, and after it none may.
  const latest = (await options.store.findGeneration(content.vmId))?.generation;
  const claimed = latest?.generationId === generation.generationId ? latest : generation;
  const answer = await enrolOnce(
    options,
    { pool, generation: claimed, settings, osType, agentPackage, claimedAt },
    request,
  );
  for (const words of reportedWords(request, answer.warnings)) {
    options.note({ level: 'warning', code: 'ENROLMENT_REPORT', words, pool, vmId: generation.vmId });
  }
  return answer;
}

async function expectClaimable(
  options: EnrolmentOptions,
  pool: string,
  generation: Generation,
  settings: PoolSettings,
): Promise<void> {
  // Asked first: a machine that is being reimaged still has its old generation, and that is no attack.
  const reclaim = await openReclaim(options, pool, generation);
  if (reclaim === 'delete') throw new ClaimRefused('CLAIM_LATE', `Machine ${generation.vmId} is being deleted.`);
  if (reclaim === 'reimage') {
    throw new ClaimRefused('CLAIM_NOT_YET', `The reimage of machine ${generation.vmId} is still open.`);
  }
  if (generation.claimedAt !== null || generation.agentId !== null) throw alreadyClaimed(generation);
  const limit = options.bootDeadlineMilliseconds?.(settings) ?? settings.sizing.stepMinutes * 60_000;
  if (options.clock.now() - generation.startedAt > limit) {
    throw new ClaimRefused('CLAIM_LATE', `Machine ${generation.vmId} took longer to boot than it may.`);
  }
}

/**
 * What is about to take the contents of the machine away. It is looked for by the vmId, too: also the next generation of
 * a machine may not be claimed before the reimage that it began with is closed (reliability-security.md I-3).
 */
async function openReclaim(
  options: EnrolmentOptions,
  pool: string,
  generation: Generation,
): Promise<'delete' | 'reimage' | null> {
  const open = await options.store.listOpenOperations(pool);
  const kinds = open
    .filter((one) => one.generationId === generation.generationId || one.vmId === generation.vmId)
    .map((one) => one.kind);
  return kinds.includes('delete') ? 'delete' : kinds.includes('reimage') ? 'reimage' : null;
}

function alreadyClaimed(generation: Generation): ClaimRefused {
  return new ClaimRefused(
    'CLAIM_USED',
    `Machine ${generation.vmId} has been claimed before: something on it asks again.`,
  );
}

interface Claim {
  readonly pool: string;
  readonly generation: Generation;
  readonly settings: PoolSettings;
  readonly osType: OsType;
  readonly agentPackage: AgentPackage;
  readonly claimedAt: number;
}

/** After the claim a second try would look like an attack, so the machine is told to give up. */
async function enrolOnce(options: EnrolmentOptions, claim: Claim, request: ClaimRequest): Promise<ClaimAnswer> {
  try {
    return await enrol(options, claim, request);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw new ClaimRefused(
      'CLAIM_BROKEN',
      `Machine ${claim.generation.vmId} was claimed, but Azure DevOps did not take its agent: ${error.message}`,
    );
  }
}

async function enrol(options: EnrolmentOptions, claim: Claim, request: ClaimRequest): Promise<ClaimAnswer> {
  const { pool, generation, settings, osType, agentPackage } = claim;
  const azureDevOps = options.azureDevOpsFor(pool);
  const choice = chooseWorkFolder(osType, {
    demand: generation.workFolder ?? null,
    // A folder of the pool's own system is none on a machine of the other.
    setting: osType === settings.osType ? settings.workFolder : null,
    imageVariable: request.reported.workFolderVariable,
  });
  const keys = await options.generateKeys();
  const capabilities = agentCapabilities(settings, generation, choice.workFolder);
  const input: RegistrationInput = {
    poolId: settings.poolId,
    organization: settings.organization,
    namePrefix: `${nameOf(generation.scaleSetId)}-${generation.instanceId}-`,
    version: agentPackage.version,
    osDescription: request.osDescription ?? (osType === 'windows' ? 'Windows' : 'Linux'),
    keys,
    capabilities: (agentName) => ({
      ...registrationCapabilities(osType, capabilities, agentName, agentPackage.version, request.computerName ?? null),
      // Gone with the agent's first connection: one that still has it was never claimed to the end, and is swept.
      'Weir.Generation': generation.generationId,
    }),
    onLost: () => options.store.noteLostRegistration(generation.generationId, options.clock.now()),
  };
  const newSuffix = (): string => options.newNonce().slice(-6);
  const takeover = { store: options.store, azureDevOps, pool, settings, machine: capabilities };
  const registered =
    (await takeOver(takeover, newSuffix, input)) ??
    (await registerDisabled(azureDevOps, options.clock, newSuffix, input));
  await finish(options, claim, azureDevOps, registered);
  const files = agentFiles({
    agentId: registered.agentId,
    agentName: registered.name,
    poolId: settings.poolId,
    serverUrl: registered.serverUrl ?? settings.organization,
    workFolder: choice.workFolder,
    clientId: registered.clientId,
    authorizationUrl: registered.authorizationUrl,
    keys,
    capabilities,
    setupInfo: [
      {
        group: 'Weir',
        detail: `Pool ${pool}, machine ${nameOf(generation.scaleSetId)}/${generation.instanceId} (${generation.vmId})`,
      },
      ...choice.warnings.map((detail) => ({ group: 'Weir: warning', detail })),
    ],
  });
  return {
    files,
    package: { version: agentPackage.version, downloadUrl: agentPackage.downloadUrl, sha256: agentPackage.sha256 },
    runOnce: settings.recycleAfterEachUse,
    isInteractive: settings.agentInteractiveUI,
    workFolder: choice.workFolder,
    defaultWorkFolder: defaultWorkFolder[osType],
    warnings: choice.warnings,
  };
}

/** Between the claim and here a reclaim may have begun that knows of no agent: then the agent must not stay. */
async function finish(
  options: EnrolmentOptions,
  claim: Claim,
  azureDevOps: AzureDevOpsPort,
  registered: RegisteredAgent & Partial<TakenOver>,
): Promise<void> {
  const { pool, generation, settings, claimedAt } = claim;
  try {
    if (options.clock.now() - claimedAt > claimLimitMilliseconds) {
      throw new ClaimRefused('CLAIM_LATE', `Registering an agent for machine ${generation.vmId} took too long.`);
    }
    const { agentId, name, formerRequestId } = registered;
    await options.store.completeClaim(generation.generationId, agentId, name, formerRequestId);
    // The claim is spent, so it does not help the machine to ask again once a reimage is over.
    const reclaim = await openReclaim(options, pool, generation);
    if (reclaim !== null)
      throw new ClaimRefused('CLAIM_LATE', `A ${reclaim} of machine ${generation.vmId} has begun meanwhile.`);
  } catch (error) {
    await azureDevOps.deleteAgent(settings.poolId, registered.agentId);
    if (error instanceof UserProblem && error.code === 'CLAIM_LATE' && !(error instanceof ClaimRefused)) {
      throw new ClaimRefused('CLAIM_LATE', `Machine ${generation.vmId} was given up while its agent was registered.`);
    }
    throw error;
  }
}

function nameOf(scaleSetId: string): string {
  return scaleSetId.slice(scaleSetId.lastIndexOf('/') + 1);
}

function reportedWords(request: ClaimRequest, warnings: readonly string[]): readonly string[] {
  const { forbiddenVariables } = request.reported;
  if (forbiddenVariables.length === 0) return warnings;
  return [
    ...warnings,
    `The image sets variables that Weir must not honour, so they were unset: ${forbiddenVariables.join(', ')}.`,
  ];
}

function noteRefusal(options: EnrolmentOptions, refusal: ClaimRefused): void {
  options.note({ level: levelOf(refusal), code: refusal.code, words: refusal.reason, pool: null, vmId: null });
}

/** A machine asks again while its generation is not known yet, and waiting for a reimage is its everyday. */
function levelOf(refusal: ClaimRefused): EnrolmentNote['level'] {
  if (refusal.code === 'CLAIM_USED' || refusal.code === 'CLAIM_SIGNATURE') return 'alarm';
  return refusal.code === 'CLAIM_NOT_YET' ? 'info' : 'warning';
}
