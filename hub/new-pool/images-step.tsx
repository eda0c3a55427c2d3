// Fourth step: what jobs call the image. One is enough to begin; more come in the settings of the pool.
import { Section } from '../section.tsx';
import { FieldRow } from '../settings/field-row.tsx';
import { faultsAt } from '../settings/local-check.ts';
import type { StepProps } from './step-props.ts';

export function ImagesStep({ draft, faults, onChange }: StepProps) {
  return (
    <Section title="Images" className="weir-fields">
      <p>
        Machines are made of the image of the scale set: <bdi>{draft.scaleSet?.image ?? 'not chosen yet'}</bdi>.
      </p>
      <FieldRow
        path="aliases"
        label="Names of this image"
        help="A job that must have this image writes the demand ImageOverride with one of them, such as ubuntu-22.04. Several are separated by commas. Empty: jobs name no image. Further images are added in the settings of the pool."
        faults={faultsAt(faults, 'aliases')}
      >
        {(ids) => (
          <input
            id={ids.id}
            className="weir-input weir-input-text"
            autoComplete="off"
            spellCheck={false}
            aria-describedby={ids.describedBy}
            aria-invalid={ids.isInvalid}
            value={draft.aliases}
            onChange={({ target }) => onChange({ aliases: target.value })}
          />
        )}
      </FieldRow>
    </Section>
  );
}
