// What Weir decided, newest first, each decision with its reason in words.
import { Button } from 'azure-devops-ui/Button';
import type { LogEntryView, PoolDetail } from '../../contract/api.ts';
import { Empty, InlineProblem, Loading } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { decisionKindWords, outcomeWords } from '../pool-state.ts';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { LevelStatus } from '../status-icon.tsx';
import { nameOfJob } from './job-name.ts';
import { useLog } from './use-log.ts';
import { inARow } from '../apart.ts';

export function LogCard({ client, detail }: { readonly client: HubClient; readonly detail: PoolDetail }) {
  const { page, problem, isLoadingOlder, loadOlder, retry } = useLog(client, detail.pool.name);
  return (
    <Section title="Decisions" className="weir-log-card">
      {page === null && problem === null ? <Loading what="the decisions" /> : null}
      {page?.entries.length === 0 ? (
        <Empty title="Nothing decided yet">Each decision of Weir appears here with its reason, newest first.</Empty>
      ) : null}
      {problem === null ? null : <InlineProblem problem={problem} retry={retry} />}
      {page === null || page.entries.length === 0 ? null : (
        // Scrolls by itself, so the keyboard must be able to stand in it.
        <div className="weir-log" role="region" aria-label="Log of decisions" tabIndex={0}>
          <ol>
            {page.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} detail={detail} />
            ))}
          </ol>
          {page.next === null ? (
            <p className="weir-secondary weir-log-end">This is where the log begins.</p>
          ) : (
            <Button
              className="weir-older"
              subtle={true}
              disabled={isLoadingOlder}
              text={isLoadingOlder ? 'Loading' : 'Load older'}
              onClick={loadOlder}
            />
          )}
        </div>
      )}
    </Section>
  );
}

const levelWords = { error: 'Error', warning: 'Warning', info: 'Information' } as const;

function Entry({ entry, detail }: { readonly entry: LogEntryView; readonly detail: PoolDetail }) {
  const about = inARow([decisionKindWords(entry.kind), entry.node, jobName(entry, detail), outcomeWords(entry)]);
  return (
    <li>
      <LevelStatus of={entry.level} label={levelWords[entry.level]} />
      <div className="weir-entry">
        <div>{entry.reason.words}</div>
        <div className="weir-secondary">
          <Moment at={entry.at} now={detail.now} /> · <bdi title={entry.reason.code}>{about}</bdi>
        </div>
      </div>
    </li>
  );
}

function jobName(entry: LogEntryView, detail: PoolDetail): string | null {
  if (entry.request === null) return null;
  const job = detail.jobRequests.find((request) => request.requestId === entry.request);
  return job === undefined ? `job request ${entry.request}` : nameOfJob(job);
}
