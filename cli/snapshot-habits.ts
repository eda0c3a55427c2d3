// Reads what a pool has learned of itself: how long its machines boot, how its demand goes, and what it has cost so far.
import type { ClockPast } from '../service/domain/clock-past.ts';
import type { DemandHistory, HoursDebt, PastCost, Paying } from '../service/domain/demand-history.ts';
import type { Memory } from '../service/domain/memory.ts';
import type { RaceCost } from '../service/domain/race-cost.ts';
import type { Spent } from '../service/domain/spent.ts';
import type { Fields } from '../service/wire.ts';
import { objectMapOf, mapOf, numbers, objectAt } from './snapshot-shapes.ts';

export function readBoots(memory: Fields): Memory['boots'] {
  const boots = memory.object('boots');
  const cancelled = boots?.objects('cancelled') ?? null;
  const online = boots?.number('online') ?? null;
  return {
    create: numbers(boots, 'create'),
    reimage: numbers(boots, 'reimage'),
    ...(cancelled === null
      ? {}
      : {
          cancelled: cancelled.map((one) => ({
            seconds: one.requiredNumber('seconds'),
            after: one.requiredNumber('after'),
          })),
        }),
    ...(online === null ? {} : { online }),
  };
}

/** Null only where nothing was told, and then nobody asks. */
export function readSpent(memory: Fields): Spent | undefined {
  const spent = memory.object('spent');
  if (spent === null) return undefined;
  return {
    month: spent.requiredText('month'),
    milliseconds: spent.requiredNumber('milliseconds'),
    at: spent.requiredNumber('at'),
    machines: spent.requiredNumber('machines'),
  };
}

export function readRaces(memory: Fields): RaceCost | undefined {
  const races = memory.object('races');
  if (races === null) return undefined;
  return {
    at: races.requiredNumber('at'),
    busy: races.requiredNumber('busy'),
    idle: races.requiredNumber('idle'),
    waiting: races.requiredNumber('waiting'),
    minutes: races.requiredNumber('minutes'),
    needed: races.requiredNumber('needed'),
    idled: races.requiredNumber('idled'),
    raced: numbers(races, 'raced'),
  };
}

/** One reader for each field, so that none can be forgotten: the compiler would miss it. Undefined: never was. */
type Readers<T> = { readonly [Name in keyof T]-?: (record: Fields) => T[Name] };

const demandReaders: Readers<DemandHistory> = {
  minute: (demand) => demand.requiredNumber('minute'),
  ends: (demand) => numbers(demand, 'ends'),
  peaks: (demand) => numbers(demand, 'peaks'),
  seen: (demand) =>
    mapOf(demand, 'seen', (hours, name) =>
      objectMapOf(objectAt(hours, name), null, (one) => ({
        moments: one.requiredNumber('moments'),
        rose: numbers(one, 'rose'),
      })),
    ),
  cost: (demand) => whereTold(demand.object('cost'), readCost),
  clock: (demand) => whereTold(demand.object('clock'), readClock),
  waiting: (demand) => demand.number('waiting') ?? undefined,
};

const costReaders: Readers<PastCost> = {
  minutes: (cost) => cost.number('minutes') ?? undefined,
  needed: (cost) => cost.requiredNumber('needed'),
  paid: (cost) => numbers(cost, 'paid'),
  machines: (cost) => numbers(cost, 'machines'),
  times: (cost) => numbers(cost, 'times'),
  rises: (cost) => cost.number('rises') ?? undefined,
  unmet: (cost) => toldNumbers(cost, 'unmet'),
  missed: (cost) => toldNumbers(cost, 'missed'),
  debt: (cost) => whereTold(cost.object('debt'), readDebt),
};

export function readDemand(memory: Fields): DemandHistory | undefined {
  return whereTold(memory.object('demand'), (demand) => readEach(demandReaders, demand));
}

function readCost(cost: Fields): PastCost {
  return readEach(costReaders, cost);
}

function readClock(clock: Fields): ClockPast {
  return {
    since: clock.requiredNumber('since'),
    rises: mapOf(clock, 'rises', numbers),
    lately: (clock.objects('lately') ?? []).map((rise) => ({
      minute: rise.requiredNumber('minute'),
      level: rise.requiredNumber('level'),
      top: rise.requiredNumber('top'),
      foretold: rise.requiredNumber('foretold'),
    })),
  };
}

function readDebt(debt: Fields): HoursDebt {
  return {
    times: debt.requiredNumber('times'),
    minutes: debt.requiredNumber('minutes'),
    aim: debt.requiredNumber('aim'),
  };
}

function readEach<T>(readers: Readers<T>, record: Fields): T {
  const known = Object.entries<(record: Fields) => unknown>(readers)
    .map(([name, read]) => [name, read(record)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as T;
}

function whereTold<T>(record: Fields | null, read: (record: Fields) => T): T | undefined {
  return record === null ? undefined : read(record);
}

function toldNumbers(record: Fields, name: string): readonly number[] | undefined {
  return (record.raw()[name] ?? null) === null ? undefined : numbers(record, name);
}

export function readPaying(memory: Fields): Paying | undefined {
  const paying = memory.object('paying');
  if (paying === null) return undefined;
  return { machines: paying.requiredNumber('machines'), times: paying.requiredNumber('times') };
}
