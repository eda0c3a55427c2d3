// Which demand fails on which agent or image, and what it has instead.
import type { NearMissView } from '../../contract/diagnosis.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Name } from '../name.tsx';

export function NearMisses({ rows }: { readonly rows: readonly NearMissView[] }) {
  return (
    <DataTable
      label="What each agent and image lacks"
      columns={columns}
      rows={rows}
      keyOf={(row) => `${row.of} ${row.name}`}
      className="weir-near-misses"
    />
  );
}

const columns: readonly Column<NearMissView>[] = [
  {
    title: 'Agent or image',
    className: 'weir-agent',
    render: (row) => (
      <>
        <Name>{row.name === '' ? 'A new machine' : row.name}</Name>
        <div className="weir-secondary">{row.of === 'image' ? imageWords(row.state) : `agent, ${row.state}`}</div>
      </>
    ),
  },
  {
    title: 'Does not meet',
    className: 'weir-wide',
    render: (row) =>
      row.fails.length === 0 ? (
        'Nothing: it meets every demand.'
      ) : (
        <ul className="weir-demands">
          {row.fails.map(({ demand, has }) => (
            <li key={demand}>
              <code>{demand}</code>{' '}
              <span className="weir-secondary">{has === null ? 'not set' : <bdi>{`has ${has}`}</bdi>}</span>
            </li>
          ))}
        </ul>
      ),
  },
];

/** Placeholders are offline agents: of an image that says nothing. */
function imageWords(state: string): string {
  if (state === 'no placeholder yet') return 'image, no placeholder agent stands for it yet';
  if (state === 'never seen') return 'image, no machine of it was seen yet: its tools are not known';
  return 'image, can be started';
}
