// Fourth step: the images of the pool in their order, and where Weir keeps the machines of several.
import { CommandText } from '../command-text.tsx';
import { Section } from '../section.tsx';
import { FieldRow } from '../settings/field-row.tsx';
import { ImagesEditor } from '../settings/images-editor.tsx';
import { faultsAt } from '../settings/local-check.ts';
import { laneGroupOf, needsLanes } from './draft.ts';
import type { StepProps } from './step-props.ts';

const help =
  'The first one serves jobs that name none; a job that must have another writes the demand ImageOverride with one of its names.';

const namesHelp =
  'If this is the only image, you may leave its names empty. Several images each need a name, and so does one with a source, version, size or operating system of its own.';

export function ImagesStep(props: StepProps) {
  const { draft, faults, onChange } = props;
  return (
    <Section title="Images" className="weir-fields">
      <p>
        The image of the scale set: <bdi className="weir-anywhere">{draft.scaleSet?.image ?? 'not chosen yet'}</bdi>.{' '}
        {namesHelp}
      </p>
      <ImagesEditor
        value={draft.images}
        help={help}
        faults={faultsAt(faults, 'images')}
        onChange={(images) => onChange({ images })}
      />
      {needsLanes(draft) ? <LaneGroup {...props} /> : null}
    </Section>
  );
}

/** A scale set has one image, so Weir makes one for each; whoever may delete them must not reach the customer's own. */
function LaneGroup({ draft, faults, onChange }: StepProps) {
  const group = draft.laneGroup.trim();
  const { scaleSet } = draft;
  const region = scaleSet?.location ?? '';
  // A shell reads the brackets that a name may have as its own, unless the name is quoted; what no region is called is not put before it.
  const location = /^[\w -]+$/.test(region) ? region : 'REGION';
  const command = `az group create --name "${group}" --location "${location}" --subscription ${draft.subscription}`;
  return (
    <>
      <FieldRow
        path="laneGroup"
        label="Resource group for the machines of each image"
        help="A group only for Weir, in the subscription of your scale set. Weir makes a scale set for each image there, as a copy of yours, and deletes it again. Weir needs the role Weir lanes on this group: the page Checks of the pool says how to give it."
        faults={faultsAt(faults, 'laneGroup')}
      >
        {(ids) => (
          <input
            id={ids.id}
            className="weir-input weir-input-text"
            autoComplete="off"
            spellCheck={false}
            maxLength={90}
            aria-describedby={ids.describedBy}
            aria-invalid={ids.isInvalid}
            value={draft.laneGroup}
            onChange={({ target }) => onChange({ laneGroup: target.value })}
          />
        )}
      </FieldRow>
      {laneGroupOf(draft) === null ? null : (
        <CommandText
          label="Command: make the resource group"
          text={command}
          where="Makes it where it is not there yet"
        />
      )}
    </>
  );
}
