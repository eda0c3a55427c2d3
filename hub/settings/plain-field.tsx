// A field with one value: a number, a switch, a choice or a text, drawn from what the contract says of it.
import { FieldRow, type ControlIds } from './field-row.tsx';
import { faultsAt, type FieldFault } from './local-check.ts';
import { boundsWords, schemaAt, withoutNull } from './schema-at.ts';
import type { Field } from './form-field.ts';

interface PlainFieldProps {
  readonly field: Field;
  readonly value: unknown;
  readonly faults: readonly FieldFault[];
  readonly onChange: (value: unknown) => void;
}

export function PlainField({ field, value, faults, onChange }: PlainFieldProps) {
  const bounds = [field.unit ?? '', boundsWords(schemaAt(field.path))].filter((part) => part !== '').join(', ');
  return (
    <FieldRow
      path={field.path}
      label={field.label}
      help={field.help}
      bounds={bounds}
      faults={faultsAt(faults, field.path)}
    >
      {(ids) => <Control field={field} value={value} ids={ids} onChange={onChange} />}
    </FieldRow>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly value: unknown;
  readonly ids: ControlIds;
  readonly onChange: (value: unknown) => void;
}

function Control({ field, value, ids, onChange }: ControlProps) {
  const schema = withoutNull(schemaAt(field.path));
  const common = { id: ids.id, 'aria-describedby': ids.describedBy };
  switch (field.control) {
    case 'flag':
      return (
        <input
          {...common}
          type="checkbox"
          role="switch"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      );
    case 'choice':
      return (
        <select {...common} value={textOf(value)} onChange={(event) => onChange(event.target.value)}>
          {(schema.enum ?? []).map((one) => (
            <option key={one} value={one}>
              {field.names?.[one] ?? one}
            </option>
          ))}
        </select>
      );
    case 'lines':
    case 'script':
      return (
        <textarea
          {...common}
          rows={field.control === 'script' ? 6 : 3}
          aria-invalid={ids.isInvalid}
          spellCheck={false}
          value={field.control === 'script' ? textOf(value) : linesOf(value)}
          onChange={({ target }) => onChange(field.control === 'script' ? orNull(target.value) : toLines(target.value))}
        />
      );
    default:
      return <TextInput field={field} value={value} ids={ids} onChange={onChange} />;
  }
}

function TextInput({ field, value, ids, onChange }: ControlProps) {
  const isNumber = field.control === 'number' || field.control === 'amount';
  const isNullable = schemaAt(field.path).anyOf !== undefined || field.control === 'amount';
  return (
    <input
      id={ids.id}
      aria-describedby={ids.describedBy}
      aria-invalid={ids.isInvalid}
      className={isNumber ? 'weir-input weir-input-number' : 'weir-input weir-input-text'}
      inputMode={isNumber ? 'numeric' : 'text'}
      autoComplete="off"
      spellCheck={false}
      value={textOf(value)}
      onChange={({ target }) => {
        if (target.value === '' && isNullable) onChange(null);
        else onChange(isNumber ? toNumber(target.value) : target.value);
      }}
    />
  );
}

/** What is no number stays as it was typed, so that nothing disappears under the person's hands. */
export function toNumber(text: string): number | string {
  const trimmed = text.trim();
  return /^\d{1,12}(\.\d{1,3})?$/.test(trimmed) && !trimmed.endsWith('.') ? Number(trimmed) : text;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

/** Empty lines are kept while somebody types: they go when the settings are sent. */
function toLines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

function linesOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join('\n') : '';
}
