// Waiting against machine hours: each settings a point, the best of them joined. Drawn as SVG, so that the theme's colours reach it.
import type { WhatIfRow, WhatIfView } from '../../contract/what-if.ts';
import { chartWords, rowName } from './row-words.ts';

const [width, height] = [600, 300];
const edge = { left: 44, right: 14, top: 14, bottom: 40 };
const lineHeight = 14;

interface Mark {
  readonly key: string;
  readonly label: string;
  readonly kind: 'front' | 'off' | 'real';
  readonly wait: number;
  readonly hours: number;
}

export function FrontChart({ rows, measured }: Pick<WhatIfView, 'rows' | 'measured'>) {
  const marks = marksOf(rows, measured);
  const floor = rows[0]?.c0VmHours ?? 0;
  const longest = Math.max(1, ...marks.map((mark) => mark.wait));
  // One unit for the whole axis.
  const [unit, unitName] = longest > 240 ? ([60, 'min'] as const) : ([1, 's'] as const);
  const waits = scaleOf(longest / unit);
  const hours = scaleOf(Math.max(0.1, floor, ...marks.map((mark) => mark.hours)));
  const x = (wait: number) => edge.left + ((width - edge.left - edge.right) * wait) / (waits.top * unit);
  const y = (value: number) => height - edge.bottom - ((height - edge.top - edge.bottom) * value) / hours.top;
  const front = marks.filter((mark) => mark.kind === 'front').sort((one, other) => one.wait - other.wait);
  return (
    <svg className="weir-what-if-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={chartWords(rows)}>
      {hours.ticks.map((tick) => (
        <g key={`hours ${tick}`}>
          <line x1={edge.left} x2={width - edge.right} y1={y(tick)} y2={y(tick)} />
          <text className="weir-what-if-axis" x={edge.left - 6} y={y(tick) + 4} textAnchor="end">
            {tickWords(tick)}
          </text>
        </g>
      ))}
      {waits.ticks.map((tick) => (
        <text
          key={`wait ${tick}`}
          className="weir-what-if-axis"
          x={x(tick * unit)}
          y={height - edge.bottom + 16}
          textAnchor={tick === waits.top ? 'end' : 'middle'}
        >
          {tickWords(tick)} {unitName}
        </text>
      ))}
      <text className="weir-what-if-axis" x={width - edge.right} y={height - 6} textAnchor="end">
        mean waiting
      </text>
      <text className="weir-what-if-axis" x={edge.left} y={edge.top - 3}>
        machine hours
      </text>
      <line className="weir-what-if-floor" x1={edge.left} x2={width - edge.right} y1={y(floor)} y2={y(floor)} />
      <text className="weir-what-if-axis" x={width - edge.right} y={y(floor) + 14} textAnchor="end">
        minimum if no machine ever idles
      </text>
      <polyline points={front.map((mark) => `${x(mark.wait)},${y(mark.hours)}`).join(' ')} />
      {placed(marks, x, y).map(({ mark, left, top, labelTop }) => (
        <g key={mark.key}>
          <circle className={`weir-what-if-${mark.kind}`} cx={left} cy={top} r={5} />
          <text
            x={left > width * 0.6 ? left - 10 : left + 10}
            y={labelTop + 4}
            textAnchor={left > width * 0.6 ? 'end' : 'start'}
          >
            {mark.label}
          </text>
        </g>
      ))}
    </svg>
  );
}

function marksOf(rows: readonly WhatIfRow[], measured: WhatIfView['measured']): readonly Mark[] {
  const marks = rows.map((row): Mark => ({
    key: row.name,
    label: rowName(row),
    kind: row.isOnFront ? 'front' : 'off',
    wait: row.waitSeconds.mean,
    hours: row.vmHours,
  }));
  const hours = measured?.vmHours ?? null;
  if (measured === null || hours === null) return marks;
  const real: Mark = {
    key: 'real',
    label: 'Measured',
    kind: 'real',
    wait: measured.waitSeconds.mean,
    hours,
  };
  return [...marks, real];
}

/** Labels one below the other where their points lie too close. */
function placed(marks: readonly Mark[], x: (wait: number) => number, y: (hours: number) => number) {
  const points = marks.map((mark) => ({ mark, left: x(mark.wait), top: y(mark.hours) })).sort((a, b) => a.top - b.top);
  const tops: { left: number; top: number }[] = [];
  return points.map((point) => {
    let labelTop = point.top - 9;
    for (const one of tops)
      if (Math.abs(one.left - point.left) < 150 && labelTop - one.top < lineHeight) labelTop = one.top + lineHeight;
    tops.push({ left: point.left, top: labelTop });
    return { ...point, labelTop };
  });
}

/** From zero to a round number above `most`, in four or five steps. */
function scaleOf(most: number): { readonly top: number; readonly ticks: readonly number[] } {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const steps = Math.ceil(most / step);
  return { top: step * steps, ticks: Array.from({ length: steps + 1 }, (_, index) => index * step) };
}

function tickWords(tick: number): string {
  return tick.toLocaleString(undefined, { maximumFractionDigits: 2 });
}
