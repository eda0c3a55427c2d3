// The checks of the pool's scale set, read from Azure each time: what is wrong, why it matters, the command, and Fix it.
import { Button } from 'azure-devops-ui/Button';
import { useCallback, useState } from 'react';
import type { ChecksView, SetCheckView } from '../../contract/checks.ts';
import { Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import type { TabProps } from '../pool/tab-props.ts';
import { sentenceOf } from '../problem.ts';
import { Section } from '../section.tsx';
import { ShellChoice, ShellContext, type Shell } from '../shell-choice.tsx';
import { replace, useLive } from '../use-live.ts';
import { CheckList, type FixState } from './check-list.tsx';
import './checks.css';
import { RightsCard } from './rights-card.tsx';
import { countWords } from './status-words.ts';

/** Each look costs Azure a dozen reads, and scale sets change rarely. */
const intervalMs = 60_000;

export default function ChecksTab({ client, detail }: TabProps) {
  const { name } = detail.pool;
  const read = useCallback((signal: AbortSignal) => client.checks(name, signal), [client, name]);
  const { data, problem, receivedAt, retry, change } = useLive<ChecksView>({ read, intervalMs, join: replace });
  const [shell, setShell] = useState<Shell>('bash');
  const [busy, setBusy] = useState<string | null>(null);
  const [problems, setProblems] = useState<FixState['problems']>({});
  const [said, setSaid] = useState('');
  if (data === null)
    return problem === null ? <Loading what="the checks" /> : <ProblemMessage problem={problem} retry={retry} />;
  const fix = async (check: SetCheckView): Promise<void> => {
    setBusy(check.code);
    try {
      const result = await client.fixCheck(name, check.code, { idempotencyKey: crypto.randomUUID() });
      change(() => result.checks);
      setProblems(({ [check.code]: _mended, ...rest }) => rest);
      setSaid(result.words);
    } catch (cause) {
      setProblems((last) => ({ ...last, [check.code]: sentenceOf(cause) }));
    } finally {
      setBusy(null);
    }
  };
  const fixing: FixState = { busy, problems, mayFix: data.mayFix, onFix: (check) => void fix(check) };
  return (
    <ShellContext.Provider value={shell}>
      {problem === null || receivedAt === null ? null : (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      )}
      <Section
        title={`Scale set ${data.scaleSet.name}`}
        aside={
          <span className="weir-filters">
            <ShellChoice label="Commands for" shell={shell} onChange={setShell} />
            <Button subtle={true} text="Look again" onClick={retry} />
          </span>
        }
      >
        <p className="weir-inset" role="status">
          {said === '' ? null : <strong>{said} </strong>}
          {summaryOf(data)}
        </p>
        <CheckList checks={data.checks} fixing={fixing} />
      </Section>
      <RightsCard rights={data.rights} />
      <Fixes view={data} />
    </ShellContext.Provider>
  );
}

function summaryOf({ errors, warnings }: ChecksView): string {
  const words = countWords(errors, warnings);
  if (words === '') return 'All is as it should be.';
  return errors === 0
    ? `${words}: the pool works, and could work better or safer.`
    : `${words}, permissions included. Mend the errors first, from the top.`;
}

function Fixes({ view }: { readonly view: ChecksView }) {
  if (view.fixes.length === 0) return null;
  return (
    <Section title="Changed from here">
      <ol className="weir-plain weir-inset">
        {view.fixes.map((one) => (
          <li key={`${one.at} ${one.check} ${one.outcome}`}>
            <Moment at={one.at} now={view.now} /> · <bdi className="weir-anywhere">{one.by}</bdi> ·{' '}
            <bdi className="weir-anywhere">{one.words}</bdi>
          </li>
        ))}
      </ol>
    </Section>
  );
}
