// The same as the picture in numbers, with what each settings would change and the way to apply them.
import { Button } from 'azure-devops-ui/Button';
import type { WhatIfRow, WhatIfView } from '../../contract/what-if.ts';
import { DataTable, type Column } from '../data-table.tsx';
import type { Price } from '../pool/cost.ts';
import { amountWords } from '../pool/cost-words.ts';
import { comparedWords, hoursWords } from '../time.ts';
import { changeWords, rowMarks, rowName } from './row-words.ts';

interface ResultTableProps extends Pick<WhatIfView, 'rows' | 'measured'> {
  /** Of one machine for an hour; null: nobody said. */
  readonly price: Price | null;
  /** Null where the person may not change the settings. */
  readonly onApply: ((row: WhatIfRow) => void) | null;
}

type Line = { readonly kind: 'row'; readonly row: WhatIfRow } | { readonly kind: 'real'; readonly of: Measured };
type Measured = NonNullable<WhatIfView['measured']>;

export function ResultTable({ rows, measured, price, onApply }: ResultTableProps) {
  const current = rows.find((row) => row.isCurrent);
  const lines: Line[] = [
    ...(measured === null ? [] : [{ kind: 'real' as const, of: measured }]),
    ...rows.map((row) => ({ kind: 'row' as const, row })),
  ];
  const waits = (line: Line) => (line.kind === 'row' ? line.row.waitSeconds : line.of.waitSeconds);
  const hours = (line: Line) => (line.kind === 'row' ? line.row.vmHours : line.of.vmHours);
  const columns: readonly Column<Line>[] = [
    { title: 'Settings', className: 'weir-wide', render: (line) => <Title line={line} /> },
    {
      title: 'Mean waiting',
      className: 'weir-number',
      render: (line) => comparedWords(waits(line).mean),
    },
    {
      title: 'Half waited at most',
      className: 'weir-number weir-optional',
      render: (line) => comparedWords(waits(line).p50),
    },
    { title: '95 % waited at most', className: 'weir-number', render: (line) => comparedWords(waits(line).p95) },
    {
      title: 'Machine hours',
      className: 'weir-number',
      render: (line) => (
        <Hours hours={hours(line)} base={line.kind === 'row' && !line.row.isCurrent ? current : undefined} />
      ),
    },
    ...(price === null
      ? []
      : [
          {
            title: `Cost ${price.currency}`.trim(),
            className: 'weir-number',
            render: (line: Line) => costWords(hours(line), price),
          },
        ]),
    {
      title: 'Machines made',
      className: 'weir-number weir-optional',
      render: (line) => (line.kind === 'row' ? line.row.creates.toLocaleString() : ''),
    },
    {
      title: 'Action',
      className: 'weir-actions',
      render: (line) =>
        line.kind === 'real' || line.row.isCurrent || onApply === null ? null : (
          <Button
            subtle={true}
            text="Apply"
            ariaLabel={`Apply ${rowName(line.row)}`}
            onClick={() => onApply(line.row)}
          />
        ),
    },
  ];
  return (
    <DataTable
      label="What would have been"
      columns={columns}
      rows={lines}
      keyOf={(line) => (line.kind === 'row' ? line.row.name : 'real')}
    />
  );
}

function Title({ line }: { readonly line: Line }) {
  if (line.kind === 'real')
    return (
      <>
        <div className="weir-strong">Measured</div>
        <div className="weir-secondary">what happened, not replayed</div>
      </>
    );
  return (
    <>
      <div className="weir-strong">{rowName(line.row)}</div>
      <div className="weir-secondary">{rowMarks(line.row)}</div>
    </>
  );
}

function Hours({ hours, base }: { readonly hours: number | null; readonly base: WhatIfRow | undefined }) {
  if (hours === null) return <span title="Weir did not look for a good part of the time.">not known</span>;
  const change = changeWords(hours, base?.vmHours);
  return (
    <>
      {hoursWords(hours)}
      {change === '' ? null : <div className="weir-secondary">{change}</div>}
    </>
  );
}

function costWords(hours: number | null, { perHour, currency }: Price): string {
  return hours === null ? '' : amountWords(hours * perHour, currency);
}
