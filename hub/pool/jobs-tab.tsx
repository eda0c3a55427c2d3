// The jobs of the pool with filters, the whole story of one of them, and the tester of demands.
import type { JobRequestView } from '../../contract/api.ts';
import { Choice } from '../choice.tsx';
import { isVerdict, verdictWords } from '../verdict-words.ts';
import { DemandTester } from './demand-tester.tsx';
import { JobPanel } from './job-panel.tsx';
import { JobRequestsCard } from './job-requests-card.tsx';
import { LinkFault } from './link-fault.tsx';
import type { TabProps } from './tab-props.ts';
import { useFilters } from './use-filters.ts';

const stateWords: Readonly<Record<string, string>> = {
  '': 'All jobs',
  queued: 'Waiting',
  running: 'Running',
  finished: 'Ended',
};
const states = Object.keys(stateWords);

export function JobsTab({ client, detail, item, onItem, onTab, ...address }: TabProps) {
  const { jobRequests, now } = detail;
  const { values, fault, choose } = useFilters(
    {
      state: { word: 'state', isKnown: (value) => states.includes(value) },
      reason: {
        word: 'reason',
        isKnown: (value) => isVerdict(value) || jobRequests.some((one) => one.verdict === value),
      },
    },
    address,
  );
  const { state, reason } = values;
  const place = { client, pool: detail.pool, onTab };
  // What is chosen stays in the list, also while no job is so.
  const reasons = [...new Set(['', reason, ...jobRequests.map((one) => one.verdict)])].sort();
  const shown = jobRequests.filter((one) => isIn(one, state) && (reason === '' || one.verdict === reason));
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
      <LinkFault fault={fault} />
      <div className="weir-filters weir-filters-alone">
        <Choice
          label="State"
          value={state}
          choices={states}
          nameOf={(one) => stateWords[one] ?? one}
          onChange={(value) => choose('state', value)}
        />
        <Choice
          label="Reason"
          value={reason}
          choices={reasons}
          nameOf={(one) => (one === '' ? 'Every reason' : verdictWords(one, null).label)}
          onChange={(value) => choose('reason', value)}
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

function isIn(request: JobRequestView, state: string): boolean {
  if (state === '') return true;
  return state === 'running' ? request.state === 'running' || request.state === 'assigned' : request.state === state;
}
