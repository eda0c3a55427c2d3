// Reads what is remembered of scale sets that do not give the machines they were asked for: Azure had no room or no quota, refused
// for good, or the machines failed one after the other.
import type { BreakerState } from '../service/domain/breaker-state.ts';
import type { CapacityRefusal } from '../service/domain/capacity-refusal.ts';
import type { Memory } from '../service/domain/memory.ts';
import type { Refusal } from '../service/domain/refusal.ts';
import type { Shortage } from '../service/domain/shortage.ts';
import type { Fields } from '../service/wire.ts';
import { choice } from './snapshot-shapes.ts';

export function readCapacityRefusal(entry: Fields): CapacityRefusal {
  return { code: entry.text('code'), words: entry.requiredText('words'), isQuota: entry.flag('isQuota') ?? false };
}

export function readRefusal(entry: Fields): Refusal {
  return {
    at: entry.requiredNumber('at'),
    what: choice(entry, 'what', ['createLane', 'scaleOut']),
    code: entry.text('code'),
    words: entry.requiredText('words'),
    nextStep: entry.text('nextStep'),
  };
}

export function readShortage(entry: Fields): Shortage {
  return {
    restUntil: entry.requiredNumber('restUntil'),
    at: entry.requiredNumber('at'),
    going: entry.texts('going') ?? [],
    inVain: entry.whole('inVain') ?? 0,
    machines: entry.whole('machines') ?? 0,
  };
}

export function readBreaker(entry: Fields): BreakerState {
  const lastAt = entry.requiredNumber('lastAt');
  return {
    failures: entry.requiredWhole('failures'),
    since: entry.number('since') ?? lastAt,
    lastAt,
    openUntil: entry.number('openUntil'),
    probes: entry.whole('probes') ?? 0,
    counted: entry.texts('counted') ?? [],
    why: entry.text('why') ?? '',
  };
}

export function readPhantom(entry: Fields): NonNullable<Memory['phantom']>[string] {
  return {
    since: entry.requiredNumber('since'),
    resent: entry.requiredNumber('resent'),
    nextAt: entry.requiredNumber('nextAt'),
  };
}
