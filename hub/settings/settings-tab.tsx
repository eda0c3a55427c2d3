// The settings of a pool as a form: drawn from the contract, saved from the revision that was read, and read-only with the
// reason where somebody may not change them here.
import { Button } from 'azure-devops-ui/Button';
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { useEffect, useRef } from 'react';
import type { SettingsView } from '../../contract/service.ts';
import { Loading, ProblemMessage } from '../messages.tsx';
import type { TabProps } from '../pool/tab-props.ts';
import { useUnsaved } from '../unsaved.ts';
import { ConflictCard } from './conflict-card.tsx';
import { cleaned, isSame, valueAt, type Document } from './document.ts';
import { membersOf } from './form-field.ts';
import { localFaults, type FieldFault } from './local-check.ts';
import { focusFirstFault } from './first-fault.ts';
import { FixedFacts, FormSections } from './form-sections.tsx';
import { OutcomeMessage } from './outcome-message.tsx';
import { checkedPaths, fields } from './sections.ts';
import './settings.css';
import { useSettings, type Settings } from './use-settings.ts';

export default function SettingsTab({ client, detail }: TabProps) {
  const settings = useSettings(client, detail.pool.name);
  const { base, draft, problem, read } = settings;
  const changed = base === null ? [] : changedFields(base.settings, draft);
  useUnsaved(
    changed.length === 0
      ? null
      : `Not saved yet: ${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ` and ${changed.length - 3} more` : ''}.`,
  );
  if (base === null)
    return problem === null ? <Loading what="the settings" /> : <ProblemMessage problem={problem} retry={read} />;
  const { now, pool } = detail;
  return <SettingsForm {...{ settings, base, changed, now }} standby={pool.standby} />;
}

interface SettingsFormProps {
  readonly settings: Settings;
  readonly base: SettingsView;
  readonly changed: readonly string[];
  /** The service's clock. */
  readonly now: string;
  readonly standby: number;
}

function SettingsForm({ settings, base, changed, now, standby }: SettingsFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const { draft, outcome, isSaving } = settings;
  const reason = readOnlyReason(base);
  const told = outcome?.kind === 'faults' ? outcome.faults : [];
  const faults = allFaults(localFaults(draft, checkedPaths), told);
  const isConflict = outcome?.kind === 'conflict';
  const attempt = outcome?.kind === 'faults' ? outcome.attempt : null;
  useEffect(() => {
    if (attempt !== null) focusFirstFault(form.current);
  }, [attempt]);
  return (
    <form
      ref={form}
      className="weir-settings"
      noValidate={true}
      aria-label="Settings of the pool"
      onSubmit={(event) => {
        event.preventDefault();
        void settings.save();
      }}
    >
      {reason === null ? null : (
        <MessageCard severity={MessageCardSeverity.Info}>
          <span className="weir-anywhere">{reason}</span>
        </MessageCard>
      )}
      {isConflict ? <ConflictCard {...{ base, draft, now }} theirs={outcome.theirs} onMerged={settings.adopt} /> : null}
      <fieldset className="weir-bare" disabled={reason !== null || isSaving || isConflict}>
        <FormSections draft={draft} faults={faults} standby={standby} onChange={settings.change} />
      </fieldset>
      <FixedFacts draft={draft} />
      {reason === null && !isConflict ? (
        <div className="weir-save">
          <Button
            type="submit"
            primary={true}
            disabled={isSaving || changed.length === 0}
            text={isSaving ? 'Saving' : 'Save'}
          />
          <Button
            text="Discard"
            disabled={isSaving || changed.length === 0}
            onClick={() => settings.adopt(base, base.settings)}
          />
          <OutcomeMessage outcome={outcome} faults={faults} changed={changed} />
        </div>
      ) : null}
    </form>
  );
}

/** Null where the person may change them here. A service of the version before says nothing of rights: then saving tells. */
function readOnlyReason({ isManagedByFile, mayChange }: SettingsView): string | null {
  if (isManagedByFile)
    return 'This pool stands in the configuration file of the service (weir.yaml), so it is changed there: edit the file and start the service again. This page shows what is in force.';
  if ((mayChange as boolean | undefined) === false)
    return 'You may look at these settings and not change them: that needs the role Administrator on this agent pool. Ask one of its administrators.';
  return null;
}

/** Words of the service first: they say more. */
function allFaults(local: readonly FieldFault[], told: readonly FieldFault[]): readonly FieldFault[] {
  const own = local.filter(({ field }) => !told.some((one) => one.field === field));
  return [...told, ...own];
}

function changedFields(base: Document, draft: Document): readonly string[] {
  const now = cleaned(draft);
  return fields
    .filter((field) => membersOf(field).some((path) => !isSame(valueAt(base, path), valueAt(now, path))))
    .map(({ label }) => label);
}
