// The published schemas are what the sources say now, and they agree with the rules that the service goes by.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { schemaText } from '../../cli/schema.ts';
import { PoolSettingsInput } from '../../contract/settings.ts';
import { WeirFile } from '../../contract/weir-file.ts';
import { poolFields, validatePoolSettings } from '../../service/domain/pool-rules.ts';

const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
const schema = JSON.parse(JSON.stringify(PoolSettingsInput)) as object;
const fits = ajv.compile(schema);
// Not strict: inside alternatives the validator leaves defaults out, which editors do not.
const fill = new Ajv({ useDefaults: true, strict: false }).compile(schema);
const isAccepted = (settings: object): boolean => 'settings' in validatePoolSettings(settings);

describe('the published schemas', () => {
  it.each([
    ['pool-settings', PoolSettingsInput],
    ['weir', WeirFile],
  ])('schemas/%s.schema.json is current (else: node cli/bin.mjs schema NAME > the file)', async (name, source) => {
    expect(await readFile(`schemas/${name}.schema.json`, 'utf8')).toBe(`${schemaText(source)}\n`);
    expect(ajv.validateSchema(JSON.parse(schemaText(source)) as object)).toBe(true);
  });
});

describe('the schema of pool settings', () => {
  it('has the fields of the rules, in their order', () => {
    const { properties } = PoolSettingsInput;
    expect(Object.keys(properties)).toEqual(poolFields.pool);
    expect(Object.keys(properties.sizing.properties)).toEqual(poolFields.sizing);
    expect(Object.keys(properties.demands.properties)).toEqual(poolFields.demands);
    expect(Object.keys(properties.priority.properties)).toEqual(poolFields.priority);
    expect(Object.keys(properties.images.items.properties)).toEqual(poolFields.images);
  });

  it('has the defaults of the rules', () => {
    const filled = { name: 'linux', images: [{ aliases: ['a'] }] };
    const result = validatePoolSettings(structuredClone(filled));
    expect(fill(filled)).toBe(true);
    if (!('settings' in result)) throw new Error('The rules refuse the defaults.');
    const { profile: _profile, ...settings } = result.settings;
    expect(filled).toEqual(settings);
  });

  it('accepts whatever the rules accept, and comes out whole', () => {
    const result = validatePoolSettings({
      name: 'windows',
      osType: 'windows',
      organization: 'https://dev.azure.com/fabrikam',
      workFolder: 'D:\\work',
      recycleAfterEachUse: false,
      images: [
        { aliases: ['My Image', 'b'], source: { publisher: 'p', offer: 'o', sku: 's' }, standbyPercent: 30 },
        { aliases: ['c'], version: '1.2.3', size: 'Standard_D4s_v5', osType: 'linux' },
      ],
      schedule: { timeZone: 'Europe/Berlin', days: [{ '09:00': 1 }] },
      budget: { monthlyVmHours: 10 },
    });
    expect('settings' in result && fits(structuredClone(result.settings))).toBe(true);
  });

  it.each<[string, object]>([
    ['an unknown field', { maxAgents: 1 }],
    ['an unknown field inside', { sizing: { polcy: 'x' } }],
    ['a maximum', { maxCapacity: 0 }],
    ['a maximum', { maxCapacity: '10' }],
    ['an idle time', { timeToLiveMinutes: 0 }],
    ['an alias', { images: [{ aliases: ['-x'] }] }],
    ['an alias', { images: [{ aliases: [] }] }],
    ['an alias', { images: [{ aliases: ['x '] }] }],
    ['a version', { images: [{ aliases: ['a'], version: '2.0' }] }],
    ['a share', { images: [{ aliases: ['a'], standbyPercent: 101 }] }],
    ['a source', { images: [{ aliases: ['a'], source: { publisher: 'p' } }] }],
    ['a size', { images: [{ aliases: ['a'], size: 'D4 s' }] }],
    ['an operating system of an image', { images: [{ aliases: ['a'], osType: 'Linux' }] }],
    ['a policy for versions', { demands: { versionOverride: 'all' } }],
    ['a time', { schedule: { days: [{ '25:00': 1 }] } }],
    ['a budget', { budget: { monthlyVmHours: -1 } }],
    ['a budget', { budget: '110%' }],
    ['a profile', { profile: { kind: 'stateless', gracePeriodMinutes: 1 } }],
    ['an operating system', { osType: 'Linux' }],
    ['an agent version', { agentVersion: '4' }],
  ])('refuses %s that the rules refuse: %j', (_what, settings) => {
    expect(isAccepted({ name: 'x', ...settings })).toBe(false);
    expect(fits({ name: 'x', ...structuredClone(settings) })).toBe(false);
  });

  it('draws the same bounds round every number', () => {
    const numbers = [
      ...['poolId', 'maxCapacity', 'timeToLiveMinutes', 'maxSavedNodeCount', 'savedNodeHours', 'maxLanes'],
      ...[
        'sizing.sampleMinutes',
        'sizing.incrementPercent',
        'sizing.stepMinutes',
        'demands.tagWaitMinutes',
        'demands.newVersionsPerDay',
      ],
      ...['priority.batchSeconds', 'priority.agingMinutes'],
    ];
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        -1,
        0,
        1,
        50,
        51,
        60,
        61,
        100,
        101,
        600,
        601,
        1000,
        1001,
        1440,
        1441,
        10080,
        10081,
        1.5,
        '1',
        null,
        true,
      ),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...numbers), value, (field, number) => {
        const [outer = '', inner] = field.split('.');
        const settings = { name: 'x', [outer]: inner === undefined ? number : { [inner]: number } };
        expect(fits(structuredClone(settings))).toBe(isAccepted(settings));
      }),
      { numRuns: 2000 },
    );
  });
});
