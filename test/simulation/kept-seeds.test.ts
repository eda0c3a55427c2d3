// Seeds that once broke a law do so no more, and a seed is the same run each time.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { simulate } from '../../sandbox/world/simulate.ts';
import { runWeir } from '../cli/run-weir.ts';
import { fixedKeys } from '../stories/fixed-keys.ts';
import { isNight } from './battery-size.ts';
import { run, runDealt } from './battery.ts';
import { keptDealt, keptPairs, keptSeeds } from './kept-seeds.ts';
import { twoLanes } from './two-lanes.ts';

it.each(keptSeeds.map((kept) => [kept.seed, kept.showed, kept.hours] as const))(
  'seed %i breaks no law any more: %s',
  async (seed, _showed, hours) => {
    expect((await run(seed, hours)).violations).toEqual([]);
  },
  300_000,
);

it.each(
  keptDealt
    .filter((kept) => isNight() || kept.isOfNight !== true)
    .map((kept) => [kept.seed, kept.showed, kept.hours] as const),
)(
  'dealt seed %i breaks no law any more: %s',
  async (seed, _showed, hours) => {
    expect((await runDealt(seed, hours)).violations).toEqual([]);
  },
  300_000,
);

it('without faults a run has none and breaks no law', async () => {
  const simulation = await run(1, 1, []);
  expect([simulation.violations, simulation.effectiveFaults]).toEqual([[], {}]);
}, 120_000);

it.each(keptPairs)(
  'two processes that lead for ever over two lanes keep every law: seed %i, %s',
  async (seed, faults) => {
    const machines = new Map<string, string>();
    let most = 0;
    const scaleSets = new Set<string>();
    const simulation = await simulate(twoLanes(seed, faults), {
      generateKeys: await fixedKeys(),
      onEvent: (event) => {
        if (event.kind === 'instanceCreated') machines.set(String(event.vmId), String(event.scaleSet));
        if (event.kind === 'instanceDeleted') machines.delete(String(event.vmId));
        most = Math.max(most, machines.size);
        for (const scaleSet of machines.values()) scaleSets.add(scaleSet);
      },
    });
    expect([simulation.violations, most, scaleSets.size]).toEqual([[], 3, 2]);
  },
  120_000,
);

it('gives the same journal for the same seed in one process and the next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-journal-'));
  try {
    const files = ['one', 'two'].map((name) => join(folder, name));
    for (const file of files) {
      const { code } = await runWeir('simulate', '--seed', '5', '--hours', '1', '--journal', file, '--json');
      expect(code).toBe(0);
    }
    const [first, second] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(first).toBe(second);
    expect(first?.split('\n').filter((line) => line.includes('"kind":"jobFinished"')).length).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 300_000);
