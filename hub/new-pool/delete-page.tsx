// Deletes a pool of Weir: says what goes and what stays, asks for its name, and then shows how far it is until it is gone.
import { useCallback, useId, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { PoolDeletion } from '../../contract/new-pool.ts';
import { CommandText } from '../command-text.tsx';
import { Loading, ProblemMessage } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import { ProblemWords } from '../problem-words.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import '../settings/settings.css';
import { replace, useLive } from '../use-live.ts';
import './new-pool.css';

interface DeletePageProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly onBack: () => void;
}

const intervalMs = 2000;

export default function DeletePage({ client, pool, onBack }: DeletePageProps) {
  const read = useCallback((signal: AbortSignal) => client.deletion(pool, signal), [client, pool]);
  const { data, problem, retry } = useLive<PoolDeletion>({ read, intervalMs, join: replace });
  // What is gone answers like what was never there; only a pool that was on its way out is believed to be gone.
  const isGone = data?.isDeleting === true && problem?.code === 'POOL_NOT_FOUND';
  return (
    <PageFrame title={`Delete ${pool}`} description="A pool of Weir" onBack={onBack}>
      {data === null && problem === null ? <Loading what="what goes with the pool" /> : null}
      {problem === null || isGone ? null : <ProblemMessage problem={problem} retry={retry} />}
      {data === null ? null : isGone ? (
        <Gone pool={pool} deletion={data} onBack={onBack} />
      ) : data.isDeleting ? (
        <UnderWay deletion={data} />
      ) : (
        <Ask client={client} pool={pool} deletion={data} onBegun={retry} />
      )}
    </PageFrame>
  );
}

interface AskProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly deletion: PoolDeletion;
  readonly onBegun: () => void;
}

function Ask({ client, pool, deletion, onBegun }: AskProps) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  const begin = async (): Promise<void> => {
    setSending(true);
    try {
      await client.deletePool(pool);
      onBegun();
    } catch (cause) {
      setProblem(toProblem(cause));
      setSending(false);
    }
  };
  return (
    <Section title="What goes, and what stays" className="weir-fields">
      <Waiting deletion={deletion} />
      <h3 className="weir-strong">This goes</h3>
      <ul className="weir-stays">
        {deletion.goes.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <Stays deletion={deletion} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === pool) void begin();
        }}
      >
        <div className="weir-field">
          <label htmlFor={id}>
            Type the name of the pool, <bdi>{pool}</bdi>, to delete it
          </label>
          <input
            id={id}
            className="weir-input weir-input-text"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
        <div role="alert">
          {problem === null ? null : (
            <p className="weir-inline-problem">
              <ProblemWords problem={problem} />
            </p>
          )}
        </div>
        <p>
          <Button danger={true} type="submit" text="Delete the pool" disabled={typed !== pool || isSending} />
        </p>
      </form>
    </Section>
  );
}

function Waiting({ deletion: { waiting } }: { readonly deletion: PoolDeletion }) {
  if (waiting === 0) return null;
  return (
    <p className="weir-strong">
      {waiting === 1 ? '1 job waits' : `${waiting} jobs wait`} for this pool: nothing of Weir will run{' '}
      {waiting === 1 ? 'it' : 'them'} any more. Cancel {waiting === 1 ? 'it' : 'them'} in Azure DevOps, or let{' '}
      {waiting === 1 ? 'it' : 'them'} end first.
    </p>
  );
}

function Stays({ deletion: { stays } }: { readonly deletion: PoolDeletion }) {
  return (
    <>
      <h3 className="weir-strong">This stays</h3>
      <ul className="weir-stays">
        {stays.map(({ words, command }) => (
          <li key={words}>
            <bdi className="weir-anywhere">{words}</bdi>
            {command === null ? null : <CommandText label={`Command that removes ${words}`} text={command} />}
          </li>
        ))}
      </ul>
    </>
  );
}

function UnderWay({ deletion }: { readonly deletion: PoolDeletion }) {
  const { busy, machines, placeholders, scaleSets, validations, problems, by } = deletion;
  const left = [
    [machines, 'machine', 'machines'],
    [scaleSets, 'scale set of Weir', 'scale sets of Weir'],
    [placeholders, 'placeholder agent', 'placeholder agents'],
    [validations, 'validation', 'validations'],
  ] as const;
  const words = left.filter(([count]) => count > 0).map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return (
    <Section title="The pool is being deleted" className="weir-fields">
      <p role="status">
        {words.length === 0 ? 'Nothing of it is left; the pool itself goes now.' : `Still to go: ${words.join(', ')}.`}{' '}
        {busy === 0
          ? ''
          : `${busy === 1 ? '1 machine runs its job' : `${busy} machines run their jobs`} to the end first.`}
      </p>
      {problems.map((one) => (
        <p key={one} className="weir-inline-problem weir-anywhere">
          {one}
        </p>
      ))}
      {by === null || by === '' ? null : (
        <p className="weir-secondary">
          <bdi>{by}</bdi> asked for it. You may leave this page.
        </p>
      )}
      <Stays deletion={deletion} />
    </Section>
  );
}

function Gone({
  pool,
  deletion,
  onBack,
}: {
  readonly pool: string;
  readonly deletion: PoolDeletion;
  readonly onBack: () => void;
}) {
  return (
    <Section title="The pool is gone" className="weir-fields">
      <p role="status">
        Weir has no pool <bdi>{pool}</bdi> any more. The agent pool still exists in Azure DevOps. Delete it under
        Organization settings, Agent pools.
      </p>
      <Stays deletion={deletion} />
      <p>
        <Button text="All pools" onClick={onBack} />
      </p>
    </Section>
  );
}
