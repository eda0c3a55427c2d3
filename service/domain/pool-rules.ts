// Turns what somebody wrote into the settings of a pool: every default, every rule, and all problems at once.
import { readFields, type FieldReader, type SettingsProblem, type TextRule } from './field-reader.ts';
import type { OsType } from './instance.ts';
import { laneGroupRule } from './lane-group.ts';
import { isOrganizationUrl, normalOrganizationUrl } from './organization-url.ts';
import { disruptionFields, readDisruption } from './pool-disruption.ts';
import { imageFields, readImages } from './pool-images.ts';
import { readProfile } from './pool-profile.ts';
import { readRollout, rolloutFields } from './pool-rollout.ts';
import { readSchedule } from './pool-schedule.ts';
import type { PoolSettings, Preset, SizingPolicy } from './pool.ts';
import { defaultSavedNodeHours } from './saved-nodes.ts';
import { workFolderFault } from './work-folder.ts';

export type { SettingsProblem } from './field-reader.ts';

/** The fields of the settings in the order in which they are explained; sections carry their own. */
export const poolFields = {
  pool: [
    ...['name', 'organization', 'poolId', 'scaleSet', 'maxCapacity', 'desiredIdle', 'timeToLiveMinutes'],
    ...['recycleAfterEachUse', 'maxSavedNodeCount', 'preserveAgentOnJobFailure', 'savedNodeHours'],
    ...['agentInteractiveUI', 'osType', 'agentVersion', 'workFolder'],
    ...['paused', 'sizing', 'images', 'demands', 'priority', 'profile', 'schedule', 'budget', 'maxLanes'],
    ...['laneResourceGroup', 'rollout', 'disruption'],
  ],
  sizing: ['policy', 'preset', 'sampleMinutes', 'incrementPercent', 'stepMinutes'],
  images: imageFields,
  demands: [
    ...(['workFolders', 'customCapabilities', 'versionOverride', 'newVersionsPerDay'] as const),
    ...(['discovery', 'tagWaitMinutes', 'matching'] as const),
  ],
  priority: ['batchSeconds', 'agingMinutes'],
  budget: ['monthlyVmHours'],
  rollout: rolloutFields,
  disruption: disruptionFields,
} as const;

/** Other products' words for our fields, too far away for a guess by spelling. */
const meant: Readonly<Record<string, string>> = {
  maxAgents: 'maxCapacity',
  maxAgent: 'maxCapacity',
  maximum: 'maxCapacity',
  maximumConcurrency: 'maxCapacity',
  standby: 'desiredIdle',
  standbyAgents: 'desiredIdle',
  minIdle: 'desiredIdle',
  idleMinutes: 'timeToLiveMinutes',
  recycleAfterUse: 'recycleAfterEachUse',
  azureId: 'scaleSet',
  vmss: 'scaleSet',
};

/** Whoever finds no problem has whole settings; `organization`, `poolId` and `scaleSet` may be unsaid (empty, 0). */
export function validatePoolSettings(
  value: unknown,
): { readonly settings: PoolSettings } | { readonly problems: readonly SettingsProblem[] } {
  const problems: SettingsProblem[] = [];
  const report = (problem: SettingsProblem): void => {
    problems.push(problem);
  };
  const fields = readFields(value, '', poolFields.pool, report, meant);
  const settings = readSettings(fields);
  return problems.length === 0 ? { settings } : { problems };
}

