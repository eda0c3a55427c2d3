// Paints the rows of the timeline on a canvas: ten thousand states are one picture and no elements.
import { nodeGroups, type NodeGroup } from '../node-state.ts';
import { clockWords, dayWords } from '../time.ts';
import { colorsOf } from './canvas-colors.ts';
import type { Gantt } from './gantt.ts';

const axisHeight = 22;
/** Rows beyond are not drawn; the table has them. */
export const mostRows = 160;

export function rowHeightOf(rows: number): number {
  return Math.max(2, Math.min(14, Math.floor(300 / Math.max(1, rows))));
}

export function canvasHeight(rows: number): number {
  return Math.min(rows, mostRows) * rowHeightOf(rows) + axisHeight;
}

export function drawGantt(canvas: HTMLCanvasElement, gantt: Gantt): void {
  const context = canvas.getContext('2d');
  const width = canvas.clientWidth;
  if (context === null || width === 0) return;
  const height = canvasHeight(gantt.rows.length);
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  // A canvas shows nothing that is put inside it, so the colours are asked beside it.
  const color = colorsOf(canvas.parentElement ?? canvas);
  const colors = new Map<NodeGroup, string>(nodeGroups.map(({ group }) => [group, color(`--weir-${group}`)]));
  const share = width / Math.max(1, gantt.to - gantt.from);
  const row = rowHeightOf(gantt.rows.length);
  gantt.rows.slice(0, mostRows).forEach((bars, index) => {
    for (const { start, end, group } of bars) {
      context.fillStyle = colors.get(group) ?? '';
      // A state of a few seconds is still a pixel.
      context.fillRect(
        (start - gantt.from) * share,
        index * row,
        Math.max(1, (end - start) * share),
        row - (row > 4 ? 2 : 0),
      );
    }
  });
  drawAxis(context, gantt, { width, top: height - axisHeight, color: color('--weir-axis'), font: style.fontFamily });
}

interface AxisLook {
  readonly width: number;
  readonly top: number;
  readonly color: string;
  readonly font: string;
}

function drawAxis(context: CanvasRenderingContext2D, { from, to }: Gantt, { width, top, color, font }: AxisLook): void {
  const labels = Math.max(2, Math.floor(width / 130));
  const isLong = to - from > 36 * 3_600_000;
  context.fillStyle = color;
  context.font = `12px ${font}`;
  context.textBaseline = 'bottom';
  for (let place = 0; place <= labels; place += 1) {
    const at = from + ((to - from) * place) / labels;
    context.textAlign = place === 0 ? 'left' : place === labels ? 'right' : 'center';
    const words = isLong ? `${dayWords(at)} ${clockWords(at)}` : clockWords(at);
    context.fillText(words, (width * place) / labels, top + axisHeight - 2);
  }
}
