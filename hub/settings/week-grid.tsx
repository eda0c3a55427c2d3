// The week as a picture that can be painted: a column for each day, a row for each hour. With the keyboard: arrows walk,
// Shift with arrows selects, Enter or the space bar paints. With a pointer: press and drag.
import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { countAt, daySeconds, hourSeconds, stepsWithin, type Step } from './week.ts';

export interface Cell {
  /** 0 is Monday: how the week is read. */
  readonly day: number;
  readonly hour: number;
}

export interface Block {
  readonly from: Cell;
  readonly to: Cell;
}

interface WeekGridProps {
  readonly steps: readonly Step[];
  readonly label: string;
  /** Both corners are part of it. */
  readonly onPaint: (block: Block) => void;
}

export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** Seconds from Sunday 00:00, where the settings begin their week. */
export function secondOf({ day, hour }: Cell): number {
  return ((day + 1) % 7) * daySeconds + hour * hourSeconds;
}

export function WeekGrid({ steps, label, onPaint }: WeekGridProps) {
  const table = useRef<HTMLTableElement>(null);
  const [block, setBlock] = useState<Block>({ from: { day: 0, hour: 8 }, to: { day: 0, hour: 8 } });
  const [isDragging, setDragging] = useState(false);
  const most = Math.max(1, ...steps.map(({ count }) => count));
  const walk = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onPaint(block);
      return;
    }
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const to = { day: within(block.to.day + move[0], 6), hour: within(block.to.hour + move[1], 23) };
    setBlock({ from: event.shiftKey ? block.from : to, to });
    table.current?.querySelector<HTMLElement>(`[data-cell="${to.day} ${to.hour}"]`)?.focus();
  };
  const drop = (): void => {
    if (isDragging) onPaint(block);
    setDragging(false);
  };
  return (
    <table
      ref={table}
      role="grid"
      aria-label={label}
      aria-multiselectable={true}
      className="weir-week"
      onKeyDown={walk}
      onPointerUp={drop}
      onPointerLeave={drop}
    >
      <thead>
        <tr>
          <td />
          {dayNames.map((day) => (
            <th key={day} scope="col">
              <abbr title={day}>{day.slice(0, 3)}</abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour}>
            <th scope="row">{clock(hour)}</th>
            {dayNames.map((name, day) => (
              <HourCell
                key={name}
                cell={{ day, hour }}
                steps={steps}
                most={most}
                isCurrent={block.to.day === day && block.to.hour === hour}
                isSelected={isIn(block, { day, hour })}
                onPress={() => {
                  setBlock({ from: { day, hour }, to: { day, hour } });
                  setDragging(true);
                }}
                onEnter={() => {
                  if (isDragging) setBlock({ from: block.from, to: { day, hour } });
                }}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface HourCellProps {
  readonly cell: Cell;
  readonly steps: readonly Step[];
  readonly most: number;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  readonly onPress: () => void;
  readonly onEnter: () => void;
}

function HourCell({ cell, steps, most, isCurrent, isSelected, onPress, onEnter }: HourCellProps) {
  const name = `${dayNames[cell.day] ?? ''} ${clock(cell.hour)}`;
  const second = secondOf(cell);
  const count = countAt(steps, second);
  const inside = stepsWithin(steps, second, hourSeconds);
  const words = [`${count}`, ...inside.map((one) => `${one.count} from ${minuteOf(one.second)}`)].join(', ');
  return (
    <td
      role="gridcell"
      data-cell={`${cell.day} ${cell.hour}`}
      tabIndex={isCurrent ? 0 : -1}
      aria-selected={isSelected}
      aria-label={`${name}, standby ${words}`}
      title={`${name}: standby ${words}`}
      style={{ '--weir-share': count / most } as CSSProperties}
      className={count === 0 ? 'weir-hour' : 'weir-hour weir-hour-ready'}
      onPointerDown={(event) => {
        // A touch would keep all later events at the cell where it began.
        event.currentTarget.releasePointerCapture(event.pointerId);
        onPress();
      }}
      onPointerEnter={onEnter}
    >
      {count}
      {inside.length === 0 ? '' : '*'}
    </td>
  );
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-6, 0],
  End: [6, 0],
  PageUp: [0, -6],
  PageDown: [0, 6],
};

function within(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

function isIn({ from, to }: Block, { day, hour }: Cell): boolean {
  const between = (one: number, a: number, b: number): boolean => one >= Math.min(a, b) && one <= Math.max(a, b);
  return between(day, from.day, to.day) && between(hour, from.hour, to.hour);
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

function minuteOf(second: number): string {
  const ofDay = second % daySeconds;
  return `${clock(Math.floor(ofDay / hourSeconds)).slice(0, 3)}${String(Math.floor((ofDay % hourSeconds) / 60)).padStart(2, '0')}`;
}
