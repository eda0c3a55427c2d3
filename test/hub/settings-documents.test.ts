// What stands behind the form of the settings: bounds that come from the contract, two people who save at once, and what is sent.
import { describe, expect, it } from '@jest/globals';
import { cleaned, isSame, valueAt, withValue } from '../../hub/settings/document.ts';
import { faultOf, localFaults } from '../../hub/settings/local-check.ts';
import { differences, merged } from '../../hub/settings/merge.ts';
import { boundsWords, schemaAt } from '../../hub/settings/schema-at.ts';
import { checkedPaths, fields, fixedFacts } from '../../hub/settings/sections.ts';
import { membersOf } from '../../hub/settings/form-field.ts';
import { spoken } from '../../hub/settings/use-settings.ts';
import { valueWords } from '../../hub/settings/value-words.ts';
import { PoolSettingsInput } from '../../contract/settings.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import { settings } from '../builders.ts';

const whole = settings() as unknown as Readonly<Record<string, unknown>>;
const with_ = (path: string, value: unknown) => withValue(whole, path, value);

describe('the form', () => {
  it('has every setting of the contract, each once, or shows it as fixed', () => {
    const shown = [...fields.flatMap((field) => membersOf(field)), ...fixedFacts.map(([name]) => name), 'name'];
    const tops = new Set(shown.map((path) => path.split('.')[0]));
    expect([...tops].sort()).toEqual(Object.keys(PoolSettingsInput.properties).sort());
    expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
    for (const section of ['sizing', 'demands', 'priority', 'rollout', 'disruption'] as const) {
      const inside = fields.filter(({ path }) => path.startsWith(`${section}.`)).map(({ path }) => path.split('.')[1]);
      expect(inside.sort()).toEqual(Object.keys(PoolSettingsInput.properties[section].properties).sort());
    }
  });

  it('has a label, a help and, for every number, a unit and bounds', () => {
    for (const field of fields) {
      expect(field.label.length * field.help.length).toBeGreaterThan(0);
      if (field.control === 'number') expect([field.unit ?? '', boundsWords(schemaAt(field.path))]).not.toContain('');
    }
  });

  it.each<[string, unknown, string | null]>([
    ['maxCapacity', 0, '1 to 1,000'],
    ['maxCapacity', 1.5, 'whole number'],
    ['maxCapacity', 'ten', 'whole number'],
    ['maxCapacity', '', 'whole number'],
    ['maxCapacity', 1000, null],
    ['timeToLiveMinutes', 10_081, '1 to 10,080'],
    ['agentVersion', '4', 'form'],
    ['agentVersion', 'latest', null],
    ['sizing.preset', 'cheap', 'Choose'],
    ['workFolder', null, null],
    ['budget.monthlyVmHours', 0, 'more than 0'],
    ['budget.monthlyVmHours', 12.5, null],
    ['profile.maxAgentLifetimeHours', 169, '1 to 168'],
  ])('finds in %s = %j: %s', (path, value, words) => {
    const fault = faultOf(schemaAt(path), value);
    if (words === null) expect(fault).toBeNull();
    else expect(fault).toContain(words);
    // Refused here means refused there, so nobody is kept from a value that the service would take.
    const read = validatePoolSettings(with_(path, value));
    if (words !== null && !path.startsWith('profile')) expect('problems' in read).toBe(true);
  });

  it('counts the characters of a long script', () => {
    expect(faultOf(schemaAt('rollout.probeScript'), 'x'.repeat(8193))).toContain('8192');
    expect(faultOf(schemaAt('rollout.probeScript'), 'x'.repeat(8192))).toBeNull();
  });

  it('says that the standby is above the maximum, once, beside the standby', () => {
    expect(localFaults(whole, checkedPaths)).toEqual([]);
    const faults = localFaults(with_('desiredIdle', 12), checkedPaths);
    expect(faults.map(({ field, message }) => [field, message])).toEqual([
      ['desiredIdle', '12 on standby is more than the maximum of 10.'],
    ]);
  });

  it('sends nothing that somebody left half typed', () => {
    const typed = {
      ...whole,
      demands: { ...(whole.demands as object), workFolders: ['/a ', '', ' '], customCapabilities: ['x', ''] },
      images: [{ aliases: ['a', ' b', ''], version: 'latest' }],
      budget: { monthlyVmHours: null },
    };
    expect(cleaned(typed)).toMatchObject({
      demands: { workFolders: ['/a'], customCapabilities: ['x'] },
      images: [{ aliases: ['a', 'b'] }],
      budget: null,
    });
  });

  it('compares documents as JSON, whatever the order of members', () => {
    expect(isSame({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] })).toBe(true);
    expect(isSame({ a: 1 }, { a: 1, b: undefined })).toBe(true);
    expect(isSame([1], [1, 2])).toBe(false);
    expect(valueAt({ budget: null }, 'budget.monthlyVmHours')).toBeUndefined();
  });
});

