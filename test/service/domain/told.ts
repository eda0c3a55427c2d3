// Says a verdict in one line for each decision, so that a named case is a picture and a few words.
import { expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import type { Memory } from '../../../service/domain/memory.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { memory, now0, scene, settings, type Scene } from '../../builders.ts';

/** Kind, code, and what it is about. */
export function told(
  picture: Observation,
  pool: PoolSettings = settings(),
  remembered: Memory = memory(),
): readonly string[] {
  return decide(picture, pool, remembered)
    .decisions.filter((one) => !isAboutPlaceholder(one))
    .map((one) => {
      const about = one.node ?? (one.to === undefined ? one.request : `${one.from}→${one.to}`);
      return [one.kind, one.reason.code, ...(about === undefined ? [] : [about])].join(' ');
    });
}

/** Placeholders are kept in every pass and have tests of their own. */
export function toldOfPlaceholders(picture: Observation, pool: PoolSettings = settings()): readonly string[] {
  return decide(picture, pool, memory())
    .decisions.filter(isAboutPlaceholder)
    .map((one) => `${one.kind} ${one.reason.code} ${one.placeholder ?? ''}`);
}

function isAboutPlaceholder(one: Decision): boolean {
  return one.kind === 'registerPlaceholder' || one.kind === 'removePlaceholder';
}

export type Case = readonly [string, Scene, Parameters<typeof settings>[0], readonly string[]];

export function table(cases: readonly Case[]): void {
  it.each(cases)('%s', (_name, parts, pool, expected) => {
    expect(told(scene(parts), settings(pool))).toEqual(expected);
  });
}

/** Overrides of a machine that came online so long ago and did nothing since. */
export function online(since: number) {
  return { agent: { statusChangedAt: now0 - since }, generation: { firstOnlineAt: now0 - since } };
}

/** Overrides of a machine whose agent went offline so long ago. */
export function offline(since: number) {
  return { agent: { isOnline: false, statusChangedAt: now0 - since } };
}

export const deleting = { instance: { provisioningState: 'deleting' } } as const;
export const failed = { instance: { provisioningState: 'failed' } } as const;
