// One of many with what speaks for and against each: a list of radio buttons in a table.
import { useId, type ReactNode } from 'react';
import { FaultLines } from '../problem-words.tsx';
import { FieldRow } from '../settings/field-row.tsx';
import { faultsAt, type FieldFault } from '../settings/local-check.ts';

interface PickerProps<Item> {
  readonly path: string;
  readonly label: string;
  readonly help: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  readonly detailOf: (item: Item) => ReactNode;
  /** Why it cannot be chosen; null: it can. */
  readonly refusalOf: (item: Item) => string | null;
  readonly chosen: string | null;
  readonly faults: readonly FieldFault[];
  readonly onChoose: (item: Item) => void;
}

interface NothingToPickProps {
  readonly path: string;
  readonly faults: readonly FieldFault[];
  /** Why there is nothing, and what to do about it. */
  readonly children: ReactNode;
}

/** Stands there instead while there is nothing to pick from: who wants to go on hears here too what is missing. */
export function NothingToPick({ path, faults, children }: NothingToPickProps) {
  return (
    <div data-field={path} tabIndex={-1}>
      {children}
      <FaultLines faults={faultsAt(faults, path)} />
    </div>
  );
}

export function Picker<Item>(props: PickerProps<Item>) {
  const group = useId();
  const { path, label, help, items, keyOf, nameOf, detailOf, refusalOf, chosen, faults, onChoose } = props;
  return (
    <FieldRow path={path} label={label} help={help} faults={faultsAt(faults, path)} isGroup={true}>
      {() => (
        <ul className="weir-picker">
          {items.map((item) => {
            const key = keyOf(item);
            const refusal = refusalOf(item);
            const id = `${group}${key}`;
            return (
              <li key={key}>
                <input
                  type="radio"
                  id={id}
                  name={group}
                  checked={chosen === key}
                  disabled={refusal !== null}
                  aria-describedby={`${id}about`}
                  onChange={() => onChoose(item)}
                />
                <div>
                  <label htmlFor={id}>
                    <bdi>{nameOf(item)}</bdi>
                  </label>
                  <div id={`${id}about`} className="weir-secondary">
                    {detailOf(item)}
                    {refusal === null ? null : <div className="weir-anywhere">{refusal}</div>}
                  </div>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </FieldRow>
  );
}
