// One question with two places in the settings: a fresh machine for every job, or machines that stay. They are changed
// together, because settings that contradict themselves are refused.
import { FieldRow } from './field-row.tsx';
import { isDocument, type Document } from './document.ts';
import { faultsAt, type FieldFault } from './local-check.ts';
import { textOf, toNumber } from './plain-field.tsx';
import { boundsWords, schemaAt } from './schema-at.ts';
import type { Field } from './form-field.ts';

interface ReuseFieldProps {
  readonly field: Field;
  readonly document: Document;
  readonly faults: readonly FieldFault[];
  readonly onChange: (change: Document) => void;
}

const parts = [
  {
    name: 'maxAgentLifetimeHours',
    label: 'Longest life of an agent',
    help: 'An agent that is older is replaced as soon as it is free.',
    unit: 'hours',
  },
  {
    name: 'gracePeriodMinutes',
    label: 'Time that an agent stays after its last job',
    help: 'So long it keeps its tag and its folders for the next job, even where nothing waits.',
    unit: 'minutes',
  },
] as const;

export function ReuseField({ field, document, faults, onChange }: ReuseFieldProps) {
  const isFresh = document.recycleAfterEachUse !== false;
  const profile = isDocument(document.profile) ? document.profile : {};
  const own = faults.filter((fault) => fault.field === 'recycleAfterEachUse' || fault.field === 'profile');
  return (
    <>
      <FieldRow path={field.path} label={field.label} help={field.help} faults={own}>
        {(ids) => (
          <input
            id={ids.id}
            type="checkbox"
            role="switch"
            aria-describedby={ids.describedBy}
            checked={isFresh}
            onChange={({ target }) =>
              onChange({
                recycleAfterEachUse: target.checked,
                profile: target.checked ? { kind: 'stateless' } : freshStateful(),
              })
            }
          />
        )}
      </FieldRow>
      {isFresh
        ? null
        : parts.map(({ name, label, help, unit }) => (
            <FieldRow
              key={name}
              path={`profile.${name}`}
              label={label}
              help={help}
              bounds={`${unit}, ${boundsWords(schemaAt(`profile.${name}`))}`}
              faults={faultsAt(faults, `profile.${name}`)}
            >
              {(ids) => (
                <input
                  id={ids.id}
                  className="weir-input weir-input-number"
                  inputMode="numeric"
                  aria-describedby={ids.describedBy}
                  aria-invalid={ids.isInvalid}
                  value={textOf(profile[name])}
                  onChange={({ target }) => onChange({ profile: { ...profile, [name]: toNumber(target.value) } })}
                />
              )}
            </FieldRow>
          ))}
    </>
  );
}

function freshStateful(): Document {
  const fallback = (name: string): unknown => schemaAt(`profile.${name}`).default;
  return {
    kind: 'stateful',
    maxAgentLifetimeHours: fallback('maxAgentLifetimeHours'),
    gracePeriodMinutes: fallback('gracePeriodMinutes'),
  };
}
