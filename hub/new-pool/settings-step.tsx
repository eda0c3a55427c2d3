// Third step: what the pool is called and how large it is. Everything else has a default and stands in its settings later.
import { useCallback } from 'react';
import { ProblemMessage } from '../messages.tsx';
import { Section } from '../section.tsx';
import { valueAt, withValue } from '../settings/document.ts';
import { FieldRow } from '../settings/field-row.tsx';
import { FormField } from '../settings/form-sections.tsx';
import { faultsAt } from '../settings/local-check.ts';
import { textOf } from '../settings/plain-field.tsx';
import { fields } from '../settings/sections.ts';
import { settingsPaths } from './draft.ts';
import type { StepProps } from './step-props.ts';
import { useAnswer } from './use-answer.ts';

export function SettingsStep(props: StepProps) {
  const { draft, faults, onChange } = props;
  const { settings } = draft;
  return (
    <Section title="Settings" className="weir-fields">
      <FieldRow
        path="name"
        label="Name of the pool"
        help="Pipelines choose the pool by this name, and people read it in lists. It cannot be changed later."
        faults={faultsAt(faults, 'name')}
      >
        {(ids) => (
          <input
            id={ids.id}
            className="weir-input weir-input-text"
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            aria-describedby={ids.describedBy}
            aria-invalid={ids.isInvalid}
            value={textOf(settings.name)}
            onChange={({ target }) => onChange({ settings: { ...settings, name: target.value } })}
          />
        )}
      </FieldRow>
      <ProjectField {...props} />
      {settingsPaths.map((path) => {
        const field = fields.find((one) => one.path === path);
        return field === undefined ? null : (
          <FormField
            key={path}
            field={field}
            draft={settings}
            faults={faults}
            standby={Number(valueAt(settings, 'desiredIdle') ?? 0)}
            onChange={(next) => onChange({ settings: withValue(next, 'name', settings.name) })}
          />
        );
      })}
    </Section>
  );
}

/** In the settings of a project it is that project; in those of the organization somebody chooses. */
function ProjectField({ azureDevOps, draft, faults, onChange }: StepProps) {
  const ask = useCallback(() => azureDevOps.projects(), [azureDevOps]);
  const { data, problem, again } = useAnswer(ask);
  if (problem !== null) return <ProblemMessage problem={problem} retry={again} />;
  const names = data ?? (draft.project === '' ? [] : [draft.project]);
  return (
    <FieldRow
      path="project"
      label="Project whose pipelines use it"
      help="Weir makes a queue for the pool there, in your name. Other projects add theirs under Agent pools."
      faults={faultsAt(faults, 'project')}
    >
      {(ids) => (
        <select
          id={ids.id}
          aria-describedby={ids.describedBy}
          value={draft.project}
          onChange={({ target }) => onChange({ project: target.value })}
        >
          {draft.project === '' ? <option value="">Choose a project</option> : null}
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </FieldRow>
  );
}