function readSettings(fields: FieldReader): PoolSettings {
  const osType = fields.oneOf<OsType>('osType', ['linux', 'windows'], 'linux');
  const workFolder = workFolderRule(osType);
  const maxCapacity = fields.integer('maxCapacity', { code: 'MAX_AGENTS_RANGE', min: 1, max: 1000, fallback: 10 });
  if (!fields.has('name')) {
    fields.report('name', 'FIELD_REQUIRED', 'A pool needs a name.', 'Write name: and what people call the pool.');
  }
  return {
    name: fields.text('name', nameRule, ''),
    organization: normalOrganizationUrl(fields.text('organization', organizationRule, '')),
    poolId: fields.integer('poolId', { code: 'POOL_ID_INVALID', min: 0, max: 2_147_483_647, fallback: 0 }),
    scaleSet: fields.text('scaleSet', scaleSetRule, ''),
    maxCapacity,
    desiredIdle: readStandby(fields, maxCapacity),
    timeToLiveMinutes: fields.integer('timeToLiveMinutes', { code: 'IDLE_RANGE', min: 1, max: 10080, fallback: 30 }),
    ...readSaved(fields),
    agentInteractiveUI: fields.boolean('agentInteractiveUI', false),
    osType,
    agentVersion: fields.text('agentVersion', agentVersionRule, 'latest'),
    workFolder: fields.text('workFolder', workFolder, null),
    paused: fields.boolean('paused', false),
    sizing: readSizing(fields),
    images: readImages(fields),
    demands: readDemands(fields, workFolder),
    priority: readPriority(fields),
    ...readProfile(fields),
    schedule: readSchedule(fields),
    budget: readBudget(fields),
    maxLanes: fields.integer('maxLanes', { code: 'LANES_RANGE', min: 1, max: 50, fallback: 8 }),
    laneResourceGroup: fields.text('laneResourceGroup', laneGroupRule, null),
    rollout: readRollout(fields),
    disruption: readDisruption(fields),
  };
}

function readStandby(fields: FieldReader, maxCapacity: number): number {
  const standby = fields.integer('desiredIdle', { code: 'STANDBY_RANGE', min: 0, max: 1000, fallback: 0 });
  const isMaximumRead = !fields.has('maxCapacity') || fields.raw('maxCapacity') === maxCapacity;
  if (isMaximumRead && standby > maxCapacity) {
    const message = `${fields.path('desiredIdle')} ${standby} is above maxCapacity ${maxCapacity}.`;
    fields.report('desiredIdle', 'STANDBY_GT_MAX', message, 'Lower desiredIdle or raise maxCapacity.');
  }
  return standby;
}

function readSaved(fields: FieldReader) {
  const hours = { code: 'SAVED_HOURS_RANGE', min: 0, max: 8760, fallback: defaultSavedNodeHours };
  const saved = {
    maxSavedNodeCount: fields.integer('maxSavedNodeCount', { code: 'SAVED_RANGE', min: 0, max: 1000, fallback: 0 }),
    preserveAgentOnJobFailure: fields.boolean('preserveAgentOnJobFailure', false),
    savedNodeHours: fields.integer('savedNodeHours', hours),
  };
  const isLimitRead = !fields.has('maxSavedNodeCount') || fields.raw('maxSavedNodeCount') === 0;
  if (saved.preserveAgentOnJobFailure && isLimitRead) {
    const message = `${fields.path('preserveAgentOnJobFailure')} keeps nothing while maxSavedNodeCount is 0.`;
    const nextStep = 'Say with maxSavedNodeCount how many machines may be kept at a time, 1 or more.';
    fields.report('preserveAgentOnJobFailure', 'SAVED_COUNT_MISSING', message, nextStep);
  }
  return saved;
}

function readSizing(fields: FieldReader): PoolSettings['sizing'] {
  const sizing = fields.section('sizing', poolFields.sizing);
  const code = 'SIZING_RANGE';
  return {
    policy: sizing?.oneOf<SizingPolicy>('policy', ['sampled', 'eventDriven'], 'eventDriven') ?? 'eventDriven',
    preset: sizing?.oneOf<Preset>('preset', ['economy', 'balanced', 'fast'], 'balanced') ?? 'balanced',
    sampleMinutes: sizing?.integer('sampleMinutes', { code, min: 1, max: 60, fallback: 5 }) ?? 5,
    incrementPercent: sizing?.integer('incrementPercent', { code, min: 1, max: 100, fallback: 25 }) ?? 25,
    stepMinutes: sizing?.integer('stepMinutes', { code, min: 1, max: 1440, fallback: 20 }) ?? 20,
  };
}

function readDemands(fields: FieldReader, workFolder: TextRule): PoolSettings['demands'] {
  const demands = fields.section('demands', poolFields.demands);
  return {
    workFolders: demands?.texts('workFolders', workFolder) ?? [],
    customCapabilities: demands?.texts('customCapabilities', tagRule) ?? [],
    versionOverride: demands?.oneOf('versionOverride', ['validated', 'any', 'none'], 'validated') ?? 'validated',
    newVersionsPerDay:
      demands?.integer('newVersionsPerDay', { code: 'NEW_VERSIONS_RANGE', min: 0, max: 1000, fallback: 10 }) ?? 10,
    discovery: demands?.boolean('discovery', false) ?? false,
    tagWaitMinutes:
      demands?.integer('tagWaitMinutes', { code: 'TAG_WAIT_RANGE', min: 0, max: 1440, fallback: 10 }) ?? 10,
    matching: demands?.oneOf('matching', ['live', 'atQueueTime'], 'live') ?? 'live',
  };
}

