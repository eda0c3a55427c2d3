// What would have been with other settings: a question, its progress, and the answer as a picture and a table.
import { Button } from 'azure-devops-ui/Button';
import { useCallback, useEffect, useId, useState } from 'react';
import type { SettingsView } from '../../contract/service.ts';
import type { WhatIfPage, WhatIfRequest, WhatIfRow, WhatIfView } from '../../contract/what-if.ts';
import { Empty, Loading, ProblemMessage } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { usualPrice } from '../pool/cost.ts';
import { readAmount } from '../pool/price-draft.ts';
import type { TabProps } from '../pool/tab-props.ts';
import { usePrices } from '../pool/use-prices.ts';
import { ProblemWords } from '../problem-words.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { clockWords, dayWords } from '../time.ts';
import { replace, useLive } from '../use-live.ts';
import { ApplyForm } from './apply-form.tsx';
import { FrontChart } from './front-chart.tsx';
import { ResultTable } from './result-table.tsx';
import { rowName } from './row-words.ts';
import { WhatIfForm } from './what-if-form.tsx';
import './what-if.css';

const intervalMs = 2000;

export default function WhatIfTab({ client, detail, item }: TabProps) {
  const { name } = detail.pool;
  const read = useCallback((signal: AbortSignal) => client.whatIfs(name, signal), [client, name]);
  const { data, problem, retry } = useLive<WhatIfPage>({ read, intervalMs, join: replace });
  const [settings, setSettings] = useState<SettingsView | null>(null);
  const [refused, setRefused] = useState<HubProblem | null>(null);
  const readSettings = useCallback(() => {
    client.settings(name).then(setSettings, (cause: unknown) => setRefused(toProblem(cause)));
  }, [client, name]);
  useEffect(() => readSettings(), [readSettings]);
  const again = (): void => {
    setRefused(null);
    readSettings();
    retry();
  };
  if (data === null || settings === null) {
    const fault = problem ?? refused;
    return fault === null ? <Loading what="the what-if" /> : <ProblemMessage problem={fault} retry={again} />;
  }
  const act = (work: Promise<unknown>): void => {
    setRefused(null);
    work.then(retry, (cause: unknown) => setRefused(toProblem(cause)));
  };
  const { newest } = data;
  return (
    <>
      <Section title="Replay past jobs with other settings">
        <WhatIfForm
          page={data}
          settings={settings}
          isRunning={newest?.state === 'running'}
          time={item}
          onRun={(request: WhatIfRequest) => act(client.startWhatIf(name, request))}
        />
        <div role="alert">
          {[problem, refused].map((one) =>
            one === null ? null : (
              <p key={one.message} className="weir-inline-problem">
                <ProblemWords problem={one} />
              </p>
            ),
          )}
        </div>
      </Section>
      {newest === null ? (
        <Section title="Result">
          <Empty title="Nothing was asked yet">
            Run it, and the waiting and the machine hours of each settings stand here.
          </Empty>
        </Section>
      ) : (
        <Result
          client={client}
          pool={name}
          now={data.now}
          view={newest}
          settings={settings}
          onSettings={setSettings}
          onCancel={() => act(client.cancelWhatIf(name, newest.whatIfId))}
        />
      )}
    </>
  );
}

interface ResultProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly now: string;
  readonly view: WhatIfView;
  readonly settings: SettingsView;
  readonly onSettings: (settings: SettingsView) => void;
  readonly onCancel: () => void;
}

function Result({ client, pool, now, view, settings, onSettings, onCancel }: ResultProps) {
  const id = useId();
  const { table } = usePrices(pool);
  const kept = usualPrice(table);
  const [typed, setTyped] = useState<string | null>(null);
  // The overview asks for prices too: what was said there need not be said again.
  const price = typed ?? (kept === null ? '' : String(kept));
  const [chosen, setChosen] = useState<WhatIfRow | null>(null);
  const [said, setSaid] = useState('');
  const mayChange = settings.mayChange && !settings.isManagedByFile;
  const perHour = readAmount(price);
  const money = perHour === null ? null : { perHour, currency: table?.currency ?? '' };
  return (
    <Section title="Result" aside={<AskedAt view={view} now={now} />}>
      <div className="weir-inset">
        <Progress view={view} onCancel={onCancel} />
      </div>
      {view.rows.length === 0 ? null : (
        <>
          <div className="weir-inset weir-choice">
            <label htmlFor={id}>Price of one machine for an hour, if you want to see money</label>
            <input
              id={id}
              className="weir-input weir-what-if-number"
              inputMode="decimal"
              autoComplete="off"
              value={price}
              onChange={({ target }) => setTyped(target.value)}
            />
          </div>
          <FrontChart rows={view.rows} measured={view.measured} />
          <p className="weir-inset weir-secondary">
            Best trade-off: no other settings shown here need both less waiting and fewer machine hours.
          </p>
          <ResultTable rows={view.rows} measured={view.measured} price={money} onApply={mayChange ? setChosen : null} />
          {chosen === null ? null : (
            <ApplyForm
              key={chosen.name}
              {...{ client, pool, settings, now }}
              row={chosen}
              onClose={() => setChosen(null)}
              onNewer={onSettings}
              onSaved={(saved) => {
                onSettings(saved);
                setChosen(null);
                setSaid(`The pool has the settings of ${rowName(chosen)} now.`);
              }}
            />
          )}
          <p role="status" className="weir-inset">
            {said}
            {mayChange ? null : whyNot(settings)}
          </p>
        </>
      )}
      <Notes notes={view.notes} />
    </Section>
  );
}

function whyNot({ isManagedByFile }: SettingsView): string {
  return isManagedByFile
    ? 'Settings of this pool are changed in the configuration file of the service.'
    : 'To apply settings you need the role Administrator on this agent pool.';
}

function AskedAt({ view, now }: { readonly view: WhatIfView; readonly now: string }) {
  return (
    <span className="weir-secondary">
      asked <Moment at={view.startedAt} now={now} /> by <bdi>{view.startedBy}</bdi>
    </span>
  );
}

function Progress({ view, onCancel }: { readonly view: WhatIfView; readonly onCancel: () => void }) {
  const instant = (at: string) => `${dayWords(Date.parse(at))}, ${clockWords(Date.parse(at))}`;
  const period = view.from === null || view.to === null ? 'A file' : `${instant(view.from)} to ${instant(view.to)}`;
  return (
    <>
      <p className="weir-strong" role="status">
        {view.words}
      </p>
      <p className="weir-secondary">{period}</p>
      {view.state === 'running' ? (
        <>
          <progress
            className="weir-what-if-progress"
            aria-label="Progress of the what-if"
            max={view.of}
            value={view.done}
          />
          <Button text="Cancel" onClick={onCancel} />
        </>
      ) : null}
    </>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  return (
    <ul className="weir-secondary weir-what-if-notes">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
