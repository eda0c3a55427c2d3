// A table of thousands of rows: real table markup, of which only the rows on the screen are there. Screen readers are told
// how many there are and which ones they read.
import { useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Column } from '../data-table.tsx';
import { visibleRows } from './visible-rows.ts';
import './long-table.css';

interface LongTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly className?: string;
}

/** Where the style sheet says nothing. Rows of one height are what makes the list long without being slow. */
const usualHeight = 60;
/** Fewer rows scroll with the page. */
const longFrom = 100;

export function LongTable<Row>({ label, columns, rows, keyOf, className = '' }: LongTableProps<Row>) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, row: usualHeight });
  const isLong = rows.length > longFrom;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void =>
      setView({ top: element.scrollTop, height: element.clientHeight, row: rowHeightOf(element) });
    const resize = new ResizeObserver(measure);
    resize.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      resize.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [isLong]);
  const { first, end } = isLong
    ? visibleRows(view.top, view.height, view.row, rows.length)
    : { first: 0, end: rows.length };
  const body = (
    <table
      role="table"
      className={`weir-table weir-even ${className}`}
      aria-label={label}
      aria-rowcount={rows.length + 1}
    >
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          {columns.map((column) => (
            <th key={column.title} role="columnheader" scope="col" className={column.className}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        <Gap height={first * view.row} columns={columns.length} />
        {rows.slice(first, end).map((row, index) => (
          <tr key={keyOf(row)} role="row" aria-rowindex={first + index + 2}>
            {columns.map((column) => (
              <td key={column.title} role="cell" className={column.className} data-title={column.title}>
                {column.render(row)}
              </td>
            ))}
          </tr>
        ))}
        <Gap height={(rows.length - end) * view.row} columns={columns.length} />
      </tbody>
    </table>
  );
  return isLong ? <Scrolling box={box} label={label} body={body} /> : body;
}

interface ScrollingProps {
  readonly box: RefObject<HTMLDivElement>;
  readonly label: string;
  readonly body: ReactNode;
}

function Scrolling({ box, label, body }: ScrollingProps) {
  return (
    <div ref={box} className="weir-long" role="region" aria-label={`List of ${label.toLowerCase()}`} tabIndex={0}>
      {body}
    </div>
  );
}

/** A narrow page has higher rows. */
function rowHeightOf(element: HTMLElement): number {
  const height = Number.parseFloat(getComputedStyle(element).getPropertyValue('--weir-row'));
  return height > 0 ? height : usualHeight;
}

function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden="true" className="weir-gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
