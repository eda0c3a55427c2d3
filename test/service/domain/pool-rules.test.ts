// The rules of pool settings: defaults of the design's example, and the rows of the bad-input table.
import { describe, expect, it } from '@jest/globals';
import { validatePoolSettings, type SettingsProblem } from '../../../service/domain/pool-rules.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';

const accept = (written: object): PoolSettings => {
  const result = validatePoolSettings({ name: 'linux', ...written });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.settings;
};
const refuse = (written: object): readonly SettingsProblem[] => {
  const result = validatePoolSettings({ name: 'linux', ...written });
  return 'problems' in result ? result.problems : [];
};

describe('settings that are accepted', () => {
  it('need only a name', () => {
    expect(accept({})).toEqual({
      name: 'linux',
      organization: '',
      poolId: 0,
      scaleSet: '',
      maxCapacity: 10,
      desiredIdle: 0,
      timeToLiveMinutes: 30,
      recycleAfterEachUse: true,
      maxSavedNodeCount: 0,
      preserveAgentOnJobFailure: false,
      savedNodeHours: 72,
      agentInteractiveUI: false,
      osType: 'linux',
      agentVersion: 'latest',
      workFolder: null,
      paused: false,
      sizing: { policy: 'eventDriven', preset: 'balanced', sampleMinutes: 5, incrementPercent: 25, stepMinutes: 20 },
      images: [],
      demands: {
        workFolders: [],
        customCapabilities: [],
        versionOverride: 'validated',
        newVersionsPerDay: 10,
        discovery: false,
        tagWaitMinutes: 10,
        matching: 'live',
      },
      priority: { batchSeconds: 10, agingMinutes: 60 },
      profile: { kind: 'stateless' },
      schedule: null,
      budget: null,
      maxLanes: 8,
      rollout: {
        requireValidated: false,
        canaryPercent: 20,
        canaryBoots: 2,
        failurePercent: 30,
        oldImageDays: 60,
        probeScript: null,
      },
      disruption: { maxPercent: 10, blocked: null },
      laneResourceGroup: null,
    });
  });

  it('come out as they went in once they are whole', () => {
    const settings = accept({
      images: [{ aliases: ['ubuntu-22.04'], source: { publisher: 'Canonical', offer: 'o', sku: 's' } }],
      recycleAfterEachUse: false,
      schedule: { timeZone: 'Europe/Berlin', days: [{ '09:00:00': 1, '17:00': 0 }] },
      budget: { monthlyVmHours: 720.5 },
    });
    expect(settings.profile).toEqual({ kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 0 });
    const written = { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 60 };
    expect(accept({ profile: { kind: 'stateful' } }).profile).toEqual(written);
    expect(settings.images[0]).toMatchObject({ version: 'latest', standbyPercent: '*' });
    expect(settings.schedule?.days).toHaveLength(7);
    expect(settings.schedule?.days[6]).toEqual({ '09:00:00': 1, '17:00:00': 0 });
    expect(accept(settings)).toEqual(settings);
  });

  it('take the mode from whichever of the two says it', () => {
    expect(accept({ profile: { kind: 'stateful' } }).recycleAfterEachUse).toBe(false);
    expect(accept({ profile: { kind: 'stateless' } }).recycleAfterEachUse).toBe(true);
    expect(accept({ recycleAfterEachUse: false }).profile.kind).toBe('stateful');
  });

  it.each([
    ['https://dev.azure.com/fabrikam', 'https://dev.azure.com/fabrikam'],
    ['https://dev.azure.com/fabrikam/', 'https://dev.azure.com/fabrikam'],
    ['https://fabrikam.visualstudio.com', 'https://fabrikam.visualstudio.com'],
    ['https://127.0.0.1:8443/fabrikam', 'https://127.0.0.1:8443/fabrikam'],
    ['http://localhost', 'http://localhost'],
    ['http://localhost:5000/fabrikam/', 'http://localhost:5000/fabrikam'],
    ['http://[::1]:5000/fabrikam', 'http://[::1]:5000/fabrikam'],
  ])('may name the organisation %s', (written, read) =>
    expect(accept({ organization: written }).organization).toBe(read),
  );

  it('may pin a version as publishers of the Marketplace write them', () => {
    const source = { publisher: 'Canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts-gen2' };
    const settings = accept({ images: [{ aliases: ['a'], source, version: '22.04.202611100' }] });
    expect(settings.images[0]?.version).toBe('22.04.202611100');
  });

  it('may say the same work folder on either system', () => {
    expect(accept({ workFolder: '/mnt/storage/sdc/w' }).workFolder).toBe('/mnt/storage/sdc/w');
    expect(accept({ workFolder: '/user/local/custom-work-folder' }).workFolder).not.toBeNull();
    expect(accept({ osType: 'windows', workFolder: 'c:\\custom-work-folder' }).workFolder).not.toBeNull();
  });
});

