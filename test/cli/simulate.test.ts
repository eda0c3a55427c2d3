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
        files.map((file) =>
          runWeir('simulate', '--seed', '115', '--hours', '1', '--faults', 'A4,A6,D3', '--json', '--journal', file),
        ),
      );
      const [first, second] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      expect(first!.length).toBeGreaterThan(1000);
      expect(second).toBe(first);
      expect(runs[1]).toEqual(runs[0]);
      const report = JSON.parse(runs[0]!.out) as Record<string, unknown>;
      expect(Object.keys(report)).toEqual(
        expect.arrayContaining(['seed', 'verdict', 'violations', 'jobs', 'simulatedHours', 'effectiveFaults']),
      );
      const kinds = new Set(
        first!
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { kind: string }).kind),
      );
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

  it('serves every job and keeps every law where nothing fails', async () => {
    const ran = await callWeir('simulate', '--seed', '5', '--hours', '4', '--faults', 'none', '--json');
    expect(JSON.parse(ran.out)).toMatchObject({ verdict: 'ok', violations: [] });
    expect(ran.code).toBe(0);
  }, 300_000);

  it.each([
    [[], /needs --seed|--seed/],
    [['--seed', 'x'], /--seed must be a number/],
    [['--seed', '1', '--faults', 'A99'], /There is no fault "A99"\. Did you mean A9\?/],
    [['--seed', '1', '--faults', 'A1,d44'], /There is no fault "d44"\. Did you mean D4\?/],
    [['--seed', '1', '--faults', 'non'], /Did you mean none\?/],
    [['--seed', '1', '--faults', 'A1,,A2'], /There is no fault ""/],
    [['--seed', '1', '--hours', '-1'], /--hours must be a number/],
  ])('refuses %j in words', async (args, words) => {
    const ran = await callWeir('simulate', ...args);
    expect(ran.code).toBe(2);
    expect(ran.note).toMatch(words);
  });
});
