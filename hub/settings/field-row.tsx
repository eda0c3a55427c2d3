// One field of the form: its name, the control, the unit and the bounds, what it means, and what is wrong with it. A screen
// reader hears them in this order.
import { useId, type ReactNode } from 'react';
import { FaultLines } from '../problem-words.tsx';
import type { FieldFault } from './local-check.ts';

export interface ControlIds {
  readonly id: string;
  readonly describedBy: string;
  readonly isInvalid: boolean;
}

interface FieldRowProps {
  readonly path: string;
  readonly label: string;
  readonly help: string;
  readonly bounds?: string;
  readonly faults: readonly FieldFault[];
  /** Several controls under one name. */
  readonly isGroup?: boolean;
  readonly children: (ids: ControlIds) => ReactNode;
}

export function FieldRow({ path, label, help, bounds = '', faults, isGroup = false, children }: FieldRowProps) {
  const id = useId();
  const isInvalid = faults.length > 0;
  const ids = { id, describedBy: `${id}help ${id}fault`, isInvalid };
  const rest = (
    <>
      <div className="weir-field-control">
        {children(ids)}
        {bounds === '' ? null : <span className="weir-secondary">{bounds}</span>}
      </div>
      <p id={`${id}help`} className="weir-secondary weir-field-help">
        {help}
      </p>
      <FaultLines id={`${id}fault`} faults={faults} />
    </>
  );
  return isGroup ? (
    <fieldset className="weir-field" data-field={path} aria-describedby={ids.describedBy} tabIndex={-1}>
      <legend>{label}</legend>
      {rest}
    </fieldset>
  ) : (
    <div className="weir-field" data-field={path}>
      <label htmlFor={id}>{label}</label>
      {rest}
    </div>
  );
}