function readPriority(fields: FieldReader): PoolSettings['priority'] {
  const priority = fields.section('priority', poolFields.priority);
  const code = 'PRIORITY_RANGE';
  return {
    batchSeconds: priority?.integer('batchSeconds', { code, min: 0, max: 600, fallback: 10 }) ?? 10,
    agingMinutes: priority?.integer('agingMinutes', { code, min: 1, max: 10080, fallback: 60 }) ?? 60,
  };
}

function readBudget(fields: FieldReader): PoolSettings['budget'] {
  const written = fields.raw('budget');
  if (written === undefined || written === null) return null;
  const isSection = typeof written === 'object' && !Array.isArray(written);
  const budget = isSection ? fields.section('budget', poolFields.budget) : null;
  const hours = budget?.raw('monthlyVmHours');
  if (typeof hours === 'number' && Number.isFinite(hours) && hours > 0 && hours <= 1e9)
    return { monthlyVmHours: hours };
  const nextStep = 'Write "monthlyVmHours": and how many machine-hours the pool may use in a month.';
  const [where, name] = budget === null ? [fields, 'budget'] : [budget, 'monthlyVmHours'];
  where.report(name, 'BUDGET_INVALID', `${where.path(name)} must be a number of hours above 0.`, nextStep);
  return null;
}

const nameRule: TextRule = {
  code: 'NAME_INVALID',
  isValid: (text) =>
    text.length >= 1 && text.length <= 64 && text.trim() === text && !hasControl(text) && !/[/\\?#]/.test(text),
  mustBe: '1–64 characters, without "/", "\\", "?", "#" or blanks at its ends',
  nextStep: 'Write what people call the pool.',
};

/** What stands before "@" may be a password, so a refused address is not shown. */
const organizationRule: TextRule = {
  code: 'ORG_URL_INVALID',
  isValid: (text) => text === '' || isOrganizationUrl(text),
  mustBe: 'the address of an Azure DevOps organisation',
  nextStep: 'Write https://dev.azure.com/NAME, nothing before or behind it.',
  isSecret: true,
};

/** Azure compares resource ids without regard to case; what stands between is for Azure to judge. */
const scaleSetRule: TextRule = {
  code: 'SCALE_SET_ID_FORMAT',
  isValid: (text) =>
    text === '' || (text.length <= 400 && /^\/subscriptions\/[^/\s]+\/.*virtualMachineScaleSets\/[^/\s]+$/i.test(text)),
  mustBe: 'the resource id of a virtual machine scale set',
  nextStep:
    'Write /subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Compute/virtualMachineScaleSets/NAME, ' +
    'as "az vmss show --query id" prints it.',
};

const agentVersionRule: TextRule = {
  code: 'AGENT_VERSION_FORMAT',
  isValid: (text) => text === 'latest' || /^\d{1,4}\.\d{1,6}\.\d{1,6}$/.test(text),
  mustBe: '"latest" or an exact version',
  nextStep: 'Write latest, or a version such as 4.255.0.',
};

const tagRule: TextRule = {
  code: 'CAPABILITY_INVALID',
  isValid: (text) => text.length >= 1 && text.length <= 1024 && text.trim() === text && !hasControl(text),
  mustBe: '1–1024 characters without control characters or blanks at its ends',
  nextStep: 'Write the value as the CustomCapabilities demand names it.',
};

function workFolderRule(osType: OsType): TextRule {
  return {
    code: 'WORKFOLDER_INVALID',
    isValid: (text) => workFolderFault(text, osType) === null,
    mustBe: `a folder that an agent on ${osType === 'linux' ? 'Linux' : 'Windows'} may use`,
    nextStep: osType === 'linux' ? 'Write a path such as /mnt/work.' : 'Write a path such as D:\\a\\_work.',
  };
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
