// Which validation says whether a version is good: the newest with a verdict on real machines, or a failure without them.
import { describe, expect, it } from '@jest/globals';
import { judgementOf, type Validation } from '../../../service/domain/validation.ts';
import { validationOf } from './validation-scene.ts';

const of = (verdict: Validation['verdict'], change: Partial<Validation> = {}): Validation =>
  validationOf('linux', { image: 'ubuntu', version: '1.0.0', finishedAt: 1, verdict, ...change });

describe('the judgement of a version', () => {
  it.each<[string, readonly Validation[], Validation['verdict']]>([
    ['is that of machines', [of('passed')], 'passed'],
    ['is the newest', [of('failed'), of('passed')], 'failed'],
    ['is none where nobody booted it', [of('passed', { staticOnly: true })], null],
    ['is bad where it fails without a boot', [of('failed', { staticOnly: true }), of('passed')], 'failed'],
    ['stands when a later one was cancelled', [of('cancelled'), of('passed')], 'passed'],
    ['stands when a later one came to no verdict', [of('broken'), of('failed')], 'failed'],
    ['waits for the end', [of('passed', { finishedAt: null })], null],
    ['is not that of another version', [of('passed', { version: '2.0.0' })], null],
    ['is not that of another image', [of('passed', { image: 'windows' })], null],
  ])('%s', (_what, validations, verdict) => {
    expect(judgementOf(validations, 'ubuntu', '1.0.0')?.verdict ?? null).toBe(verdict);
  });
});
