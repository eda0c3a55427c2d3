// The jobs of the pool with filters, the whole story of one of them, and the tester of demands.
import { useState } from 'react';
import type { JobRequestView } from '../../contract/api.ts';
import { Choice } from '../choice.tsx';
import { verdictWords } from '../verdict-words.ts';
import { DemandTester } from './demand-tester.tsx';
import { JobPanel } from './job-panel.tsx';
import { JobRequestsCard } from './job-requests-card.tsx';
import type { TabProps } from './tab-props.ts';

const states = ['all', 'queued', 'running', 'finished'] as const;
type State = (typeof states)[number];
const stateWords: Readonly<Record<State, string>> = {
  all: 'All jobs',
  queued: 'Waiting',
  running: 'Running',
  finished: 'Ended',
};

export function JobsTab({ client, detail, item, onItem, onTab }: TabProps) {
  const [state, setState] = useState<State>('all');
  const [verdict, setVerdict] = useState('');
  const { jobRequests, now } = detail;
  const place = { client, pool: detail.pool, onTab };
  const verdicts = [...new Set(jobRequests.map((one) => one.verdict))].sort();
  const shown = jobRequests.filter((one) => isIn(one, state) && (verdict === '' || one.verdict === verdict));
  const chosen = jobRequests.find((one) => String(one.requestId) === item);
  return (
    <>
      {item === null ? null : chosen === undefined ? (
        <p className="weir-secondary" role="status">
          The job that this link names is not among the pool’s newest jobs any more.
        </p>
      ) : (
        <JobPanel key={chosen.requestId} request={chosen} now={now} onClose={() => onItem(null)} place={place} />
      )}
      <div className="weir-filters weir-filters-alone">
        <Choice label="State" value={state} choices={states} nameOf={(one) => stateWords[one]} onChange={setState} />
        <Choice
          label="Reason"
          value={verdict}
          choices={['', ...verdicts]}
          nameOf={(one) => (one === '' ? 'Every reason' : verdictWords(one, null).label)}
          onChange={setVerdict}
        />
      </div>
      <JobRequestsCard
        jobRequests={shown}
        now={now}
        isFiltered={shown.length < jobRequests.length}
        onOpen={(request) => onItem(String(request.requestId))}
      />
      <DemandTester place={place} />
    </>
  );
}

function isIn(request: JobRequestView, state: State): boolean {
  if (state === 'all') return true;
  return state === 'running' ? request.state === 'running' || request.state === 'assigned' : request.state === state;
}
