// The estimate of the cost, and the price that it stands on: typed by the person, kept for the person.
import { useId, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { usePreference } from '../preferences.tsx';
import { costWords, isPrices, readPrice } from './cost.ts';

export function CostFigure({ pool, machineHours }: { readonly pool: string; readonly machineHours: number }) {
  const { value: prices, save, isKept } = usePreference('prices', isPrices);
  const price = prices?.[pool] ?? null;
  const [isEditing, setIsEditing] = useState(false);
  return (
    <div>
      <dt className="weir-secondary">Cost, by your price</dt>
      <dd>
        {price === null ? null : <span className="weir-figure weir-nowrap">{costWords(price, machineHours)}</span>}
        {isEditing ? (
          <PriceForm
            amount={price === null ? '' : String(price.perHour)}
            currency={price?.currency ?? ''}
            onEnd={(typed) => {
              if (typed !== null) save({ ...prices, [pool]: typed });
              setIsEditing(false);
            }}
          />
        ) : (
          <div>
            <button type="button" className="weir-story" onClick={() => setIsEditing(true)}>
              {price === null ? 'Enter the price of a machine' : `${price.perHour} ${price.currency} an hour`.trim()}
            </button>
          </div>
        )}
        {isKept ? null : <div className="weir-secondary">It holds on this page only.</div>}
      </dd>
    </div>
  );
}

interface PriceFormProps {
  readonly amount: string;
  readonly currency: string;
  readonly onEnd: (typed: ReturnType<typeof readPrice>) => void;
}

function PriceForm(props: PriceFormProps) {
  const id = useId();
  const [amount, setAmount] = useState(props.amount);
  const [currency, setCurrency] = useState(props.currency);
  const [fault, setFault] = useState(false);
  return (
    <form
      className="weir-price"
      aria-label="Price of a machine"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = readPrice(amount, currency);
        if (typed === null) setFault(true);
        else props.onEnd(typed);
      }}
    >
      <label htmlFor={id}>One machine, one hour</label>
      <div className="weir-filters">
        <input
          id={id}
          className="weir-input"
          inputMode="decimal"
          size={8}
          value={amount}
          aria-invalid={fault}
          onChange={(event) => setAmount(event.target.value)}
        />
        <input
          className="weir-input"
          aria-label="Currency"
          placeholder="EUR"
          size={5}
          value={currency}
          onChange={(event) => setCurrency(event.target.value)}
        />
      </div>
      {fault ? (
        <p className="weir-fault" role="alert">
          Write a number, such as 0.096.
        </p>
      ) : null}
      <div className="weir-filters">
        <Button type="submit" text="Use this price" />
        <Button subtle={true} text="Cancel" onClick={() => props.onEnd(null)} />
      </div>
    </form>
  );
}
