// What the pool should prefer, each with what it costs. The numbers are those of docs/benchmark.md.
import { FieldRow } from './field-row.tsx';
import type { FieldFault } from './local-check.ts';
import type { Field } from './form-field.ts';

const presets = [
  {
    value: 'economy',
    name: 'Economy',
    cost: 'The fewest machines: nothing is started ahead, and an idle machine goes after seconds. Jobs wait for a boot. About 1.0 to 1.1 times the machine-hours.',
  },
  {
    value: 'balanced',
    name: 'Balanced',
    cost: 'Keeps some spares where similar hours of the past needed them. Shorter waits for about 1.2 to 1.5 times the machine-hours that the jobs need, once three days are known.',
  },
  {
    value: 'fast',
    name: 'Fast',
    cost: 'Keeps spares for nearly every job that may come. Most jobs start within a minute where there are many, for about 3 times the machine-hours that the jobs need.',
  },
] as const;

interface PresetChoiceProps {
  readonly field: Field;
  readonly value: unknown;
  readonly faults: readonly FieldFault[];
  readonly onChange: (value: string) => void;
}

export function PresetChoice({ field, value, faults, onChange }: PresetChoiceProps) {
  return (
    <FieldRow path={field.path} label={field.label} help={field.help} faults={faults} isGroup={true}>
      {({ id }) => (
        <div className="weir-presets">
          {presets.map((preset) => (
            <div key={preset.value} className="weir-preset">
              <input
                type="radio"
                id={`${id}${preset.value}`}
                name={id}
                aria-describedby={`${id}${preset.value}cost`}
                checked={value === preset.value}
                onChange={() => onChange(preset.value)}
              />
              <div>
                <label htmlFor={`${id}${preset.value}`}>{preset.name}</label>
                <p id={`${id}${preset.value}cost`} className="weir-secondary">
                  {preset.cost}
                </p>
              </div>
            </div>
          ))}
        </div>
      )}
    </FieldRow>
  );
}
