// Hours in which no machine goes by choice of the pool: on which days they begin, from when to when, in which time zone.
import { useId } from 'react';
import { isDocument, type Document } from './document.ts';
import { FieldRow } from './field-row.tsx';
import type { Field } from './form-field.ts';
import type { FieldFault } from './local-check.ts';
import { textOf } from './plain-field.tsx';
import { ownZone, TimeZoneChoice } from './time-zone.tsx';
import { dayNames } from './week-grid.tsx';

interface BlockedHoursProps {
  readonly field: Field;
  readonly value: unknown;
  readonly faults: readonly FieldFault[];
  readonly onChange: (blocked: Document | null) => void;
}

export function BlockedHours({ field, value, faults, onChange }: BlockedHoursProps) {
  const blocked = isDocument(value) ? value : null;
  return (
    <FieldRow path={field.path} label={field.label} help={field.help} faults={faults} isGroup={true}>
      {() => (
        <div className="weir-schedule">
          <label className="weir-check">
            <input
              type="checkbox"
              role="switch"
              checked={blocked !== null}
              onChange={({ target }) => onChange(target.checked ? workingDay() : null)}
            />
            Some hours are blocked
          </label>
          {blocked === null ? null : <Hours blocked={blocked} onChange={onChange} />}
        </div>
      )}
    </FieldRow>
  );
}

function Hours({ blocked, onChange }: { readonly blocked: Document; readonly onChange: (next: Document) => void }) {
  const id = useId();
  const days = Array.isArray(blocked.days) ? blocked.days.map(String) : dayNames.map(inSettings);
  const clock = (name: 'from' | 'to', label: string) => (
    <span className="weir-choice">
      <label htmlFor={`${id}${name}`}>{label}</label>
      <input
        id={`${id}${name}`}
        type="time"
        className="weir-input"
        value={textOf(blocked[name])}
        onChange={({ target }) => onChange({ ...blocked, [name]: target.value })}
      />
    </span>
  );
  return (
    <>
      <div className="weir-filters">
        {clock('from', 'From')}
        {clock('to', 'To')}
        <TimeZoneChoice
          value={textOf(blocked.timeZone) || 'UTC'}
          onChange={(timeZone) => onChange({ ...blocked, timeZone })}
        />
      </div>
      <div className="weir-filters" role="group" aria-label="Days on which they begin">
        {dayNames.map((name) => (
          <label key={name} className="weir-check">
            <input
              type="checkbox"
              checked={days.includes(inSettings(name))}
              onChange={({ target }) =>
                onChange({ ...blocked, days: daysWith(days, inSettings(name), target.checked) })
              }
            />
            {name}
          </label>
        ))}
      </div>
    </>
  );
}

function workingDay(): Document {
  return { timeZone: ownZone(), days: dayNames.slice(0, 5).map(inSettings), from: '08:00', to: '18:00' };
}

/** In the order of the week, so that a day that is taken out and put back changes nothing. */
function daysWith(days: readonly string[], day: string, isIn: boolean): readonly string[] {
  return sundayFirst.filter((one) => (one === day ? isIn : days.includes(one)));
}

function inSettings(day: string): string {
  return day.toLowerCase();
}

const sundayFirst = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
