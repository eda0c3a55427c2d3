// Machine hours and what they cost, by size and by image, for the time that is looked at.
import { useRef, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty } from '../messages.tsx';
import { Name } from '../name.tsx';
import { Section } from '../section.tsx';
import { hoursWords } from '../time.ts';
import { useUnsaved } from '../unsaved.ts';
import { costOf, groupsBy, priceOf, type MachineUse, type PriceTable, type UseGroup } from './cost.ts';
import { imageName, moneyWords, priceWords, sizeName, spentWords, unpricedWords } from './cost-words.ts';
import './cost.css';
import { PriceConflict } from './price-conflict.tsx';
import { PriceForm } from './price-form.tsx';
import type { PoolPrices } from './use-prices.ts';

interface CostCardProps {
  /** Null: they are not known yet. */
  readonly uses: readonly MachineUse[] | null;
  readonly prices: PoolPrices;
  /** Which time it is, in words. */
  readonly when: string;
}

const untyped = 'Enter what your machines cost, and money stands here.';
const unread =
  'What you typed before could not be read. Prices can be typed once it is: else they would take its place.';

export function CostCard({ uses, prices, when }: CostCardProps) {
  const [isEditing, setIsEditing] = useState(false);
  const { table, reading, again, isKept, save, isSaving, overtaken, yieldToOthers } = prices;
  // Somebody who leaves before the host has answered would never hear that it kept nothing.
  useUnsaved(isSaving ? 'The prices are not kept yet.' : null);
  const isUnread = reading === 'failed';
  const head = useRef<HTMLDivElement>(null);
  // What is being typed stays, also while another time is asked for.
  if (uses === null && !isEditing && !isSaving && overtaken === null) return null;
  const end = () => {
    setIsEditing(false);
    // The form is gone with what was focused in it: back to where it began.
    setTimeout(() => head.current?.querySelector('button')?.focus());
  };
  const missing = table === null || uses === null ? '' : unpricedWords(table, uses);
  return (
    <Section title="Cost by size and image" aside={<span className="weir-secondary">{when}</span>}>
      {isEditing ? (
        <PriceForm
          table={table}
          sizes={groupsBy('size', uses ?? []).flatMap(({ name }) => name ?? [])}
          onCancel={end}
          onSave={(typed) => {
            save(typed);
            end();
          }}
        />
      ) : (
        <div className="weir-inset weir-money" ref={head}>
          <p>{isUnread ? unread : table === null ? untyped : spentWords(table, uses ?? [])}</p>
          {overtaken === null ? null : (
            <PriceConflict
              mine={overtaken.mine}
              theirs={table}
              onMine={() => {
                save(overtaken.mine);
                end();
              }}
              onTheirs={() => {
                yieldToOthers();
                end();
              }}
            />
          )}
          {missing === '' ? null : <p className="weir-strong">{missing}</p>}
          {isKept ? null : <p className="weir-secondary">Your prices hold on this page only: they were not kept.</p>}
          <Button
            text={
              isSaving
                ? 'Keeping the prices'
                : isUnread
                  ? 'Read again'
                  : table === null
                    ? 'Enter prices'
                    : 'Change prices'
            }
            disabled={reading === 'reading' || isSaving || overtaken !== null}
            onClick={() => (isUnread ? again() : setIsEditing(true))}
          />
        </div>
      )}
      {uses === null ? null : <Costs uses={uses} table={table} />}
    </Section>
  );
}

function Costs({ uses, table }: { readonly uses: readonly MachineUse[]; readonly table: PriceTable | null }) {
  if (uses.length === 0)
    return <Empty title="No machine ran in this time">Machine hours stand here as soon as there are some.</Empty>;
  return (
    <div className="weir-beside weir-halves weir-costs">
      <DataTable
        label="Cost by size"
        columns={columnsOf('Size', sizeName, table, uses)}
        rows={groupsBy('size', uses)}
        keyOf={({ name }) => name ?? ''}
      />
      <DataTable
        label="Cost by image"
        columns={columnsOf('Image', imageName, table, uses)}
        rows={groupsBy('image', uses)}
        keyOf={({ name }) => name ?? ' '}
      />
    </div>
  );
}

function columnsOf(
  title: 'Size' | 'Image',
  nameOf: (name: string | null) => string,
  table: PriceTable | null,
  uses: readonly MachineUse[],
): readonly Column<UseGroup>[] {
  const hours = (name: string, of: (group: UseGroup) => number | null, more = ''): Column<UseGroup> => ({
    title: name,
    className: `weir-number${more}`,
    render: (group) => hoursWords(of(group) ?? 0),
  });
  const isSplit = uses.every((use) => use.idleHours !== null);
  return [
    {
      title,
      className: 'weir-wide',
      render: (group) => (
        <>
          <Name>{nameOf(group.name)}</Name>
          {title === 'Size' ? <div className="weir-secondary">{ownPrice(table, group.name)}</div> : null}
        </>
      ),
    },
    hours('Hours', (group) => group.hours.machineHours),
    hours('Busy', (group) => group.hours.busyHours),
    ...(isSplit
      ? [
          hours('Idle', (group) => group.hours.idleHours, ' weir-optional'),
          hours('Booting', (group) => group.hours.bootingHours, ' weir-optional'),
        ]
      : []),
    { title: 'Cost', className: 'weir-number', render: ({ uses }) => <Money table={table} uses={uses} /> },
  ];
}

/** "0.2 EUR an hour"; empty where nobody has typed any price. */
function ownPrice(table: PriceTable | null, size: string | null): string {
  const price = priceOf(table, size);
  return table === null || price === null ? '' : `${priceWords(price, table.currency)} an hour`;
}

function Money({ table, uses }: { readonly table: PriceTable | null; readonly uses: readonly MachineUse[] }) {
  const { amount, pricedHours, unpricedHours } = costOf(table, uses);
  if (table === null || pricedHours === 0) return <span className="weir-secondary">no price</span>;
  return (
    <>
      {moneyWords(amount, table.currency)}
      {unpricedHours === 0 ? null : (
        <div className="weir-secondary">without {hoursWords(unpricedHours)} h that have no price</div>
      )}
    </>
  );
}