describe('settings that are refused', () => {
  const images = (...list: object[]) => ({ images: list });
  const aliases = (...names: unknown[]) => images({ aliases: names });
  it.each<[string, object, string, string]>([
    ['16', { maxCapcity: 3 }, 'UNKNOWN_FIELD', 'maxCapcity'],
    ['27', { maxCapacity: 0 }, 'MAX_AGENTS_RANGE', 'maxCapacity'],
    ['27', { maxCapacity: -1 }, 'MAX_AGENTS_RANGE', 'maxCapacity'],
    ['27', { maxCapacity: 1.5 }, 'MAX_AGENTS_RANGE', 'maxCapacity'],
    ['27', { maxCapacity: '10' }, 'MAX_AGENTS_RANGE', 'maxCapacity'],
    ['27', { maxCapacity: null }, 'MAX_AGENTS_RANGE', 'maxCapacity'],
    ['27', { maxCapacity: 1e9 }, 'MAX_AGENTS_RANGE', 'maxCapacity'],
    ['28', { desiredIdle: 12 }, 'STANDBY_GT_MAX', 'desiredIdle'],
    ['28', { desiredIdle: -1 }, 'STANDBY_RANGE', 'desiredIdle'],
    ['28', { preserveAgentOnJobFailure: true }, 'SAVED_COUNT_MISSING', 'preserveAgentOnJobFailure'],
    ['29', { timeToLiveMinutes: -5 }, 'IDLE_RANGE', 'timeToLiveMinutes'],
    ['29', { timeToLiveMinutes: 1e7 }, 'IDLE_RANGE', 'timeToLiveMinutes'],
    ['30', { recycleAfterEachUse: true, profile: { kind: 'stateful' } }, 'MODE_CONFLICT', 'profile'],
    ['30', { recycleAfterEachUse: false, profile: { kind: 'stateless' } }, 'MODE_CONFLICT', 'profile'],
    ['30', { profile: { kind: 'stateless', gracePeriodMinutes: 5 } }, 'MODE_CONFLICT', 'profile.gracePeriodMinutes'],
    ['32', { schedule: { days: [{ '25:00': 1 }] } }, 'SCHEDULE_TIME', 'schedule.days[0].25:00'],
    ['32', { schedule: { timeZone: 'CET5', days: [{}] } }, 'TIMEZONE_UNKNOWN', 'schedule.timeZone'],
    ['32', { schedule: { days: [{}, {}] } }, 'SCHEDULE_DAYS', 'schedule.days'],
    ['33', { schedule: { days: [{ '09:00': 1, '09:00:00': 2 }] } }, 'SCHEDULE_OVERLAP', 'schedule.days[0].09:00:00'],
    ['34', { budget: '110%' }, 'BUDGET_INVALID', 'budget'],
    ['34', { budget: -1 }, 'BUDGET_INVALID', 'budget'],
    ['34', { budget: { monthlyVmHours: 'ten' } }, 'BUDGET_INVALID', 'budget.monthlyVmHours'],
    ['35', aliases('ubuntu;rm -rf /'), 'ALIAS_INVALID', 'images[0].aliases[0]'],
    ['35', aliases('-x'), 'ALIAS_INVALID', 'images[0].aliases[0]'],
    ['35', aliases('a'.repeat(300)), 'ALIAS_INVALID', 'images[0].aliases[0]'],
    ['35', aliases('ok', ''), 'ALIAS_INVALID', 'images[0].aliases[1]'],
    ['35', aliases(), 'ALIAS_INVALID', 'images[0].aliases'],
    ['36', images({ aliases: ['Ubuntu'] }, { aliases: ['ubuntu'] }), 'ALIAS_DUPLICATE', 'images[1].aliases'],
    ['37', images({ aliases: ['a'], source: { id: 'ubuntu' } }), 'IMAGE_ID_FORMAT', 'images[0].source.id'],
    ['38', images({ aliases: ['a'], version: '2.0' }), 'PIN_VERSION_FORMAT', 'images[0].version'],
    ['38', images({ aliases: ['a'], version: '2.0.0.0' }), 'PIN_VERSION_FORMAT', 'images[0].version'],
    ['38', images({ aliases: ['a'], version: '02.0.0' }), 'PIN_VERSION_FORMAT', 'images[0].version'],
    ['M19', images({ aliases: ['a'], standbyPercent: 60 }), 'STANDBY_SHARE', 'images'],
    ['M19', images({ aliases: ['a'], standbyPercent: 101 }), 'STANDBY_SHARE', 'images[0].standbyPercent'],
    ['22', { poolId: 1.5 }, 'POOL_ID_INVALID', 'poolId'],
    ['22', { poolId: '0x1' }, 'POOL_ID_INVALID', 'poolId'],
    ['22', { poolId: 2 ** 53 }, 'POOL_ID_INVALID', 'poolId'],
    ['74', { workFolder: '../../etc' }, 'WORKFOLDER_INVALID', 'workFolder'],
    ['75', { workFolder: '/mnt/a; curl x|sh' }, 'WORKFOLDER_INVALID', 'workFolder'],
    ['76', { osType: 'windows', workFolder: 'c:\\con\\x' }, 'WORKFOLDER_INVALID', 'workFolder'],
    ['76', { osType: 'windows', workFolder: '\\\\host\\share' }, 'WORKFOLDER_INVALID', 'workFolder'],
    ['76', { osType: 'windows', workFolder: 'd:x' }, 'WORKFOLDER_INVALID', 'workFolder'],
    ['76', { osType: 'windows', workFolder: 'c:\\a:b' }, 'WORKFOLDER_INVALID', 'workFolder'],
    ['77', { demands: { workFolders: ['c:\\a'] } }, 'WORKFOLDER_INVALID', 'demands.workFolders[0]'],
    ['type', { paused: 'yes' }, 'WRONG_TYPE', 'paused'],
    ['type', { sizing: [] }, 'WRONG_TYPE', 'sizing'],
    ['type', { osType: 'Linux' }, 'UNKNOWN_VALUE', 'osType'],
    ['type', { name: 7 }, 'NAME_INVALID', 'name'],
    ['type', { scaleSet: 'agents' }, 'SCALE_SET_ID_FORMAT', 'scaleSet'],
  ])('row %s: %j is %s at %s', (_row, written, code, field) => {
    expect(refuse(written).map((problem) => [problem.code, problem.field])).toEqual([[code, field]]);
  });

  it.each([
    'http://dev.azure.com/fabrikam',
    'https://dev.azure.com.evil.io/fabrikam',
    'https://20.42.5.1/fabrikam',
    'https://user:pass@dev.azure.com/fabrikam',
    'https://dev.azure.com/fabrikam/../evil',
    'https://dev.azure.com/..',
    'https://dev.azure.com/',
    'https://dev.azure.com/xn--fabrkam-mza',
    'https://dev.azure.com/fabrikam?x=1',
    'https://127.0.0.1.evil.io/fabrikam',
    'http://localhost@evil.io/fabrikam',
    'http://localhost:99999/fabrikam',
  ])('row 61: %s is no organisation, and is not shown again', (organization) => {
    expect(refuse({ organization })).toEqual([expect.objectContaining({ code: 'ORG_URL_INVALID', value: null })]);
  });

  it('name the nearest field, also for the words of other products', () => {
    const steps = (written: object) => refuse(written).map((problem) => problem.nextStep);
    expect(steps({ maxCapcity: 3 })).toEqual(['Did you mean maxCapacity?']);
    expect(steps({ maxAgent: 3 })).toEqual(['Did you mean maxCapacity?']);
    expect(steps({ sizing: { polcy: 'sampled' } })).toEqual(['Did you mean policy?']);
    expect(steps({ osType: 'Linux' })).toEqual(['Did you mean linux?']);
    expect(steps({ zzzzzzzz: 1 })[0]).toMatch(/^Known fields: name, organization, /);
    expect(steps(JSON.parse('{"__proto__":{"paused":true}}') as object)[0]).toMatch(/^Known fields: /);
  });

  it('are told all at once', () => {
    const problems = refuse({
      maxCapacity: 0,
      desiredIdle: 12,
      timeToLiveMinutes: 0,
      images: [{ aliases: ['-'] }],
      x: 1,
    });
    expect(problems.map((problem) => problem.code).sort()).toEqual([
      'ALIAS_INVALID',
      'IDLE_RANGE',
      'MAX_AGENTS_RANGE',
      'UNKNOWN_FIELD',
    ]);
    expect(problems.find((problem) => problem.code === 'MAX_AGENTS_RANGE')?.message).toContain('1…1000');
  });

  it.each([null, 7, 'x', [], undefined])('are not settings at all: %j', (value) => {
    const result = validatePoolSettings(value);
    expect('problems' in result && result.problems.map((problem) => problem.code)).toContain('WRONG_TYPE');
  });

  it('say what the two numbers are', () => {
    expect(refuse({ maxCapacity: 10, desiredIdle: 12 })[0]?.message).toBe('desiredIdle 12 is above maxCapacity 10.');
  });
});

describe('the rollout of new image versions', () => {
  it('takes what is said and keeps the rest', () => {
    expect(accept({ rollout: { canaryPercent: 5, probeScript: 'dotnet --info' } }).rollout).toEqual({
      requireValidated: false,
      canaryPercent: 5,
      canaryBoots: 2,
      failurePercent: 30,
      oldImageDays: 60,
      probeScript: 'dotnet --info',
    });
  });

  it.each([
    ['canaryPercent', 0],
    ['canaryPercent', 101],
    ['canaryBoots', 0],
    ['failurePercent', 1.5],
    ['oldImageDays', -1],
  ])('refuses %s %s', (field, value) => {
    expect(validatePoolSettings({ name: 'linux', rollout: { [field]: value } })).toMatchObject({
      problems: [{ code: 'ROLLOUT_RANGE', field: `rollout.${field}` }],
    });
  });
});
