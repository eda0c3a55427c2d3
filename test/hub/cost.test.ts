// Prices that a person types, field by field, and what the machines of a time cost by them.
import { describe, expect, it } from '@jest/globals';
import type { MachineHours } from '../../contract/machine-hours.ts';
import type { Statistics } from '../../contract/nodes.ts';
import {
  costOf,
  groupsBy,
  isPrices,
  meanPrice,
  priceOf,
  tableOf,
  usesOf,
  usualPrice,
  type PriceTable,
} from '../../hub/pool/cost.ts';
import { imageName, moneyWords, priceWords, sizeName, spentWords, unpricedWords } from '../../hub/pool/cost-words.ts';
import { draftOf, readAmount, readDraft, type PriceDraft } from '../../hub/pool/price-draft.ts';

const use = (size: string | null, image: string | null, hours: number, busy = 0): MachineHours => ({
  ...{ size, image, machineHours: hours, busyHours: busy, idleHours: (hours - busy) / 2, bootingHours: 0 },
});
const table = (fallback: number | null, sizes: Record<string, number> = {}): PriceTable => ({
  ...{ currency: 'EUR', fallback },
  sizes: Object.entries(sizes).map(([size, perHour]) => ({ size, perHour })),
});

describe('prices that are kept', () => {
  it('of one machine, from before there were sizes, are those of every size', () => {
    const old = { linux: { perHour: 0.2, currency: 'EUR' }, windows: table(1) };
    expect(isPrices(old)).toBe(true);
    expect(tableOf(old, 'linux')).toEqual(table(0.2));
    expect(priceOf(tableOf(old, 'linux'), 'Standard_D4s_v5')).toBe(0.2);
    expect(tableOf(old, 'windows')).toEqual(table(1));
  });

  it('are those of the pool and of no other', () => {
    for (const pool of ['other', 'constructor', '__proto__']) expect(tableOf({ linux: table(1) }, pool)).toBeNull();
    expect(tableOf(null, 'linux')).toBeNull();
  });

  it.each([
    [{ linux: { perHour: 1, currency: '$' } }, true],
    [{ linux: table(null, { a: 1 }) }, true],
    [{ linux: 3 }, false],
    [{ linux: { perHour: '1', currency: '$' } }, false],
    [{ linux: { ...table(1), fallback: -1 } }, false],
    [{ linux: { ...table(1), sizes: {} } }, false],
    [{ linux: { ...table(1), sizes: [{ size: 'a', perHour: null }] } }, false],
  ])('%j are believed: %s', (value, isBelieved) => {
    expect(tableOf({ ...value, windows: table(2) }, 'linux') !== null).toBe(isBelieved);
    // One that is none takes no other away.
    expect(tableOf({ ...value, windows: table(2) }, 'windows')).toEqual(table(2));
  });

  it.each([[null], ['x'], [[]]])('%j are none', (value) => {
    expect(isPrices(value)).toBe(false);
  });

  it.each([
    ['Small', table(1, { Small: 2 }), 2],
    ['sMALL', table(1, { Small: 2 }), 2],
    ['Small', table(1, { Small: 0 }), 0],
    ['Large', table(1, { Small: 2 }), 1],
    ['Large', table(null, { Small: 2 }), null],
    [null, table(1, { Small: 2 }), 1],
    ['Small', null, null],
  ])('%s costs, by %j, %s', (size, prices, expected) => {
    expect(priceOf(prices, size)).toBe(expected);
  });

  it.each([
    [table(1, { Small: 2 }), 1],
    [table(null, { Small: 2 }), 2],
    [table(null, { Small: 2, Large: 3 }), null],
    [null, null],
  ])('%j say of a machine of no size %s', (prices, expected) => {
    expect(usualPrice(prices)).toBe(expected);
  });
});

