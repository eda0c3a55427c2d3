// A table of ours: real table markup for screen readers, columns that leave when the page is narrow, and no more rows at
// once than a person reads. Long lists grow by a button. On a page as narrow as a phone each row is a block of lines; the roles are
// written out because a browser forgets them with the layout.
import { useState, type ReactNode } from 'react';
import { Button } from 'azure-devops-ui/Button';

export interface Column<Row> {
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  readonly className?: string;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  readonly className?: string;
}

const step = 50;

export function DataTable<Row>({ label, columns, rows, keyOf, className = '' }: DataTableProps<Row>) {
  const [limit, setLimit] = useState(step);
  const hidden = rows.length - limit;
  return (
    <>
      <table role="table" className={`weir-table ${className}`} aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.title} role="columnheader" scope="col" className={column.className}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.slice(0, limit).map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((column) => (
                <td key={column.title} role="cell" className={column.className} data-title={column.title}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 ? (
        <div className="weir-more">
          <Button
            subtle={true}
            text={`Show ${Math.min(step, hidden)} more of ${hidden}`}
            onClick={() => setLimit(limit + step)}
          />
        </div>
      ) : null}
    </>
  );
}
