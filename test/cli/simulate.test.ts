// `weir simulate` as a process: a seed says everything, so two processes write the same journal; and its errors are words.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allFaultIds } from '../../sandbox/world/options.ts';
import { callWeir, runWeir } from './run-weir.ts';

describe('weir simulate', () => {
  it('writes the same journal for the same seed in two processes, byte for byte', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-journal-'));
    try {
      const files = ['first', 'second'].map((name) => join(folder, name));
      const runs = await Promise.all(
        files.map((file) => runWeir('simulate', '--seed', '231902786', '--hours', '0.5', '--json', '--journal', file)),
      );
      const [first, second] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      expect(first!.length).toBeGreaterThan(1000);
      expect(second).toBe(first);
      expect(runs[1]).toEqual(runs[0]);
      const report = JSON.parse(runs[0]!.out) as Record<string, unknown>;
      expect(Object.keys(report)).toEqual(
        expect.arrayContaining(['seed', 'verdict', 'violations', 'jobs', 'simulatedHours', 'effectiveFaults']),
      );
      const lines = first!
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; t: number });
      const times = lines.map((line) => line.t);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(lines.filter(({ kind }, at) => kind === 'fault' && at > calmIn(lines))).toEqual([]);
      const kinds = new Set(lines.map((line) => line.kind));
      expect([...kinds]).toEqual(
        expect.arrayContaining([
          'poolSettings',
          'jobQueued',
          'jobStarted',
          'jobFinished',
          'instanceCreated',
          'calm',
          'end',
        ]),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 300_000);

  it('explains each fault in a line, and takes every one of them by its id, in any letters', async () => {
    const { out } = await callWeir('simulate', '--help');
    for (const id of allFaultIds) expect(out).toMatch(new RegExp(`^  ${id} +\\S.{10,}$`, 'm'));
    const every = allFaultIds.map((id) => id.toLowerCase()).join(',');
    const ran = await callWeir('simulate', '--seed', '2', '--hours', '0.25', '--json', '--faults', every);
    expect([0, 11]).toContain(ran.code);
  }, 300_000);

  it('takes every word that its help names for the faults', async () => {
    const { out } = await callWeir('simulate', '--help');
    const [, words = '', ids = ''] = /LIST +(\w+(?:, \w+)*), or ids such as (\S+)/.exec(out) ?? [];
    expect([words.split(', ').length, ids.split(',').length]).toEqual([3, 2]);
    for (const faults of [...words.split(', '), ids]) {
      // Refused before the first run, for its journal cannot be written; a word that is not taken is refused before that.
      const journal = join(tmpdir(), 'no-such-folder', 'journal');
      const ran = await callWeir('simulate', '--seed', '1', '--faults', faults, '--journal', journal);
      expect([faults, ran.code, ran.note.includes('JOURNAL_WRITE')]).toEqual([faults, 1, true]);
    }
  });

  it('says before the first run that the journal cannot be written', async () => {
    const ran = await callWeir('simulate', '--seed', '1', '--journal', join(tmpdir(), 'no-such-folder', 'journal'));
    expect(ran.code).toBe(1);
    expect(ran.note).toMatch(/The journal cannot be written to .*: there is no such folder\. \(JOURNAL_WRITE\)/);
  });

  it('serves every job and keeps every law where nothing fails', async () => {
    const ran = await callWeir('simulate', '--seed', '5', '--hours', '4', '--faults', 'none', '--json');
    expect(JSON.parse(ran.out)).toMatchObject({ verdict: 'ok', violations: [] });
    expect(ran.code).toBe(0);
  }, 300_000);

  it.each([
    [[], /needs --seed|--seed/],
    [['--seed', 'x'], /--seed must be a whole number/],
    [['--seed', '-1'], /--seed must be a whole number, 0…1000000000000; it is "-1"/],
    [['--seed', '1.5'], /--seed must be a whole number/],
    [['--seed', '1', '--faults', 'A99'], /There is no fault "A99"\. Did you mean A9\?/],
    [['--seed', '1', '--faults', 'A1,d44'], /There is no fault "d44"\. Did you mean D4\?/],
    [['--seed', '1', '--faults', 'ZZ'], /There is no fault "ZZ"\. \(USAGE\)/],
    [['--seed', '18446744073709551615'], /0…1000000000000; it is "18446744073709551615"/],
    [['--seed', '1', '--hours', '0.1'], /--hours must be a number, 0.25…10000/],
    [['--seed', '1', '--faults', 'non'], /Did you mean none\?/],
    [['--seed', '1', '--faults', 'deal'], /Did you mean dealt\?/],
    [['--seed', '1', '--faults', 'A1,,A2'], /There is no fault ""/],
    [['--seed', '1', '--hours', '-1'], /--hours must be a number/],
  ])('refuses %j in words', async (args, words) => {
    const ran = await callWeir('simulate', ...args);
    expect(ran.code).toBe(2);
    expect(ran.note).toMatch(words);
  });
});

function calmIn(lines: readonly { readonly kind: string }[]): number {
  return lines.findIndex(({ kind }) => kind === 'calm');
}
