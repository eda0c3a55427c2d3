// The sections of the form, each a card, and the facts that only the configuration file may change.
import { Section } from '../section.tsx';
import { BlockedHours } from './blocked-hours.tsx';
import { valueAt, withValue, type Document } from './document.ts';
import type { Field, FormSection } from './form-field.ts';
import { ImagesEditor } from './images-editor.tsx';
import { faultsAt, type FieldFault } from './local-check.ts';
import { PlainField } from './plain-field.tsx';
import { PresetChoice } from './preset-choice.tsx';
import { ReuseField } from './reuse-field.tsx';
import { ScheduleEditor } from './schedule-editor.tsx';
import { fixedFacts, sections } from './sections.ts';

interface FormProps {
  readonly draft: Document;
  readonly faults: readonly FieldFault[];
  /** What is kept ready now: where a new schedule begins. */
  readonly standby: number;
  readonly onChange: (draft: Document) => void;
}

export function FormSections(props: FormProps) {
  return (
    <>
      {sections.map((section) => (
        <FormCard key={section.title} section={section} {...props} />
      ))}
    </>
  );
}

function FormCard({ section, ...props }: FormProps & { readonly section: FormSection }) {
  return (
    <Section title={section.title} className="weir-fields">
      <p className="weir-secondary">{section.about}</p>
      {section.fields.map((field) => (
        <FormField key={field.path} field={field} {...props} />
      ))}
    </Section>
  );
}

export function FormField({ field, draft, faults, standby, onChange }: FormProps & { readonly field: Field }) {
  const value = valueAt(draft, field.path);
  const own = faultsAt(faults, field.path);
  const set = (next: unknown): void => onChange(withValue(draft, field.path, next));
  switch (field.path) {
    case 'recycleAfterEachUse':
      return (
        <ReuseField
          field={field}
          document={draft}
          faults={faults}
          onChange={(change) => onChange({ ...draft, ...change })}
        />
      );
    case 'sizing.preset':
      return <PresetChoice field={field} value={value} faults={own} onChange={set} />;
    case 'schedule':
      return <ScheduleEditor field={field} value={value} standby={standby} faults={own} onChange={set} />;
    case 'disruption.blocked':
      return <BlockedHours field={field} value={value} faults={own} onChange={set} />;
    case 'images':
      return (
        <ImagesEditor
          value={value}
          help={field.help}
          faults={[...own, ...faultsAt(faults, 'laneResourceGroup')]}
          onChange={set}
        />
      );
    default:
      return <PlainField field={field} value={value} faults={own} onChange={set} />;
  }
}

/** Whose pool it is, and whose machines. */
export function FixedFacts({ draft }: { readonly draft: Document }) {
  return (
    <Section title="Fixed" className="weir-fields">
      <p className="weir-secondary">
        Whoever manages one pool must not reach another through it, so only the configuration file of the service may
        change these.
      </p>
      <dl className="weir-facts">
        {fixedFacts.map(([name, label]) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>{plainText(draft[name])}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'none';
}
