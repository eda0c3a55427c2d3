// The figures as Markdown tables, for a terminal and for docs/benchmark.md alike.
import type { DecideTiming } from './decide-timing.ts';
import { fixedStandby } from './contestants.ts';
import type { AtEqualHours } from './front.ts';
import type { Row } from './measure.ts';
import { isSamePool, ours, type Verdict } from './verdicts.ts';

/** One table for each pool: presets first, then the usual settings of the rivals, with ratios to C0 and to each preset. */
export function poolTables(rows: readonly Row[]): string {
  const pools = rows.filter((row, index) => rows.findIndex((one) => isSamePool(one, row)) === index);
  return pools
    .map((pool) => rows.filter((row) => isSamePool(row, pool)))
    .map((pool) => poolTable(pool.filter((row) => row.isUsual || (row.workload === 'small' && keepsAsMany(row)))))
    .join('\n');
}

/** Rivals that keep as many machines free as our tiny pool with a standby. */
function keepsAsMany({ setting }: Row): boolean {
  const own = [`economy, standby ${fixedStandby}`, `balanced, standby ${fixedStandby}`];
  return [...own, `over ${fixedStandby}`, `factor 0, idle ${fixedStandby}`].includes(setting);
}

function poolTable(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const balanced = rows.find((row) => row.family === ours && row.setting === 'balanced') ?? first;
  const title = `${first.title}, ${first.isOneJob ? 'a fresh machine for each job' : 'machines reused'}, ${first.boot} boots`;
  const head = [
    '',
    'mean s (min–max)',
    'p50',
    'p95',
    'p99',
    'VM-h',
    '× C0',
    'hours ÷ balanced',
    'mean ÷ balanced',
    'most',
  ];
  const lines = rows.map((row) => [
    `${row.family} ${row.setting}`,
    `${row.mean.toFixed(1)} (${row.meanRange[0].toFixed(1)}–${row.meanRange[1].toFixed(1)})`,
    ...[row.p50, row.p95, row.p99, row.vmHours].map((value) => value.toFixed(0)),
    row.timesC0.toFixed(2),
    (row.vmHours / balanced.vmHours).toFixed(2),
    (row.mean / balanced.mean).toFixed(2),
    String(row.mostMachines),
  ]);
  return `**${title}**\n\n${markdown(head, lines)}`;
}

/** How many settings of each rival a preset beats, and which it does not. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const families = [...new Set(verdicts.map(({ rival }) => rival.family))];
  const lines = families.map((family) => {
    const own = verdicts.filter(({ rival }) => rival.family === family);
    return [family, String(own.length), String(own.filter(({ winner }) => winner !== null).length)];
  });
  const lost = verdicts.filter(({ winner }) => winner === null).map(({ rival }) => rival);
  const open = lost.map((row) => [
    ...whereOf(row),
    `${row.mean.toFixed(0)} / ${row.p95.toFixed(0)} s`,
    row.timesC0.toFixed(2),
  ]);
  const beaten = markdown(['rival', 'settings of 1.05 × C0 or more', 'beaten by one preset'], lines);
  return `${beaten}\nNot beaten:\n\n${markdown(['jobs', 'machines', 'boots', 'setting', 'mean / p95', '× C0'], open)}`;
}

/** Weir's wait at the same hours, and the settings at which it waits longer. */
export function frontTable(compared: readonly AtEqualHours[]): string {
  const families = [...new Set(compared.map(({ rival }) => rival.family))];
  const lines = families.map((family) => {
    const own = compared.filter(({ rival, mean }) => rival.family === family && mean !== null);
    const ratios = own.map(({ rival, mean }) => rival.mean / (mean ?? rival.mean)).sort((left, right) => left - right);
    const middle = ratios[Math.floor(ratios.length / 2)];
    const shown = [ratios[0], middle, ratios.at(-1)].map((ratio) => (ratio === undefined ? '–' : ratio.toFixed(2)));
    const shorter = own.filter((one) => !isLonger(one)).length;
    return [family, String(compared.filter(({ rival }) => rival.family === family).length), String(shorter), ...shown];
  });
  const longer = compared
    .filter(isLonger)
    .map(({ rival, mean, p95 }) => [
      ...whereOf(rival),
      `${rival.mean.toFixed(0)} / ${rival.p95.toFixed(0)} s`,
      `${mean?.toFixed(0) ?? '–'} / ${p95?.toFixed(0) ?? '–'} s`,
      rival.timesC0.toFixed(2),
    ]);
  const head = ['rival', 'settings', 'Weir no longer in mean and p95', 'its mean ÷ ours: least', 'middle', 'most'];
  const open = ['jobs', 'machines', 'boots', 'setting', 'its mean / p95', 'Weir at equal hours', '× C0'];
  if (longer.length === 0)
    return `${markdown(head, lines)}\nAt no setting Weir waits longer at equal hours, in mean or in p95.\n`;
  return `${markdown(head, lines)}\nWeir waits longer at equal hours, in mean or p95:\n\n${markdown(open, longer)}`;
}

/** A cheaper setting than any of ours is neither. */
function isLonger({ rival, mean, p95 }: AtEqualHours): boolean {
  return (mean !== null && mean > rival.mean) || (p95 !== null && p95 > rival.p95);
}

export function dominatedTable(dominated: readonly { readonly preset: Row; readonly rival: Row }[]): string {
  if (dominated.length === 0) return 'No preset is dominated by a rival’s setting.\n';
  const figures = (row: Row): string => `${row.mean.toFixed(0)} / ${row.p95.toFixed(0)} s, ${row.timesC0.toFixed(2)}`;
  const lines = dominated.map(({ preset, rival }) => [
    ...whereOf(preset),
    figures(preset),
    `${rival.family} ${rival.setting}`,
    figures(rival),
  ]);
  const head = ['jobs', 'machines', 'boots', 'preset', 'mean / p95, × C0', 'dominated by', 'mean / p95, × C0'];
  return markdown(head, lines);
}

function whereOf(row: Row): readonly string[] {
  return [row.workload, row.isOneJob ? 'fresh' : 'reused', row.boot, `${row.family} ${row.setting}`];
}

export function timingTable(timings: readonly DecideTiming[]): string {
  const milliseconds = ({ p50, p99 }: { readonly p50: number; readonly p99: number }): string =>
    `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;
  const lines = timings.map((one) => [
    `${one.agents} agents, ${one.queued} queued, ${one.images} images`,
    milliseconds(one.cold),
    milliseconds(one.warm),
  ]);
  return markdown(['decide, p50 / p99', 'cold: every object is new', 'warm: the same objects again'], lines);
}

export function speedTable(poolDaysPerSecond: Readonly<Record<string, number>>): string {
  const lines = Object.entries(poolDaysPerSecond).map(([name, speed]) => [name, speed.toFixed(0)]);
  return markdown(['replay of', 'pool-days a second'], lines);
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return row(head) + row(head.map((_, index) => (index === 0 ? '---' : '---:'))) + lines.map(row).join('');
}
