// The table of prices as fields: the currency, a price for each size, one for all others.
import { useId, useRef, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { useUnsaved } from '../unsaved.ts';
import type { PriceTable } from './cost.ts';
import { draftOf, isChanged, readDraft, type PriceDraft, type PriceFaults, type PriceRow } from './price-draft.ts';

interface PriceFormProps {
  readonly table: PriceTable | null;
  /** Sizes that the pool has shown. */
  readonly sizes: readonly string[];
  readonly onSave: (table: PriceTable | null) => void;
  readonly onCancel: () => void;
}

const none: PriceFaults = new Map();

export function PriceForm({ table, sizes, onSave, onCancel }: PriceFormProps) {
  const [begin] = useState<PriceDraft>(() => draftOf(table, sizes));
  const [draft, setDraft] = useState(begin);
  useUnsaved(isChanged(draft, begin) ? 'The prices are not kept yet.' : null);
  const [faults, setFaults] = useState<PriceFaults>(none);
  const form = useRef<HTMLFormElement>(null);
  const change = (row: PriceRow) =>
    setDraft({ ...draft, rows: draft.rows.map((one) => (one.key === row.key ? row : one)) });
  // What is to be focused is drawn first.
  const focus = (name: string) =>
    setTimeout(() => {
      const field = form.current?.elements.namedItem(name);
      if (field instanceof HTMLElement) field.focus();
    });
  const add = () => {
    const key = `new ${draft.rows.length}`;
    setDraft({ ...draft, rows: [...draft.rows, { key, size: '', isKnown: false, amount: '' }] });
    focus(`size ${key}`);
  };
  const send = () => {
    const read = readDraft(draft);
    if ('table' in read) onSave(read.table);
    else {
      setFaults(read.faults);
      const [first] = read.faults.keys();
      if (first !== undefined) focus(first);
    }
  };
  return (
    <form
      ref={form}
      className="weir-prices weir-inset"
      aria-label="Prices of machines"
      noValidate={true}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p className="weir-secondary">
        What one machine costs in an hour. Leave a price empty, and the price of all other sizes holds. Weir does not
        read Azure’s prices: it keeps what you type, for you alone.
      </p>
      <Field
        {...{ name: 'currency', label: 'Currency', faults, value: draft.currency, placeholder: 'EUR', size: 8 }}
        onChange={(currency) => setDraft({ ...draft, currency })}
      />
      {draft.rows.map((row) => (
        <SizeFields key={row.key} {...{ row, faults }} onChange={change} />
      ))}
      <Field
        {...{ name: 'fallback', label: 'All other sizes', faults, value: draft.fallback, size: 8, isAmount: true }}
        onChange={(fallback) => setDraft({ ...draft, fallback })}
      />
      <div className="weir-filters">
        <Button type="submit" primary={true} text="Use these prices" />
        <Button text="Add a size" onClick={add} />
        <Button subtle={true} text="Cancel" onClick={onCancel} />
      </div>
    </form>
  );
}

interface SizeFieldsProps {
  readonly row: PriceRow;
  readonly faults: PriceFaults;
  readonly onChange: (row: PriceRow) => void;
}

function SizeFields({ row, faults, onChange }: SizeFieldsProps) {
  return (
    <>
      {row.isKnown ? null : (
        <Field
          {...{ name: `size ${row.key}`, label: 'Name of the size', faults, value: row.size, size: 24 }}
          placeholder="Standard_D4s_v5"
          onChange={(size) => onChange({ ...row, size })}
        />
      )}
      <Field
        {...{ name: `price ${row.key}`, faults, value: row.amount, size: 8, isAmount: true }}
        label={row.isKnown ? row.size : 'Its price'}
        onChange={(amount) => onChange({ ...row, amount })}
      />
    </>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly size: number;
  readonly faults: PriceFaults;
  readonly placeholder?: string;
  readonly isAmount?: boolean;
  readonly onChange: (value: string) => void;
}

function Field({ name, label, value, size, faults, placeholder, isAmount = false, onChange }: FieldProps) {
  const id = useId();
  const fault = faults.get(name);
  return (
    <div className="weir-price">
      <label htmlFor={id} className="weir-anywhere">
        <bdi>{label}</bdi>
      </label>
      <input
        {...{ id, name, size, value, placeholder }}
        className="weir-input"
        autoComplete="off"
        spellCheck={false}
        {...(isAmount ? { inputMode: 'decimal' as const } : {})}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}fault`}
        onChange={({ target }) => onChange(target.value)}
      />
      <span id={`${id}fault`} className="weir-fault">
        {fault ?? ''}
      </span>
    </div>
  );
}
