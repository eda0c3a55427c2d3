// One job: its verdict with everything that it stands on, its place in the queue, and what to do.
import { Button } from 'azure-devops-ui/Button';
import type { JobRequestView } from '../../contract/api.ts';
import { Name } from '../name.tsx';
import { Section } from '../section.tsx';
import { VerdictStatus } from '../status-icon.tsx';
import { between, exactWords, spanWords } from '../time.ts';
import { verdictWords } from '../verdict-words.ts';
import { nameOfJob } from './job-name.ts';
import { NearMisses } from './near-misses.tsx';
import { actionsOf } from './verdict-actions.ts';
import { VerdictButtons, type VerdictPlace } from './verdict-buttons.tsx';
import { inARow } from '../apart.ts';

interface JobPanelProps {
  readonly request: JobRequestView;
  readonly now: string;
  readonly onClose?: () => void;
  /** Named where the panel stands outside its pool. */
  readonly pool?: string;
  /** Where what can be done about it is done; absent: it is only told. */
  readonly place?: VerdictPlace;
}

export function JobPanel({ request, now, onClose, pool, place }: JobPanelProps) {
  const { label, tone } = verdictWords(request.verdict, request.result);
  const misses = request.nearMisses ?? [];
  const facts = request.facts ?? [];
  const close = onClose === undefined ? null : <Button subtle={true} text="Close" onClick={onClose} />;
  return (
    <Section title={nameOfJob(request)} aside={close} className="weir-job-panel" takesFocus={onClose !== undefined}>
      <div className="weir-lead">
        <VerdictStatus of={tone} />
        <div>
          <div className="weir-strong">{label}</div>
          <div>{request.words}</div>
          {request.nextStep === null || request.nextStep === '' ? null : (
            <div className="weir-next">{request.nextStep}</div>
          )}
        </div>
      </div>
      {place === undefined ? null : <VerdictButtons {...place} actions={actionsOf(request)} />}
      <dl className="weir-facts">
        {factsOf(request, now, pool).map(([name, value, exact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={exact}>
              <Name>{value}</Name>
            </dd>
          </div>
        ))}
      </dl>
      {request.demands.length === 0 ? null : (
        <>
          <h3 className="title-xs">Demands</h3>
          <ul className="weir-demands">
            {request.demands.map((demand) => (
              <li key={demand}>
                <code>{demand}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {facts.length === 0 ? null : (
        <>
          <h3 className="title-xs">Evidence</h3>
          <ul>
            {facts.map((fact) => (
              <li key={fact}>{fact}</li>
            ))}
          </ul>
        </>
      )}
      {misses.length === 0 ? null : (
        <>
          <h3 className="title-xs">What each agent and image lacks</h3>
          <NearMisses rows={misses} />
        </>
      )}
    </Section>
  );
}

type Fact = readonly [name: string, value: string, exact: string | undefined];

function factsOf(request: JobRequestView, now: string, pool: string | undefined): readonly Fact[] {
  const { position, estimatedStartSeconds, startedAt, finishedAt, queuedAt } = request;
  const facts: (Fact | null)[] = [
    pool === undefined ? null : ['Pool', pool, undefined],
    ['Pipeline', inARow([request.definitionName, request.runName]), undefined],
    ['Queued', `${spanWords(between(queuedAt, now))} ago`, exactWords(queuedAt)],
    position === null || position === undefined ? null : ['Place in the queue', String(position), undefined],
    estimatedStartSeconds === null || estimatedStartSeconds === undefined
      ? null
      : ['Estimated start', `in about ${spanWords(estimatedStartSeconds * 1000)}`, undefined],
    startedAt === null ? null : ['Waited', spanWords(between(queuedAt, startedAt)), exactWords(startedAt)],
    finishedAt === null ? null : ['Ended', `${spanWords(between(finishedAt, now))} ago`, exactWords(finishedAt)],
    request.agentName === null ? null : ['Agent', request.agentName, undefined],
  ];
  return facts.filter((fact) => fact !== null && fact[1] !== '') as readonly Fact[];
}
