// The history as a table: the same numbers for whoever wants to read them one by one.
import type { Series } from '../../contract/api.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { exactWords, shortWords } from '../time.ts';
import { changes, type HistoryRow } from './history.ts';

export function HistoryTable({ series }: { readonly series: Series }) {
  const column = (title: string, values: readonly number[]): Column<HistoryRow> => ({
    title,
    className: 'weir-number',
    render: (row) => values[row.index],
  });
  const columns: readonly Column<HistoryRow>[] = [
    {
      title: 'Time of change',
      className: 'weir-wide',
      render: (row) => (
        <time dateTime={row.at} title={exactWords(row.at)}>
          {shortWords(row.at)}
        </time>
      ),
    },
    column('Queued jobs', series.queued),
    column('Busy agents', series.agentsBusy),
    column('Idle agents', series.agentsIdle),
    column('Starting', series.agentsStarting),
    column('Machines', series.instances),
  ];
  return (
    <div className="weir-scroll" role="region" aria-label="History as a table" tabIndex={0}>
      <DataTable label="Queue, agents and machines" columns={columns} rows={changes(series)} keyOf={(row) => row.at} />
    </div>
  );
}
