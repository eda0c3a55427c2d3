// Another page has kept other prices of this pool meanwhile: both versions, and the choice which one holds.
import { Button } from 'azure-devops-ui/Button';
import { DataTable } from '../data-table.tsx';
import { Name } from '../name.tsx';
import { useUnsaved } from '../unsaved.ts';
import { priceOf, type PriceTable } from './cost.ts';
import { priceWords } from './cost-words.ts';
import { draftOf } from './price-draft.ts';

interface PriceConflictProps {
  readonly mine: PriceTable | null;
  readonly theirs: PriceTable | null;
  readonly onMine: () => void;
  readonly onTheirs: () => void;
}

interface Row {
  readonly name: string;
  readonly mine: string;
  readonly theirs: string;
}

export function PriceConflict({ mine, theirs, onMine, onTheirs }: PriceConflictProps) {
  useUnsaved('The prices are not kept yet.');
  const columns = [
    { title: 'Price', className: 'weir-wide', render: (row: Row) => <Name>{row.name}</Name> },
    { title: 'Yours', className: 'weir-number', render: (row: Row) => row.mine },
    { title: 'Kept meanwhile', className: 'weir-number', render: (row: Row) => row.theirs },
  ];
  return (
    <>
      <p role="alert" className="weir-strong">
        Other prices were kept meanwhile, on another page of yours. Nothing is lost: choose which ones hold.
      </p>
      <DataTable
        label="Both versions of the prices"
        columns={columns}
        rows={rowsOf(mine, theirs)}
        keyOf={(row) => row.name}
      />
      <div className="weir-filters">
        <Button primary={true} text="Keep mine" onClick={onMine} />
        <Button text="Take the others" onClick={onTheirs} />
      </div>
    </>
  );
}

/** Of every size that one of them names, and of all others. */
function rowsOf(mine: PriceTable | null, theirs: PriceTable | null): readonly Row[] {
  const sizes = draftOf(mine, theirs?.sizes.map((one) => one.size) ?? []).rows.map((row) => row.size);
  const words = (table: PriceTable | null, size: string | null): string => {
    const price = priceOf(table, size);
    return table === null || price === null ? 'no price' : priceWords(price, table.currency);
  };
  return [
    ...sizes.map((size) => ({ name: size, mine: words(mine, size), theirs: words(theirs, size) })),
    { name: 'All other sizes', mine: words(mine, null), theirs: words(theirs, null) },
  ];
}
