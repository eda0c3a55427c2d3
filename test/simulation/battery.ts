// A row of seeds under all faults: no law is broken, and what the runs were worth is printed. Each block is one process of
// `weir simulate`, which is what a person would run again to see more of a seed.
import { afterAll, describe, expect, it } from '@jest/globals';
import { allFaultIds, drawRun } from '../../sandbox/world/options.ts';
import { simulate, type Simulation } from '../../sandbox/world/simulate.ts';
import { runWeir } from '../cli/run-weir.ts';
import { fixedKeys } from '../stories/fixed-keys.ts';

/** A fault that changed fewer answers than this in all runs of a battery counts as untested. */
const fewestEffective = 100;
const blockSize = 10;

/** `count` seeds from `first`, each for `hours` under faults and then in calm. */
export function battery(first: number, count: number, hours: number): void {
  describe(`${String(count)} seeds from ${String(first)}, ${String(hours)} hours each`, () => {
    const runs: Simulation[] = [];
    let milliseconds = 0;
    afterAll(() => void process.stdout.write(summaryOf(runs, milliseconds)));

    const blocks = Array.from({ length: Math.ceil(count / blockSize) }, (_, index) => first + index * blockSize);
    it.each(blocks)(
      `break no law under their faults and come to rest after them: %i and those after it`,
      async (from) => {
        const began = performance.now();
        const block = await runBlock(from, Math.min(blockSize, first + count - from), hours);
        milliseconds += performance.now() - began;
        runs.push(...block);
        const broken = block.filter((one) => one.violations.length > 0);
        expect(broken.map(({ seed, violations }) => ({ seed, hours, violations }))).toEqual([]);
      },
      1_200_000,
    );
  });
}

async function runBlock(first: number, count: number, hours: number): Promise<readonly Simulation[]> {
  const numbers = ['--seed', String(first), '--seeds', String(count), '--hours', String(hours)];
  const { out, note } = await runWeir('simulate', ...numbers, '--faults', 'all', '--json');
  if (out === '') throw new Error(`weir simulate ${numbers.join(' ')} printed nothing. ${note}`);
  const told = JSON.parse(out) as Simulation | readonly Simulation[];
  const block = Array.isArray(told) ? (told as readonly Simulation[]) : [told as Simulation];
  expect(block.map((one) => one.seed)).toEqual(Array.from({ length: count }, (_, index) => first + index));
  return block;
}

export async function run(seed: number, hours: number, faults: readonly string[] = allFaultIds): Promise<Simulation> {
  return await simulate(drawRun(seed, hours, faults, false), { generateKeys: await keys() });
}

let made: ReturnType<typeof fixedKeys> | null = null;

function keys(): ReturnType<typeof fixedKeys> {
  made ??= fixedKeys();
  return made;
}

function summaryOf(runs: readonly Simulation[], milliseconds: number): string {
  const days = runs.reduce((sum, one) => sum + one.simulatedHours / 24, 0);
  const jobs = runs.reduce((sum, one) => sum + one.jobs, 0);
  const totals = new Map<string, number>(allFaultIds.map((id) => [id, 0]));
  for (const one of runs)
    for (const [id, times] of Object.entries(one.effectiveFaults)) totals.set(id, (totals.get(id) ?? 0) + times);
  const told = [...totals].map(([id, times]) => `${id} ${String(times)}`);
  const untested = [...totals].filter(([, times]) => times < fewestEffective).map(([id]) => id);
  const speed = (days / (milliseconds / 1000)).toFixed(2);
  return [
    `${String(runs.length)} runs, ${days.toFixed(1)} pool-days, ${String(jobs)} jobs, ${speed} pool-days/s`,
    `  effective faults: ${told.join(', ')}`,
    `  fewer than ${String(fewestEffective)}, so untested here: ${untested.length === 0 ? 'none' : untested.join(', ')}\n`,
  ].join('\n');
}
