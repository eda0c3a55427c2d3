// Reads what a pool has learned of itself: how long its machines boot, how its demand goes, and what it has cost so far.
import type { DemandHistory, PastCost, Paying } from '../service/domain/demand-history.ts';
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

export function readDemand(memory: Fields): DemandHistory | undefined {
  const demand = memory.object('demand');
  if (demand === null) return undefined;
  const cost = demand.object('cost');
  const waiting = demand.number('waiting');
  return {
    minute: demand.requiredNumber('minute'),
    ends: numbers(demand, 'ends'),
    peaks: numbers(demand, 'peaks'),
    seen: mapOf(demand, 'seen', (hours, name) =>
      objectMapOf(objectAt(hours, name), null, (one) => ({
        moments: one.requiredNumber('moments'),
        rose: numbers(one, 'rose'),
      })),
    ),
    ...(cost === null ? {} : { cost: readCost(cost) }),
    ...(waiting === null ? {} : { waiting }),
  };
}

function readCost(cost: Fields): PastCost {
  const minutes = cost.number('minutes');
  return {
    ...(minutes === null ? {} : { minutes }),
    needed: cost.requiredNumber('needed'),
    paid: numbers(cost, 'paid'),
    machines: numbers(cost, 'machines'),
    times: numbers(cost, 'times'),
    ...readMissed(cost),
    ...readDebt(cost),
  };
}

/** An earlier release did not count it. */
function readMissed(cost: Fields): Pick<PastCost, 'rises' | 'unmet' | 'missed'> {
  const rises = cost.number('rises');
  return rises === null ? {} : { rises, unmet: numbers(cost, 'unmet'), missed: numbers(cost, 'missed') };
}

function readDebt(cost: Fields): Pick<PastCost, 'debt'> {
  const debt = cost.object('debt');
  if (debt === null) return {};
  const minutes = debt.requiredNumber('minutes');
  return { debt: { times: debt.requiredNumber('times'), minutes, aim: debt.requiredNumber('aim') } };
}

export function readPaying(memory: Fields): Paying | undefined {
  const paying = memory.object('paying');
  if (paying === null) return undefined;
  return { machines: paying.requiredNumber('machines'), times: paying.requiredNumber('times') };
}
