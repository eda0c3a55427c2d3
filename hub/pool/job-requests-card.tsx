// The jobs of the pool: which wait and why, which run, which have ended.
import { Button } from 'azure-devops-ui/Button';
import type { JobRequestView } from '../../contract/api.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty } from '../messages.tsx';
import { Name } from '../name.tsx';
import { Section } from '../section.tsx';
import { VerdictStatus } from '../status-icon.tsx';
import { between, exactWords, spanWords } from '../time.ts';
import { verdictWords } from '../verdict-words.ts';
import { nameOfJob } from './job-name.ts';
import { inARow } from '../apart.ts';

interface JobRequestsCardProps {
  readonly jobRequests: readonly JobRequestView[];
  readonly now: string;
  /** Makes the names of jobs open their whole story. */
  readonly onOpen?: (request: JobRequestView) => void;
  /** Some jobs are filtered out. */
  readonly isFiltered?: boolean;
  /** To all of them; with it only the first are shown. */
  readonly onAll?: () => void;
}

/** Where other things stand below, which must keep their places. */
const most = 4;

export function JobRequestsCard({ jobRequests, now, onOpen, isFiltered = false, onAll }: JobRequestsCardProps) {
  const waiting = jobRequests.filter((request) => request.state === 'queued').length;
  const isCut = onAll !== undefined && jobRequests.length > most;
  const all = [...jobRequests].sort(inOrder);
  // Of few lines none is for a job that starts by itself while another needs somebody.
  const sorted = isCut ? all.sort((a, b) => Number(needsSomebody(b)) - Number(needsSomebody(a))).slice(0, most) : all;
  return (
    <Section
      title="Jobs"
      aside={
        <span className="weir-filters weir-middle-line">
          <span className="weir-secondary">{waiting === 0 ? 'No job waits' : `${waiting} waiting`}</span>
          {isCut ? <Button subtle={true} text={`All ${jobRequests.length} jobs`} onClick={onAll} /> : null}
        </span>
      }
    >
      {jobRequests.length === 0 && isFiltered ? (
        <Empty title="No job fits the filters">Choose other filters to see more.</Empty>
      ) : jobRequests.length === 0 ? (
        <Empty title="No job has come yet">
          Queue a pipeline whose <code>pool</code> is this one. The job appears here with the reason why it waits, until
          it runs.
        </Empty>
      ) : (
        <DataTable
          label="Jobs"
          columns={columnsAt(now, onOpen)}
          rows={sorted}
          keyOf={(request) => request.requestId}
          className="weir-jobs"
        />
      )}
    </Section>
  );
}

const rank = { queued: 0, assigned: 1, running: 1, finished: 2 } as const;

/** Waiting ones first, the longest wait on top; then running ones; then the newest that ended. */
function inOrder(a: JobRequestView, b: JobRequestView): number {
  if (rank[a.state] !== rank[b.state]) return rank[a.state] - rank[b.state];
  const age = Date.parse(a.queuedAt) - Date.parse(b.queuedAt);
  return a.state === 'finished' ? Date.parse(b.finishedAt ?? b.queuedAt) - Date.parse(a.finishedAt ?? a.queuedAt) : age;
}

function needsSomebody({ state, verdict, result }: JobRequestView): boolean {
  return state === 'queued' && verdictWords(verdict, result).tone === 'needsSomebody';
}

function columnsAt(now: string, onOpen?: (request: JobRequestView) => void): readonly Column<JobRequestView>[] {
  return [
    {
      title: 'Job',
      className: 'weir-job',
      render: (request) => (
        <>
          {onOpen === undefined ? (
            <Name>{nameOfJob(request)}</Name>
          ) : (
            <button type="button" className="weir-story" onClick={() => onOpen(request)}>
              <Name>{nameOfJob(request)}</Name>
            </button>
          )}
          <div className="weir-secondary">
            <Name>{inARow([request.definitionName, request.runName])}</Name>
          </div>
        </>
      ),
    },
    { title: 'State and reason', className: 'weir-wide', render: (request) => <Reason request={request} /> },
    {
      title: 'Agent',
      className: 'weir-agent weir-optional',
      render: (request) => <Name>{request.agentName ?? ''}</Name>,
    },
    { title: 'Time', className: 'weir-time', render: (request) => <Times request={request} now={now} /> },
  ];
}

function Reason({ request }: { readonly request: JobRequestView }) {
  const { label, tone } = verdictWords(request.verdict, request.result);
  return (
    <div className="weir-lead">
      <VerdictStatus of={tone} />
      <div>
        <div className="weir-strong">{label}</div>
        {request.words === '' ? null : <div>{request.words}</div>}
        {request.nextStep === null || request.nextStep === '' ? null : (
          <div className={tone === 'needsSomebody' ? 'weir-next' : 'weir-secondary'}>{request.nextStep}</div>
        )}
        {tone !== 'needsSomebody' || request.demands.length === 0 ? null : (
          <ul className="weir-demands" aria-label="Demands">
            {request.demands.map((demand) => (
              <li key={demand}>
                <code>{demand}</code>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function Times({ request, now }: { readonly request: JobRequestView; readonly now: string }) {
  const { queuedAt, startedAt, finishedAt } = request;
  const title = [
    `Queued ${exactWords(queuedAt)}`,
    ...(startedAt === null ? [] : [`Started ${exactWords(startedAt)}`]),
    ...(finishedAt === null ? [] : [`Ended ${exactWords(finishedAt)}`]),
  ].join('\n');
  const waited = spanWords(between(queuedAt, startedAt ?? finishedAt ?? now));
  return (
    <div title={title}>
      {startedAt === null ? null : (
        <div className="weir-nowrap">{`${finishedAt === null ? 'runs' : 'ran'} ${spanWords(between(startedAt, finishedAt ?? now))}`}</div>
      )}
      <div
        className={`weir-nowrap ${startedAt === null ? '' : 'weir-secondary'}`}
      >{`${request.state === 'queued' ? 'waits' : 'waited'} ${waited}`}</div>
      {finishedAt === null ? null : (
        <div className="weir-secondary weir-nowrap">{`ended ${spanWords(between(finishedAt, now))} ago`}</div>
      )}
    </div>
  );
}
