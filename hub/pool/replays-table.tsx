// What really was, and what each settings would have needed, one below the other.
import type { WhatIfRow, WhatIfView } from '../../contract/what-if.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { comparedWords, hoursWords } from '../time.ts';
import { changeWords, rowName } from '../what-if/row-words.ts';
import type { Price } from './cost.ts';
import { moneyWords } from './cost-words.ts';

interface ReplaysTableProps extends Pick<WhatIfView, 'rows' | 'measured'> {
  readonly price: Price | null;
}

interface Line {
  readonly key: string;
  readonly name: string;
  readonly mark: string;
  readonly waitSeconds: number;
  /** Null: Weir did not look for a good part of the time. */
  readonly vmHours: number | null;
  /** Of the machine hours, against the settings of now. */
  readonly change: string;
}

export function ReplaysTable({ rows, measured, price }: ReplaysTableProps) {
  const current = rows.find((row) => row.isCurrent);
  const real: readonly Line[] =
    measured === null
      ? []
      : [
          {
            ...{ key: 'real', name: 'What really was', mark: 'measured, not replayed' },
            ...{ waitSeconds: measured.waitSeconds.mean, vmHours: measured.vmHours, change: '' },
          },
        ];
  const lines: readonly Line[] = [...real, ...rows.map((row) => lineOf(row, current))];
  const columns: readonly Column<Line>[] = [
    {
      title: 'Settings',
      className: 'weir-wide',
      render: ({ name, mark }) => (
        <>
          <div className="weir-strong">{name}</div>
          <div className="weir-secondary">{mark}</div>
        </>
      ),
    },
    { title: 'Mean wait', className: 'weir-number', render: (line) => comparedWords(line.waitSeconds) },
    {
      title: 'Machine hours',
      className: 'weir-number',
      render: ({ vmHours, change }) => (
        <>
          {vmHours === null ? 'not known' : hoursWords(vmHours)}
          {change === '' ? null : <div className="weir-secondary">{change}</div>}
        </>
      ),
    },
    ...(price === null
      ? []
      : [
          {
            title: 'Cost',
            className: 'weir-number',
            render: ({ vmHours }: Line) =>
              vmHours === null ? 'not known' : moneyWords(vmHours * price.perHour, price.currency),
          },
        ]),
  ];
  return (
    <DataTable label="The same time with other settings" columns={columns} rows={lines} keyOf={({ key }) => key} />
  );
}

function lineOf(row: WhatIfRow, current: WhatIfRow | undefined): Line {
  return {
    ...{ key: row.name, name: rowName(row), mark: row.isCurrent ? 'as it is now' : '' },
    ...{ waitSeconds: row.waitSeconds.mean, vmHours: row.vmHours },
    change: row.isCurrent ? '' : changeWords(row.vmHours, current?.vmHours),
  };
}
