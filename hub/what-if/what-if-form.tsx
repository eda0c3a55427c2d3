// What to replay: which jobs, and the settings of one's own to put beside the presets.
import { Button } from 'azure-devops-ui/Button';
import { useId, useMemo, useState, type ReactNode } from 'react';
import type { SettingsView } from '../../contract/service.ts';
import type { SettingsEdit, WhatIfPage, WhatIfRequest } from '../../contract/what-if.ts';
import { Choice } from '../choice.tsx';
import { spanOf, type Past } from '../pool/past.ts';
import { exactWords, shortWords } from '../time.ts';
import { linkedWords, readTime, sourceNames, sources, type Source } from './asked-time.ts';
import { editOf, numbers, rules, ruleNames, type Draft, draftOf } from './draft.ts';
import { readTrace } from './trace-file.ts';

interface WhatIfFormProps {
  readonly page: WhatIfPage;
  readonly settings: SettingsView;
  readonly isRunning: boolean;
  /** Which time a link asks about: a number of days, or as the overview names it; null: it does not say. */
  readonly time: string | null;
  readonly onRun: (request: WhatIfRequest) => void;
}

export function WhatIfForm({ page, settings, isRunning, time, onRun }: WhatIfFormProps) {
  const asked = useMemo(() => readTime(time), [time]);
  // What somebody chose holds as long as the address says the same; then it follows the address again.
  const [chosen, setChosen] = useState<{ readonly time: string | null; readonly source: Source } | null>(null);
  const source = chosen?.time === time ? chosen.source : asked.source;
  const { linked } = asked;
  const [file, setFile] = useState<File | null>(null);
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings.settings));
  const [fault, setFault] = useState<string | null>(null);
  const hasJobs = page.history.from !== null || (source === 'file' && file !== null);
  const send = async (): Promise<void> => {
    const edit = editOf(draft, settings.settings);
    if (typeof edit === 'string') {
      setFault(edit);
      return;
    }
    try {
      setFault(null);
      onRun({ ...(await jobsOf(source, linked, file, page.now)), ...noneIfEmpty(edit) });
    } catch (cause) {
      setFault(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (
    <form
      className="weir-what-if-form"
      aria-label="What if"
      noValidate={true}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p className="weir-secondary">
        Weir replays jobs with Economy, Balanced, Fast, Azure DevOps’ own rule and settings of your own, and tells what
        each would have meant in waiting and machine hours. Nothing is changed by it.
      </p>
      <div className="weir-filters">
        <Choice
          label="Jobs of"
          value={source}
          choices={linked === null ? sources : ['linked', ...sources]}
          nameOf={(one) => (one === 'linked' ? linkedWords(linked) : sourceNames[one])}
          onChange={(next) => setChosen({ time, source: next })}
        />
        {source === 'file' ? <FileChoice onFile={setFile} /> : <History page={page} />}
      </div>
      <EditFields draft={draft} onChange={setDraft} />
      <span className="weir-filters">
        <Button primary={true} type="submit" disabled={isRunning || !hasJobs} text={isRunning ? 'Running' : 'Run'} />
      </span>
      <div role="alert">{fault === null ? null : <p className="weir-fault">{fault}</p>}</div>
    </form>
  );
}

function History({ page }: { readonly page: WhatIfPage }) {
  const { jobs, from, neededJobs, keptDays } = page.history;
  if (from === null)
    return (
      <span className="weir-secondary">
        Weir knows no finished job of this pool yet; {neededJobs} are needed. It keeps them for {keptDays} days.
      </span>
    );
  return (
    <span className="weir-secondary">
      Weir knows {jobs.toLocaleString()} finished {jobs === 1 ? 'job' : 'jobs'} since{' '}
      <time dateTime={from} title={exactWords(from)}>
        {shortWords(from)}
      </time>
      {jobs < neededJobs ? `; ${neededJobs} are needed` : ''}. They are kept for {keptDays} days.
    </span>
  );
}

function FileChoice({ onFile }: { readonly onFile: (file: File | null) => void }) {
  const id = useId();
  return (
    <span className="weir-choice">
      <label htmlFor={id}>File</label>
      <input
        id={id}
        type="file"
        accept=".csv,.gz,text/csv"
        aria-describedby={`${id}help`}
        onChange={({ target }) => onFile(target.files?.[0] ?? null)}
      />
      <span id={`${id}help`} className="weir-secondary">
        One job in a line: second at which it came, seconds that it ran, name of its image. Such as
        3600,240,ubuntu-22.04
      </span>
    </span>
  );
}

function EditFields({ draft, onChange }: { readonly draft: Draft; readonly onChange: (draft: Draft) => void }) {
  const id = useId();
  const check: ReactNode = (
    <label className="weir-check">
      <input
        type="checkbox"
        checked={draft.recycleAfterEachUse}
        onChange={({ target }) => onChange({ ...draft, recycleAfterEachUse: target.checked })}
      />
      A fresh machine for each job
    </label>
  );
  return (
    <fieldset className="weir-what-if-fields">
      <legend className="weir-strong">Settings of your own</legend>
      <div className="weir-filters">
        {numbers.map(({ name, label }) => (
          <span key={name} className="weir-choice">
            <label htmlFor={`${id}${name}`}>{label}</label>
            <input
              id={`${id}${name}`}
              className="weir-input weir-what-if-number"
              inputMode="numeric"
              autoComplete="off"
              value={draft[name]}
              onChange={({ target }) => onChange({ ...draft, [name]: target.value })}
            />
          </span>
        ))}
        <Choice
          label="Sizing"
          value={draft.rule}
          choices={rules}
          nameOf={(rule) => ruleNames[rule]}
          onChange={(rule) => onChange({ ...draft, rule })}
        />
        {check}
      </div>
    </fieldset>
  );
}

async function jobsOf(source: Source, linked: Past | null, file: File | null, now: string): Promise<WhatIfRequest> {
  if (source === 'linked' && linked !== null) return spanOf(linked, now);
  if (source !== 'file') {
    const to = Date.parse(now);
    return { from: new Date(to - Number(source) * 86_400_000).toISOString(), to: new Date(to).toISOString() };
  }
  if (file === null) throw new Error('Choose a file first.');
  return { trace: await readTrace(file) };
}

function noneIfEmpty(edit: SettingsEdit): Pick<WhatIfRequest, 'edit'> {
  return Object.keys(edit).length === 0 ? {} : { edit };
}
