// How a new image version comes into the pool, as the settings say it.
import type { FieldReader, TextRule } from './field-reader.ts';
import { defaultRollout, type RolloutPolicy } from './pool.ts';

export const rolloutFields = [
  'requireValidated',
  'canaryPercent',
  'canaryBoots',
  'failurePercent',
  'oldImageDays',
  'probeScript',
] as const;

export function readRollout(fields: FieldReader): RolloutPolicy {
  const rollout = fields.section('rollout', rolloutFields);
  if (rollout === null) return defaultRollout;
  const whole = (name: 'canaryPercent' | 'canaryBoots' | 'failurePercent' | 'oldImageDays', min: number, max: number) =>
    rollout.integer(name, { code: 'ROLLOUT_RANGE', min, max, fallback: defaultRollout[name] });
  return {
    requireValidated: rollout.boolean('requireValidated', defaultRollout.requireValidated),
    canaryPercent: whole('canaryPercent', 1, 100),
    canaryBoots: whole('canaryBoots', 1, 100),
    failurePercent: whole('failurePercent', 1, 100),
    oldImageDays: whole('oldImageDays', 0, 3650),
    probeScript: rollout.text('probeScript', probeRule, null),
  };
}

/** It travels as data and is written to a file: every text may be a script, but NUL ends one early. */
const probeRule: TextRule = {
  code: 'PROBE_SCRIPT',
  isValid: (text) => text.length <= 8192 && !text.includes('\0'),
  mustBe: 'a script of at most 8192 signs',
  nextStep: 'Write the commands that a good machine can run, or call a script that the image brings along.',
};
