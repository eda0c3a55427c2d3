// Draws the history with uPlot. A canvas does not follow CSS variables, so a change of theme draws it anew.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clockWords, dayWords } from '../time.ts';
import { colorsOf, onColorsChanged } from './canvas-colors.ts';
import type { History } from './history.ts';

export interface Chart {
  update(history: History, maximum: number): void;
  destroy(): void;
}

const height = 260;

export interface ChartListeners {
  /** The index under the pointer, or null when the pointer has left. */
  readonly onPoint: (index: number | null) => void;
  /** Somebody has drawn over the time between these seconds. */
  readonly onPart: (from: number, to: number) => void;
}

export function drawChart(mount: HTMLElement, history: History, maximum: number, listeners: ChartListeners): Chart {
  let shown = { history, maximum };
  let plot = build(mount, shown, listeners);
  const redraw = (): void => {
    plot.destroy();
    plot = build(mount, shown, listeners);
  };
  const resize = new ResizeObserver(() => {
    if (mount.clientWidth > 0 && mount.clientWidth !== plot.width) plot.setSize({ width: mount.clientWidth, height });
  });
  resize.observe(mount);
  const stopListening = onColorsChanged(redraw);
  return {
    update: (newHistory, newMaximum) => {
      const isRescaled = newMaximum !== shown.maximum;
      shown = { history: newHistory, maximum: newMaximum };
      if (isRescaled) redraw();
      else plot.setData(columns(newHistory));
    },
    destroy: () => {
      resize.disconnect();
      stopListening();
      plot.destroy();
    },
  };
}

function build(
  mount: HTMLElement,
  { history, maximum }: { history: History; maximum: number },
  listeners: ChartListeners,
): uPlot {
  const style = getComputedStyle(mount);
  const color = colorsOf(mount);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const line = (stroke: string, more: Partial<uPlot.Series> = {}): uPlot.Series => ({
    stroke,
    width: 2,
    points: { show: false },
    ...(stepped === undefined ? {} : { paths: stepped }),
    ...more,
  });
  const axis: uPlot.Axis = {
    stroke: color('--weir-axis'),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: color('--weir-grid'), width: 1 },
    ticks: { show: false },
  };
  const options: uPlot.Options = {
    width: Math.max(200, mount.clientWidth),
    height,
    // Room at the right: the last label would be cut off.
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(4, high * 1.15)] } },
    axes: [
      { ...axis, values: (_plot, splits) => timeLabels(splits), space: 72, size: spansDays(history) ? 44 : 28 },
      { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
    ],
    series: [
      {},
      line(color('--weir-machines'), { dash: [4, 4] }),
      line(color('--weir-agents')),
      line(color('--weir-queued'), { fill: color('--weir-queued-fill') }),
    ],
    hooks: {
      setCursor: [(plot) => listeners.onPoint(plot.cursor.idx ?? null)],
      setSelect: [(plot) => tellPart(plot, listeners)],
      draw: [(plot) => drawMaximum(plot, maximum, color('--weir-axis'), style.fontFamily)],
    },
  };
  return new uPlot(options, columns(history), mount);
}

/** Less than a few pixels is a click, not a part. */
const leastPixels = 8;

/** What is drawn over is read anew, with more points than the whole time has for it. */
function tellPart(plot: uPlot, { onPart }: ChartListeners): void {
  const { left, width } = plot.select;
  if (width < leastPixels) return;
  const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onPart(from, to);
}

function columns(history: History): uPlot.AlignedData {
  return [[...history.atSeconds], [...history.machines], [...history.agents], [...history.queued]];
}

/** The limit as a thin line, only when the picture reaches up to it anyway. */
function drawMaximum(plot: uPlot, maximum: number, color: string, family: string): void {
  const top = plot.scales.y?.max ?? 0;
  if (maximum > top) return;
  const y = Math.round(plot.valToPos(maximum, 'y', true)) + 0.5;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.fillStyle = color;
  ctx.font = `${12 * uPlot.pxRatio}px ${family}`;
  ctx.textAlign = 'right';
  const hasRoomAbove = y - bbox.top > 16 * uPlot.pxRatio;
  ctx.textBaseline = hasRoomAbove ? 'bottom' : 'top';
  ctx.fillText(
    `maximum ${maximum}`,
    bbox.left + bbox.width - 4 * uPlot.pxRatio,
    y + (hasRoomAbove ? -2 : 3) * uPlot.pxRatio,
  );
  ctx.restore();
}

/** Clock times, with the date where a day begins and at the first label of a picture that spans days. */
function timeLabels(splits: readonly number[]): string[] {
  let day = '';
  const hasDays = dayWords((splits[0] ?? 0) * 1000) !== dayWords((splits.at(-1) ?? 0) * 1000);
  return splits.map((seconds) => {
    const today = dayWords(seconds * 1000);
    const isNewDay = hasDays && today !== day;
    day = today;
    return isNewDay ? `${clockWords(seconds * 1000)}\n${today}` : clockWords(seconds * 1000);
  });
}

function spansDays({ atSeconds }: History): boolean {
  return dayWords((atSeconds[0] ?? 0) * 1000) !== dayWords((atSeconds.at(-1) ?? 0) * 1000);
}
