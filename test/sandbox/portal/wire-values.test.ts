// Values in the messages between host and extension, as extension-host-protocol.md 3 lists them.
import { describe, expect, it } from '@jest/globals';
import { createFunctionTable, fromWire, toWire } from '../../../sandbox/portal/page/wire-values.ts';

const wire = (value: unknown) => toWire(value, createFunctionTable());

describe('values on their way out', () => {
  it('lose null and undefined members, and names with an underscore', () => {
    expect(wire({ a: null, b: undefined, _c: 1, d: 0, e: false, f: '' })).toEqual({ d: 0, e: false, f: '' });
  });

  it('keep null inside an array', () => {
    expect(wire([null, 1, { a: null }])).toEqual([null, 1, {}]);
  });

  it('carry functions as numbers, the same function under the same one', () => {
    const table = createFunctionTable();
    const call = () => 7;
    expect(toWire({ call }, table)).toEqual({ call: { __proxyFunctionId: 1, _channelId: 1 } });
    expect(toWire([call, () => 8], table)).toEqual([
      { __proxyFunctionId: 1, _channelId: 1 },
      { __proxyFunctionId: 2, _channelId: 1 },
    ]);
    expect(table.find('proxy1')).toBe(call);
    expect(table.find('proxy3')).toBeNull();
  });

  it('carry dates as milliseconds', () => {
    expect(wire({ at: new Date(5) })).toEqual({ at: { __proxyDate: 5 } });
  });
});

describe('values on their way in', () => {
  it('become functions that call the other side', () => {
    const called: unknown[] = [];
    const value = fromWire({ onClose: { __proxyFunctionId: 3, _channelId: 1 } }, (id, params) =>
      called.push([id, params]),
    );
    (value as { onClose: (yes: boolean) => void }).onClose(true);
    expect(called).toEqual([[3, [true]]]);
  });

  it('become dates again, the first instant of all too', () => {
    expect(fromWire([{ __proxyDate: 0 }], () => undefined)).toEqual([new Date(0)]);
  });
});