describe('words of the service', () => {
  it.each([
    [
      'timeToLiveMinutes',
      'timeToLiveMinutes must be a whole number, 1…10080.',
      'This must be a whole number, 1…10080.',
    ],
    ['demands.workFolders[1]', 'demands.workFolders[1] must be a folder.', 'Entry 2 must be a folder.'],
    ['images', 'The standbyPercent of all images is 90 together.', 'The standbyPercent of all images is 90 together.'],
  ])('beside %s need no path', (field, message, words) => {
    expect(spoken(field, message)).toBe(words);
  });
});

describe('two people who change the settings at once', () => {
  const compared = fields.map((field) => ({ path: field.path, members: membersOf(field) }));
  const mine = withValue(with_('maxCapacity', 20), 'timeToLiveMinutes', 5);
  const theirs = withValue(with_('maxCapacity', 30), 'priority.agingMinutes', 5);
  const all = differences(whole, mine, theirs, compared);

  it('are told which fields differ, and who changed them', () => {
    expect(all.map(({ path, isContested, proposal }) => [path, isContested, proposal])).toEqual([
      ['maxCapacity', true, 'mine'],
      ['timeToLiveMinutes', false, 'mine'],
      ['priority.agingMinutes', false, 'theirs'],
    ]);
  });

  it('lose nothing of either by itself, and what they choose field by field counts', () => {
    const both = { maxCapacity: 20, timeToLiveMinutes: 5, priority: { agingMinutes: 5 } };
    expect(merged(mine, theirs, all, new Map())).toMatchObject(both);
    expect(merged(mine, theirs, all, new Map([['maxCapacity', 'theirs']]))).toMatchObject({ ...both, maxCapacity: 30 });
  });

  it('keep or take teardown and profile together: apart they contradict each other', () => {
    const stateful = { ...whole, recycleAfterEachUse: false, profile: { kind: 'stateful', maxAgentLifetimeHours: 9 } };
    const [one, ...rest] = differences(whole, whole, stateful, compared);
    expect([one?.members, rest]).toEqual([['recycleAfterEachUse', 'profile'], []]);
    expect(merged(whole, stateful, [one!], new Map([[one!.path, 'mine']]))).toMatchObject({
      profile: { kind: 'stateless' },
    });
  });
});

describe('a value in words', () => {
  it.each<[string, unknown, string]>([
    ['maxCapacity', 12, '12 machines'],
    ['paused', true, 'on'],
    ['workFolder', null, 'none'],
    ['sizing.preset', 'fast', 'Fast'],
    ['demands.workFolders', ['/a', '/b'], '/a, /b'],
    ['images', [], "the scale set's own"],
    ['images', [{ aliases: ['u'], version: '1.2.3' }], 'u 1.2.3'],
    ['schedule', null, 'none'],
    ['schedule', { timeZone: 'UTC', days: [{ '08:00': 2, '18:00': 0 }] }, '14 changes a week, 0 to 2 agents, UTC'],
    ['recycleAfterEachUse', true, 'on'],
    ['disruption.blocked', { from: '08:00', to: '18:00', timeZone: 'UTC', days: [] }, '08:00 to 18:00, UTC'],
  ])('%s = %j is "%s"', (path, value, words) => {
    expect(
      valueWords(
        with_(path, value),
        fields.find((field) => field.path === path)!,
      ),
    ).toBe(words);
  });
});
