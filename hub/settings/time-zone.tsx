// The choice of a time zone, with the person's own one near: all that the browser knows, and what stands there already.
import { useId } from 'react';

interface TimeZoneChoiceProps {
  readonly value: string;
  readonly onChange: (zone: string) => void;
}

export function TimeZoneChoice({ value, onChange }: TimeZoneChoiceProps) {
  const id = useId();
  return (
    <span className="weir-choice">
      <label htmlFor={id}>Time zone</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {zones(value).map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </select>
    </span>
  );
}

export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A zone that this browser does not list may still be one that the service knows. */
function zones(current: string): readonly string[] {
  return [...new Set([current, ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
}
