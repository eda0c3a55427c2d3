// What the bench says of figures: who is beaten, and a picture that reads on light and on dark pages.
import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../cli/arguments.ts';
import { benchVerb } from '../../cli/bench.ts';
import { atEqualHours, dominatedPresets } from '../../cli/bench/front.ts';
import type { Row } from '../../cli/bench/measure.ts';
import { drawPicture } from '../../cli/bench/picture.ts';
import { frontTable, poolTables, verdictTable } from '../../cli/bench/table.ts';
import { runBench } from '../../cli/bench/run-bench.ts';
import { verdictsOf } from '../../cli/bench/verdicts.ts';
import { readWorkload } from '../../cli/bench/workloads.ts';

function row(
  family: string,
  setting: string,
  timesC0: number,
  mean: number,
  p95: number,
  more: Partial<Row> = {},
): Row {
  return {
    ...{ workload: 'medium', title: 'medium', isOneJob: false, boot: 'linux', family, setting, isUsual: true },
    ...{ mean, meanRange: [mean - 1, mean + 1], p50: 5, p95, p99: 2 * p95, vmHours: 100 * timesC0, timesC0 },
    ...{ mostMachines: 9, creates: 100 },
    ...more,
  };
}

const weir = [
  row('Weir', 'economy', 1.04, 110, 180),
  row('Weir', 'balanced', 1.4, 75, 130),
  row('Weir', 'economy, standby 3', 20, 6, 6),
];

describe('a rival', () => {
  const winnerOver = (...rival: Parameters<typeof row>) =>
    verdictsOf([...weir, row(...rival)]).map(({ winner }) => winner?.setting ?? null);

  it('is beaten by one preset that is no worse in hours, mean and p95 and a tenth better in one of them', () => {
    expect(winnerOver('KEDA', 'min 2', 1.32, 155, 259)).toEqual(['economy']);
    expect(winnerOver('GitLab', 'factor 0', 1.7, 95, 229)).toEqual(['balanced']);
  });

  it('is not beaten by one that waits longer, whatever it costs', () => {
    expect(winnerOver('Buildkite', 'buffer 0', 1.39, 105, 233)).toEqual([null]);
  });

  it('is not beaten by a tenth of nothing', () => {
    expect(winnerOver('KEDA', 'min 1', 1.06, 112, 182)).toEqual([null]);
  });

  it('is not asked about where it costs less than 1.05 × C0', () => {
    expect(winnerOver('KEDA', 'min 0', 1.03, 195, 329)).toEqual([]);
  });

  it('is not beaten by a standby that somebody would have to declare, nor on another pool', () => {
    expect(winnerOver('cluster-autoscaler', 'over 10', 30, 8, 8)).toEqual([null]);
    expect(winnerOver('KEDA', 'min 2', 1.32, 155, 259, { boot: 'windows' })).toEqual([null]);
  });
});

describe('at equal hours', () => {
  const front = [...weir, row('Weir', 'hours × 2', 2, 60, 140)];
  const ourWait = (timesC0: number) => {
    const [one] = atEqualHours([...front, row('KEDA', 'min 2', timesC0, 155, 259)]);
    return [one?.mean, one?.p95];
  };

  it.each([
    ['is read from the line between two settings', 1.22, [92.5, 155]],
    ['is that of a setting of the same hours', 1.4, [75, 130]],
    ['takes a dearer setting only where it waits less, in mean and in p95 apart', 2, [60, 6 + (124 * 18) / 18.6]],
    ['is that of the dearest beyond it', 30, [6, 6]],
  ])('the wait of Weir %s', (_, timesC0, expected) => {
    expect(ourWait(timesC0)).toEqual(expected.map((wait) => expect.closeTo(wait, 6)));
  });

  it('there is none where no setting of Weir is as cheap, nor one of another pool', () => {
    const cheap = row('KEDA', 'min 0', 1.05, 155, 259, { boot: 'windows' });
    expect(atEqualHours([...front, cheap])).toEqual([{ rival: cheap, mean: null, p95: null }]);
  });

  it('a preset is dominated by a rival that is no worse in hours, mean and p95', () => {
    const better = row('GitLab', 'factor 1', 1.4, 70, 130);
    const mixed = row('Buildkite', 'buffer 9', 1.03, 90, 181);
    expect(dominatedPresets([...front, mixed, better]).map(({ preset, rival }) => [preset.setting, rival])).toEqual([
      ['balanced', better],
    ]);
  });
});

describe('the bench', () => {
  it('writes tables with ratios to C0 and to balanced', () => {
    const rows = [...weir, row('KEDA', 'min 2', 2.8, 150, 259)];
    expect(poolTables(rows)).toContain(
      '| KEDA min 2 | 150.0 (149.0–151.0) | 5 | 259 | 518 | 280 | 2.80 | 2.00 | 2.00 | 9 |',
    );
    expect(verdictTable(verdictsOf(rows))).toContain('| KEDA | 1 | 1 |');
    expect(frontTable(atEqualHours(rows))).toContain('| KEDA | 1 | 1 | 2.15 | 2.15 | 2.15 |');
  });

  it('draws each pool with every rival in it, for light and for dark pages', () => {
    const svg = drawPicture([...weir, row('KEDA', 'min 2', 1.32, 155, 259)]);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.match(/<polyline/g)).toHaveLength(1);
    for (const name of ['VMSS agents', 'KEDA', 'Managed DevOps Pools', 'balanced']) expect(svg).toContain(name);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says before it measures that a picture cannot be written', async () => {
    const picture = import.meta.dirname;
    const measure = () => Promise.reject(new Error('It measured first.'));
    const io = { out: () => undefined, note: () => undefined, untilStopped: () => Promise.resolve('SIGINT' as const) };
    await expect(runBench(readArguments(benchVerb, ['--picture', picture]), io, measure)).rejects.toMatchObject({
      code: 'PICTURE_WRITE',
      message: expect.stringContaining(picture),
      nextStep: expect.stringMatching(/^Name a file/),
    });
  });

  it('has the same synthetic jobs in every run, about as many a day as their names say', async () => {
    const [small, again] = [await readWorkload('small'), await readWorkload('small')];
    expect(again).toEqual(small);
    const days = (small?.jobs.at(-1)?.arrival ?? 0) / 86_400;
    expect((small?.jobs.length ?? 0) / days).toBeGreaterThan(10);
    expect((small?.jobs.length ?? 0) / days).toBeLessThan(30);
  });
});
