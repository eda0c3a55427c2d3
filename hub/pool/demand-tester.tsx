// Type or paste demands and see where such a job would run, and why not elsewhere.
import { Button } from 'azure-devops-ui/Button';
import { useId, useState } from 'react';
import type { DemandAnswer } from '../../contract/diagnosis.ts';
import { Name } from '../name.tsx';
import { ProblemWords } from '../problem-words.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
import { Section } from '../section.tsx';
import { VerdictStatus } from '../status-icon.tsx';
import { spanWords } from '../time.ts';
import { verdictWords } from '../verdict-words.ts';
import { NearMisses } from './near-misses.tsx';
import { actionsOf } from './verdict-actions.ts';
import { VerdictButtons, type VerdictPlace } from './verdict-buttons.tsx';

export function DemandTester({ place }: { readonly place: VerdictPlace }) {
  const { client, pool } = place;
  const id = useId();
  const [text, setText] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<DemandAnswer | null>(null);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      setAnswer(await client.explain(pool.name, text));
      setProblem(null);
    } catch (cause) {
      setAnswer(null);
      setProblem(toProblem(cause));
    } finally {
      setAsking(false);
    }
  };
  return (
    <Section title="Test demands" className="weir-tester">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <label htmlFor={id}>Demands of a job, one in a line or as YAML</label>
        <textarea
          id={id}
          rows={4}
          value={text}
          spellCheck={false}
          placeholder={'ImageOverride -equals ubuntu-22.04\nAgent.OS -equals Linux'}
          onChange={(event) => setText(event.target.value)}
        />
        <Button primary={true} type="submit" disabled={isAsking} text={isAsking ? 'Testing' : 'Test'} />
      </form>
      <div role="status">
        {problem === null ? null : (
          <p className="weir-inline-problem">
            <ProblemWords problem={problem} />
          </p>
        )}
        {answer === null ? null : <Answer key={answer.demands.join('\n')} answer={answer} place={place} />}
      </div>
    </Section>
  );
}

function Answer({ answer, place }: { readonly answer: DemandAnswer; readonly place: VerdictPlace }) {
  const { label, tone } = verdictWords(answer.verdict, null);
  return (
    <>
      <div className="weir-lead">
        <VerdictStatus of={tone} />
        <div>
          <div className="weir-strong">{label}</div>
          <div>{answer.words}</div>
          {answer.nextStep === null ? null : <div className="weir-next">{answer.nextStep}</div>}
          {answer.estimatedStartSeconds === null ? null : (
            <div className="weir-secondary">
              It would start in about {spanWords(answer.estimatedStartSeconds * 1000)}.
            </div>
          )}
        </div>
      </div>
      <VerdictButtons {...place} actions={actionsOf(answer)} />
      {answer.fits.length === 0 ? null : (
        <>
          <h3 className="title-xs">Meets every demand</h3>
          <ul className="weir-fits">
            {answer.fits.map((one) => (
              <li key={`${one.of} ${one.name}`}>
                <Name>{one.name === '' ? 'A new machine' : one.name}</Name>{' '}
                <span className="weir-secondary">{one.of === 'image' ? 'image' : `agent, ${one.state}`}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {answer.nearMisses.length === 0 ? null : (
        <>
          <h3 className="title-xs">What the others lack</h3>
          <NearMisses rows={answer.nearMisses} />
        </>
      )}
    </>
  );
}
