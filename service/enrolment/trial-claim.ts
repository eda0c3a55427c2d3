// Trial machines of a validation enrol like all others, with two differences: their agent stays disabled for ever, so no
// job reaches it, and they report once what they found and how the probe went.
import { createHash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import { osTypeOf } from '../domain/lane-image.ts';
import type { OsType } from '../domain/instance.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { trialAgentPrefix, trialCapability, type TrialRecord } from '../domain/validation.ts';
import { agentVersionFor } from '../agent-records.ts';
import { readTrial, trialWrite, type Kept } from '../image-records.ts';
import { CloudError } from '../problem.ts';
import type { AgentPackage, AzureDevOpsPort, Clock, RegisteredAgent } from '../ports.ts';
import type { Records } from '../records.ts';
import { agentFiles } from './agent-files.ts';
import { agentCapabilities, registrationCapabilities } from './capabilities.ts';
import type { ClaimAnswer, ClaimRequest } from './claim.ts';
import { ClaimRefused } from './claim-refused.ts';
import type { AgentKeys } from './keys.ts';
import { registerDisabled } from './registration.ts';
import { chooseWorkFolder, defaultWorkFolder } from './work-folder.ts';

/** Of the enrolment's own options. */
export interface TrialOptions {
  readonly store: Records;
  readonly azureDevOpsFor: (pool: string) => AzureDevOpsPort;
  readonly settingsFor: (pool: string) => Promise<PoolSettings | null>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly newNonce: () => string;
  readonly generateKeys: () => Promise<AgentKeys>;
}

/** Nobody's word but the machine's: everything is bounded, and shown as text. */
export const TrialReportRequest = Type.Object({
  token: Type.String({ pattern: '^[A-Za-z0-9_-]{16,128}$' }),
  report: Type.Object({
    workFolder: Type.String({ maxLength: 400 }),
    isWorkFolderWritable: Type.Boolean(),
    freeDiskBytes: Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    agentsFound: Type.Array(Type.String({ maxLength: 400 }), { maxItems: 20 }),
    isRebootPending: Type.Boolean(),
    probe: Type.Union([
      Type.Object({
        exitCode: Type.Integer({ minimum: -2147483648, maximum: 4294967295 }),
        seconds: Type.Number({ minimum: 0, maximum: 86_400 }),
        output: Type.String({ maxLength: 20_000 }),
      }),
      Type.Null(),
    ]),
  }),
});
export type TrialReportRequest = Static<typeof TrialReportRequest>;

/** Passes write the record, too, once or twice in the life of a machine. */
const triesToNote = 5;

/** Null where no validation expects the machine. Throws `ClaimRefused`. */
export async function answerTrialClaim(
  options: TrialOptions,
  vmId: string,
  request: ClaimRequest,
): Promise<ClaimAnswer | null> {
  const found = await readTrial(options.store, vmId);
  const settings = found === null ? null : await options.settingsFor(found.value.pool);
  if (found === null || settings === null) return null;
  expectOpen(found.value);
  const osType = osTypeOf(settings, await imageOf(options, found.value));
  const platform = osType === 'windows' ? 'win-x64' : 'linux-x64';
  const { pool } = found.value;
  const version = await agentVersionFor(options.store, pool, settings, osType);
  const agentPackage = await options.azureDevOpsFor(pool).readAgentPackage(platform, version);
  const token = `${options.newNonce()}${options.newNonce()}${options.newNonce()}`;
  const claimed = await claimOnce(options, found, request, token);
  try {
    return await enrolTrial(options, { trial: claimed, settings, osType, agentPackage, token }, request);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw new ClaimRefused(
      'CLAIM_BROKEN',
      `Trial machine ${vmId} was claimed, but its agent was not: ${error.message}`,
    );
  }
}

/** False where the token is unknown, was used, or its trial is over. */
export async function takeTrialReport(options: TrialOptions, request: TrialReportRequest): Promise<boolean> {
  const { store, clock } = options;
  const key = await store.findRecord('trialToken', digestOf(request.token));
  if (key === null) return false;
  const { vmId, life } = key.document as { readonly vmId: string; readonly life: number };
  const trial = await readTrial(store, vmId);
  if (trial?.value.life !== life || trial.value.reportedAt !== null || trial.value.state !== 'open') return false;
  const value = { ...trial.value, report: request.report, reportedAt: clock.now() };
  const used = { kind: 'trialToken', pool: key.pool, key: key.key, expected: key.revision, document: null };
  return await store.writeRecords([trialWrite(trial.revision, value), { ...used, at: 0, isOpen: false }]);
}

/**
 * Asked again before it has reported, the machine has lost our answer: it gets another one. No job has ever run on it and
 * none will, so nobody but its image can be asking; the registration of the first try goes.
 */
function expectOpen({ vmId, state, reportedAt }: TrialRecord): void {
  if (state === 'reimaging')
    throw new ClaimRefused('CLAIM_NOT_YET', `The reimage of trial machine ${vmId} is still open.`);
  if (state === 'closed') throw new ClaimRefused('CLAIM_LATE', `The trial of machine ${vmId} is over.`);
  if (reportedAt !== null)
    throw new ClaimRefused('CLAIM_USED', `Trial machine ${vmId} has reported already: something on it asks again.`);
}

async function imageOf({ store }: TrialOptions, trial: TrialRecord): Promise<string> {
  const row = await store.readRecord('validation', trial.pool, trial.validationId);
  return (row?.document as { readonly image?: string } | null)?.image ?? '';
}

/** Compare-and-set from unclaimed to claimed, with what the machine says of itself. */
async function claimOnce(
  options: TrialOptions,
  { revision, value }: Kept<TrialRecord>,
  request: ClaimRequest,
  token: string,
): Promise<Kept<TrialRecord>> {
  const { computerName, reported } = request;
  const claimed: TrialRecord = {
    ...value,
    claimedAt: options.clock.now(),
    claim: {
      computerName: computerName ?? null,
      forbiddenVariables: reported.forbiddenVariables,
      workFolderVariable: reported.workFolderVariable,
    },
    agentId: null,
    agentName: null,
    reportDigest: digestOf(token),
  };
  const document = { vmId: value.vmId, life: value.life };
  const key = { kind: 'trialToken', pool: value.pool, key: digestOf(token), expected: null, document };
  const at = options.clock.now();
  const before = value.reportDigest === null ? null : await options.store.findRecord('trialToken', value.reportDigest);
  const old = before === null ? [] : [{ ...key, key: before.key, expected: before.revision, document: null, at }];
  const writes = [{ ...key, at }, ...old].map((one) => ({ ...one, isOpen: false }));
  if (await options.store.writeRecords([trialWrite(revision, claimed), ...writes])) {
    if (value.agentId !== null) await removeOld(options, value.pool, value.agentId);
    return { revision: revision + 1, value: claimed };
  }
  throw new ClaimRefused('CLAIM_NOT_YET', `The trial of machine ${value.vmId} has just moved on.`);
}

/** Where Azure DevOps refuses it now, the end of the trial finds it by its capability, or by its name's record. */
async function removeOld(options: TrialOptions, pool: string, agentId: number): Promise<void> {
  const settings = await options.settingsFor(pool);
  if (settings !== null) await options.azureDevOpsFor(pool).deleteAgent(settings.poolId, agentId);
}

interface TrialClaim {
  readonly trial: Kept<TrialRecord>;
  readonly settings: PoolSettings;
  readonly osType: OsType;
  readonly agentPackage: AgentPackage;
  readonly token: string;
}

async function enrolTrial(options: TrialOptions, claim: TrialClaim, request: ClaimRequest): Promise<ClaimAnswer> {
  const { settings, osType, agentPackage, token } = claim;
  const trial = claim.trial.value;
  let kept = claim.trial;
  const choice = chooseWorkFolder(osType, {
    demand: null,
    setting: osType === settings.osType ? settings.workFolder : null,
    imageVariable: request.reported.workFolderVariable,
  });
  const keys = await options.generateKeys();
  const capabilities = agentCapabilities({ images: [] }, {}, choice.workFolder);
  const registered = await registerDisabled(
    options.azureDevOpsFor(trial.pool),
    options.clock,
    () => options.newNonce().slice(-6),
    {
      poolId: settings.poolId,
      organization: settings.organization,
      namePrefix: trialAgentPrefix(trial),
      version: agentPackage.version,
      osDescription: request.osDescription ?? (osType === 'windows' ? 'Windows' : 'Linux'),
      keys,
      capabilities: (agentName) => ({
        ...registrationCapabilities(
          osType,
          capabilities,
          agentName,
          agentPackage.version,
          request.computerName ?? null,
        ),
        [trialCapability]: trial.validationId,
      }),
      onLost: async () => {
        kept = await noteLost(options, kept);
      },
    },
  );
  await recordAgent(options, kept, settings, registered);
  return {
    files: agentFiles({
      agentId: registered.agentId,
      agentName: registered.name,
      poolId: settings.poolId,
      serverUrl: registered.serverUrl ?? settings.organization,
      workFolder: choice.workFolder,
      clientId: registered.clientId,
      authorizationUrl: registered.authorizationUrl,
      keys,
      capabilities,
      setupInfo: [{ group: 'Weir', detail: `Trial machine of validation ${trial.validationId}` }],
    }),
    package: { version: agentPackage.version, downloadUrl: agentPackage.downloadUrl, sha256: agentPackage.sha256 },
    runOnce: settings.recycleAfterEachUse,
    isInteractive: settings.agentInteractiveUI,
    workFolder: choice.workFolder,
    defaultWorkFolder: defaultWorkFolder[osType],
    warnings: choice.warnings,
    trial: { token, probeScript: trial.probeScript },
  };
}

/**
 * The cleaning waits for it. Where the trial has moved on meanwhile its newest record is told, and ours stays the old one: the claim
 * ends without being recorded.
 */
async function noteLost(options: TrialOptions, own: Kept<TrialRecord>): Promise<Kept<TrialRecord>> {
  const { store, clock } = options;
  const registrationLostAt = clock.now();
  let latest: Kept<TrialRecord> | null = own;
  for (let tries = 0; latest !== null && tries < triesToNote; tries += 1) {
    const value = { ...latest.value, registrationLostAt };
    if (await store.writeRecords([trialWrite(latest.revision, value)]))
      return latest === own ? { revision: own.revision + 1, value } : own;
    latest = await readTrial(store, own.value.vmId);
  }
  throw new Error(latest === null ? 'its trial is over' : 'the record of the trial changes too often');
}

/**
 * Where the trial has moved on meanwhile its machine runs no agent any more. The newest record says whose agent is left, so the cleaning
 * takes it away before the machine; without a record nobody would, and it goes at once.
 */
async function recordAgent(
  options: TrialOptions,
  own: Kept<TrialRecord>,
  settings: PoolSettings,
  registered: RegisteredAgent,
): Promise<void> {
  const agent = { agentId: registered.agentId, agentName: registered.name };
  const { store } = options;
  if (await store.writeRecords([trialWrite(own.revision, { ...own.value, ...agent })])) return;
  const isNoted = await noteAgent(store, own.value, agent);
  if (!isNoted) await options.azureDevOpsFor(own.value.pool).deleteAgent(settings.poolId, registered.agentId);
  throw new ClaimRefused('CLAIM_LATE', `The trial of machine ${own.value.vmId} ended while its agent was registered.`);
}

/** False where the trial is over, or has another agent by now. */
async function noteAgent(
  store: TrialOptions['store'],
  { vmId, validationId }: TrialRecord,
  agent: Pick<TrialRecord, 'agentId' | 'agentName'>,
): Promise<boolean> {
  for (let tries = 0; tries < triesToNote; tries += 1) {
    const latest = await readTrial(store, vmId);
    if (latest === null || latest.value.validationId !== validationId || latest.value.agentId !== null) return false;
    if (await store.writeRecords([trialWrite(latest.revision, { ...latest.value, ...agent })])) return true;
  }
  return false;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
