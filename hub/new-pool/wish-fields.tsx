// The fields of a wish: a name that is typed, and one of a list.
import { useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly help?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function TextField({ label, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className="weir-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="weir-input weir-input-text"
        autoComplete="off"
        spellCheck={false}
        maxLength={90}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}

interface SelectProps extends FieldProps {
  readonly options: readonly (readonly [value: string, name: string])[];
}

export function SelectField({ label, help = '', value, options, onChange }: SelectProps) {
  const id = useId();
  return (
    <div className="weir-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} aria-describedby={`${id}help`} value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
      <p id={`${id}help`} className="weir-secondary weir-field-help">
        {help}
      </p>
    </div>
  );
}