describe('what machines cost', () => {
  const uses = [use('Small', 'ubuntu', 10, 6), use('Large', 'ubuntu', 4, 4), use('Large', 'windows', 2, 0)];

  it('adds up by size and by image, each hour at the price of its size', () => {
    const prices = table(null, { Small: 0.5, Large: 2 });
    const told = (kind: 'size' | 'image') =>
      groupsBy(kind, uses).map((one) => [one.name, one.hours.machineHours, costOf(prices, one.uses).amount]);
    expect(told('size')).toEqual([
      ['Small', 10, 5],
      ['Large', 6, 12],
    ]);
    expect(told('image')).toEqual([
      ['ubuntu', 14, 13],
      ['windows', 2, 4],
    ]);
    expect(meanPrice(prices, uses)).toEqual({ perHour: 17 / 16, currency: 'EUR' });
  });

  it('leaves out and names what has no price', () => {
    const prices = table(null, { Large: 2 });
    const more = [...uses, use(null, null, 3)];
    expect(costOf(prices, more)).toEqual({ amount: 12, pricedHours: 6, unpricedHours: 13 });
    expect(unpricedWords(prices, more)).toBe(
      'There is no price for Small and machines whose size was not recorded: 13.0 machine hours are not in the cost.',
    );
    expect(unpricedWords(table(1), more)).toBe('');
    // What an hour costs is known from those that have a price.
    expect(meanPrice(prices, more)).toEqual({ perHour: 2, currency: 'EUR' });
    expect(meanPrice(table(null, { Other: 3 }), uses)).toEqual({ perHour: 3, currency: 'EUR' });
    expect(meanPrice(table(null), uses)).toBeNull();
    expect(meanPrice(null, uses)).toBeNull();
  });

  it('puts what was not recorded last, and two spellings of one size together', () => {
    const groups = groupsBy('size', [use(null, '', 99), use('Small', '', 1), use('SMALL', 'a', 2)]);
    expect(groups.map((one) => [sizeName(one.name), one.hours.machineHours])).toEqual([
      ['Small', 3],
      ['Size not recorded', 99],
    ]);
    expect([null, '', 'ubuntu'].map(imageName)).toEqual(['Image not recorded', 'Image of the scale set', 'ubuntu']);
  });

  it('says what the money went to', () => {
    expect(spentWords(table(1), uses)).toBe(
      'Machines cost 16.00 EUR in this time: 10.00 EUR for running jobs, 3.00 EUR for machines that were idle, 3.00 EUR for machines that were leaving or kept.',
    );
    expect(spentWords(table(0), uses)).toBe('Machines cost 0.00 EUR in this time.');
    expect(spentWords(table(null), uses)).toBe('');
  });

  it('is of no size where an older service answers', () => {
    const statistics = { machineHours: 5, busyHours: 2 } as Statistics;
    expect(usesOf(statistics)).toEqual([{ ...use(null, null, 5, 2), idleHours: null, bootingHours: null }]);
    // What it did not tell is not made up: neither that none was idle nor that all others were leaving.
    expect(spentWords(table(1), usesOf(statistics))).toBe(
      'Machines cost 5.00 EUR in this time: 2.00 EUR for running jobs, 3.00 EUR for machines that ran none.',
    );
    expect(groupsBy('size', usesOf(statistics))[0]?.hours.idleHours).toBeNull();
    expect(usesOf({ ...statistics, machineHours: 0 })).toEqual([]);
    expect(usesOf({ ...statistics, machines: uses })).toBe(uses);
  });

  it('is rounded as far as a person compares', () => {
    expect([2.4, 100.5, 120.264, 5000.4].map((amount) => moneyWords(amount, 'EUR'))).toEqual([
      '2.40 EUR',
      '100.50 EUR',
      '120.26 EUR',
      '5,000 EUR',
    ]);
    // A yen has no parts, whatever case somebody types; a sign says nothing about that.
    expect(moneyWords(120.6, 'jpy')).toBe('121 jpy');
    expect(moneyWords(120.6, '¥')).toBe('120.60 ¥');
    expect(moneyWords(1, '')).toBe('1.00');
    expect(priceWords(0.0416, '$')).toBe('0.0416 $');
  });
});

describe('the table that is typed', () => {
  const draft = (more: Partial<PriceDraft> = {}): PriceDraft => ({ currency: 'EUR', fallback: '', rows: [], ...more });
  const known = (size: string, amount: string) => ({ key: size, size, isKnown: true, amount });
  const added = (size: string, amount: string) => ({ key: 'new', size, isKnown: false, amount });

  it('has a row for each size that was seen or has a price, once', () => {
    const { rows, fallback } = draftOf(table(1, { SMALL: 2, Gone: 3 }), ['Small', 'Large']);
    expect(rows.map(({ size, amount }) => [size, amount])).toEqual([
      ['Small', '2'],
      ['Large', ''],
      ['Gone', '3'],
    ]);
    expect(fallback).toBe('1');
    expect(draftOf(null, [])).toEqual({ currency: '', fallback: '', rows: [] });
  });

  it.each([
    ['', draft(), null],
    ['only a currency, which is no price', draft({ currency: '$' }), null],
    [
      'prices',
      draft({ currency: ' $ ', fallback: '0,5', rows: [known('Small', ' 0.25 '), known('Large', ''), added('', '')] }),
      { ...table(0.5, { Small: 0.25 }), currency: '$' },
    ],
    ['a size by name', draft({ rows: [added(' New_1 ', '3')] }), table(null, { New_1: 3 })],
    ['nothing to pay', draft({ fallback: '0' }), table(0)],
  ])('is read: %s', (_what, typed, expected) => {
    expect(readDraft(typed)).toEqual({ table: expected });
  });

  it.each([
    [
      'a price that is none',
      draft({ rows: [known('Small', 'a lot')] }),
      'price Small',
      'Write a number, such as 0.096.',
    ],
    ['a price below nothing', draft({ fallback: '-1' }), 'fallback', 'Write a number'],
    ['too much', draft({ fallback: '10000' }), 'fallback', 'below 10,000'],
    ['a currency that is a sentence', draft({ currency: 'American dollars' }), 'currency', 'at most 8'],
    ['a price in the place of the currency', draft({ currency: '0.2' }), 'currency', 'without numbers'],
    ['a price of no size', draft({ rows: [added('', '1')] }), 'size new', 'Write the name of the size'],
    ['a size that is none', draft({ rows: [added('D4 <b>', '1')] }), 'size new', 'as Azure names it'],
    [
      'a size that stands there',
      draft({ rows: [known('Small', '1'), added('small', '2')] }),
      'size new',
      'stands above',
    ],
    ['a size without a price', draft({ rows: [added('Small', '')] }), 'price new', 'Write its price'],
  ])('says beside the field what is wrong: %s', (_what, typed, field, words) => {
    const read = readDraft(typed);
    expect('faults' in read ? [...read.faults.keys()] : []).toEqual([field]);
    expect('faults' in read ? read.faults.get(field) : '').toContain(words);
  });

  it.each([
    ['0.2', 0.2],
    [' 0,2 ', 0.2],
    ['.5', 0.5],
    ['0', 0],
    ['', null],
    ['-1', null],
    ['1e9', null],
    ['0x10', null],
    ['1.000,5', null],
  ])('"%s" is the amount %s', (text, amount) => {
    expect(readAmount(text)).toBe(amount);
  });
});
