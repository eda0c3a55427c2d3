// A row of seeds under all faults: no law is broken, and what the runs were worth is printed. Each block is one process of
// `weir simulate`, which is what a person would run again to see more of a seed.
import { afterAll, describe, expect, it } from '@jest/globals';
import { dealRun } from '../../sandbox/world/dealt-faults.ts';
import { tallyLines, tallyOf } from '../../sandbox/world/fault-tally.ts';
import { allFaultIds, drawRun } from '../../sandbox/world/options.ts';
import { simulate, type Simulation } from '../../sandbox/world/simulate.ts';
import { runWeir } from '../cli/run-weir.ts';
import { fixedKeys } from '../stories/fixed-keys.ts';

const blockSize = 10;

/** `count` seeds from `first`, each for `hours` under faults and then in calm; `faults` as `weir simulate` takes them. */
export interface Battery {
  readonly first: number;
  readonly count: number;
  readonly hours: number;
  readonly faults: 'all' | 'dealt';
}

export function battery({ first, count, hours, faults }: Battery): void {
  describe(`${String(count)} seeds from ${String(first)}, ${String(hours)} hours each, faults ${faults}`, () => {
    const runs: Simulation[] = [];
    let milliseconds = 0;
    afterAll(() => void process.stdout.write(summaryOf(runs, milliseconds)));

    const blocks = Array.from({ length: Math.ceil(count / blockSize) }, (_, index) => first + index * blockSize);
    it.each(blocks)(
      `break no law under their faults and come to rest after them: %i and those after it`,
      async (from) => {
        const began = performance.now();
        const block = await runBlock({ first: from, count: Math.min(blockSize, first + count - from), hours, faults });
        milliseconds += performance.now() - began;
        runs.push(...block);
        const broken = block.filter((one) => one.violations.length > 0);
        expect(broken.map(({ seed, violations }) => ({ seed, hours, violations }))).toEqual([]);
      },
      1_200_000,
    );
  });
}

async function runBlock({ first, count, hours, faults }: Battery): Promise<readonly Simulation[]> {
  const numbers = ['--seed', String(first), '--seeds', String(count), '--hours', String(hours)];
  const { out, note } = await runWeir('simulate', ...numbers, '--faults', faults, '--json');
  if (out === '') throw new Error(`weir simulate ${numbers.join(' ')} printed nothing. ${note}`);
  const told = JSON.parse(out) as Simulation | readonly Simulation[];
  const block = Array.isArray(told) ? (told as readonly Simulation[]) : [told as Simulation];
  expect(block.map((one) => one.seed)).toEqual(Array.from({ length: count }, (_, index) => first + index));
  return block;
}

export async function run(seed: number, hours: number, faults: readonly string[] = allFaultIds): Promise<Simulation> {
  return await simulate(drawRun(seed, hours, faults, false), { generateKeys: await keys() });
}

/** As `weir simulate --faults dealt` does. */
export async function runDealt(seed: number, hours: number): Promise<Simulation> {
  return await simulate(dealRun(seed, hours), { generateKeys: await keys() });
}

let made: ReturnType<typeof fixedKeys> | null = null;

function keys(): ReturnType<typeof fixedKeys> {
  made ??= fixedKeys();
  return made;
}

function summaryOf(runs: readonly Simulation[], milliseconds: number): string {
  const days = runs.reduce((sum, one) => sum + one.simulatedHours / 24, 0);
  const jobs = runs.reduce((sum, one) => sum + one.jobs, 0);
  const speed = (days / (milliseconds / 1000)).toFixed(2);
  return [
    `${String(runs.length)} runs, ${days.toFixed(1)} pool-days, ${String(jobs)} jobs, ${speed} pool-days/s`,
    ...tallyLines(tallyOf(runs)),
  ]
    .join('\n  ')
    .concat('\n');
}
