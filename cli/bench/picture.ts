// Draws waits against cost for the pools of the bench, as an SVG that reads on light and on dark pages.
import type { Row } from './measure.ts';
import { isPreset, isSamePool, ours } from './verdicts.ts';

const panel = { width: 430, height: 340, left: 56, top: 44, right: 16, bottom: 46 } as const;
const dearest = 4;
const families = [
  'VMSS agents',
  'KEDA',
  'terraform-aws',
  'Buildkite',
  'GitLab',
  'Managed DevOps Pools',
  'cluster-autoscaler',
] as const;
/** Told apart by shape as well as by colour; the colours have enough contrast on white and on near black. */
const colours = ['#b8432f', '#7a6cd8', '#9a6b00', '#2f8f5b', '#d0570a', '#8a5a83', '#5c7c8a'] as const;

/** The pools that are drawn are those with a swept front: reused machines, linux boots. */
export function drawPicture(rows: readonly Row[]): string {
  const drawn = rows.filter((row) => !row.isOneJob && row.boot === 'linux' && row.workload !== 'small');
  const first = (row: Row): number => ['bitcoin', 'medium', 'large', 'lcg'].indexOf(row.workload);
  const pools = drawn
    .toSorted((left, right) => first(left) - first(right))
    .filter((row, index, all) => all.findIndex((one) => isSamePool(one, row)) === index)
    .slice(0, 4);
  const height = Math.ceil(pools.length / 2) * panel.height + 64;
  const panels = pools.map((pool, index) =>
    drawPanel(
      drawn.filter((row) => isSamePool(row, pool)),
      index,
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * panel.width} ${height}" role="img" aria-label="Mean wait against machine hours, for Weir and seven other rules">
<style>${style}</style>
${panels.join('\n')}
${legend(height)}
</svg>
`;
}

const style = `
text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:13px}.axis{stroke:#8c959f;stroke-width:1}
.grid{stroke:#d0d7de;stroke-width:.6}.weir{stroke:#0969da;fill:#0969da}text.weir{font-weight:600;stroke:#fff;stroke-width:3;paint-order:stroke}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.axis{stroke:#7d8590}.grid{stroke:#30363d}.weir{stroke:#58a6ff;fill:#58a6ff}text.weir{stroke:#0d1117}}
.weir.line{fill:none;stroke-width:2}
`;

function drawPanel(rows: readonly Row[], index: number): string {
  const x0 = (index % 2) * panel.width;
  const y0 = Math.floor(index / 2) * panel.height;
  const slowest = niceTop(Math.max(...rows.map((row) => row.mean)));
  const x = (timesC0: number): number =>
    x0 + panel.left + ((timesC0 - 1) / (dearest - 1)) * (panel.width - panel.left - panel.right);
  const y = (seconds: number): number =>
    y0 + panel.height - panel.bottom - (seconds / slowest) * (panel.height - panel.top - panel.bottom);
  const visible = rows.filter((row) => row.timesC0 <= dearest);
  const weir = visible.filter((row) => row.family === ours).toSorted((left, right) => left.vmHours - right.vmHours);
  const named = weir.filter(isPreset);
  const points = weir.map((row) => `${n(x(row.timesC0))},${n(y(row.mean))}`);
  return `<g>
<text class="title" x="${x0 + panel.left}" y="${y0 + 16}">${rows[0]?.title ?? ''}</text>
${axes(x, y, slowest)}
<text x="${n(x(2.5))}" y="${n(y(0) + 36)}" text-anchor="middle">machine hours ÷ C0</text>
<text x="${x0 + 8}" y="${y0 + 32}">mean wait, s</text>
${visible
  .filter((row) => row.family !== ours)
  .map((row) => mark(row.family, x(row.timesC0), y(row.mean)))
  .join('\n')}
<polyline class="weir line" points="${points.join(' ')}"/>
${named.map((row) => `<circle class="weir" cx="${n(x(row.timesC0))}" cy="${n(y(row.mean))}" r="4"/><text class="weir" x="${n(x(row.timesC0) + 7)}" y="${n(y(row.mean) + 14)}">${row.setting}</text>`).join('\n')}
</g>`;
}

function axes(x: (timesC0: number) => number, y: (seconds: number) => number, slowest: number): string {
  const columns = [1, 1.5, 2, 2.5, 3, 3.5, 4].map(
    (value) =>
      `<line class="grid" x1="${n(x(value))}" y1="${n(y(0))}" x2="${n(x(value))}" y2="${n(y(slowest))}"/><text x="${n(x(value))}" y="${n(y(0) + 17)}" text-anchor="middle">${value}</text>`,
  );
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = n(y(share * slowest));
    return `<line class="grid" x1="${n(x(1))}" y1="${at}" x2="${n(x(dearest))}" y2="${at}"/><text x="${n(x(1) - 6)}" y="${n(y(share * slowest) + 4)}" text-anchor="end">${share * slowest}</text>`;
  });
  const base = `<line class="axis" x1="${n(x(1))}" y1="${n(y(0))}" x2="${n(x(dearest))}" y2="${n(y(0))}"/>`;
  return [...columns, ...lines, base].join('\n');
}

function mark(family: string, x: number, y: number): string {
  const index = families.findIndex((one) => one === family);
  const colour = colours[index] ?? '#57606a';
  if (index % 3 === 0) return `<rect x="${n(x - 3.5)}" y="${n(y - 3.5)}" width="7" height="7" fill="${colour}"/>`;
  if (index % 3 === 1) return `<circle cx="${n(x)}" cy="${n(y)}" r="3.8" fill="${colour}"/>`;
  return `<path d="M${n(x)} ${n(y - 4.6)}l4.4 8h-8.8z" fill="${colour}"/>`;
}

function legend(height: number): string {
  const entries = families.map((family, index) => {
    const x = 60 + (index % 4) * 205;
    const y = height - 44 + Math.floor(index / 4) * 24;
    return `${mark(family, x, y - 4)}<text x="${x + 12}" y="${y}">${family}</text>`;
  });
  const x = 60 + 3 * 205;
  return `<g>${entries.join('\n')}<circle class="weir" cx="${x}" cy="${height - 24}" r="4"/><text x="${x + 12}" y="${height - 20}">Weir, three presets</text></g>`;
}

/** A round number at or above the value that quarters divide. */
function niceTop(value: number): number {
  const steps = [20, 40, 60, 80, 100, 120, 160, 200, 240, 320, 400, 600, 800, 1200];
  return steps.find((step) => step >= value) ?? Math.ceil(value / 400) * 400;
}

function n(value: number): string {
  return value.toFixed(1);
}
