// What jobs of the pool may ask for, where each value comes from, which placeholder agents stand for them, and what is not covered.
import { useCallback } from 'react';
import type { AdmittedValue, Admission, PlaceholderView } from '../../contract/admission.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty, Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { Name } from '../name.tsx';
import type { TabProps } from '../pool/tab-props.ts';
import { Section } from '../section.tsx';
import { replace, useLive } from '../use-live.ts';
import { inARow } from '../apart.ts';

const intervalMs = 10_000;

export default function AdmissionTab({ client, detail }: TabProps) {
  const { name } = detail.pool;
  const read = useCallback((signal: AbortSignal) => client.admission(name, signal), [client, name]);
  const { data, problem, receivedAt, retry } = useLive<Admission>({ read, intervalMs, join: replace });
  if (data === null)
    return problem === null ? (
      <Loading what="the admitted values" />
    ) : (
      <ProblemMessage problem={problem} retry={retry} />
    );
  return (
    <>
      {problem === null || receivedAt === null ? null : (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      )}
      <Section title="What a job may ask for" count={data.values.length}>
        {data.values.length === 0 ? (
          <Empty title="Nothing beyond what every agent has">
            Declare images, work folders and custom capabilities in the settings of the pool, and jobs may name them in
            their demands.
          </Empty>
        ) : (
          <DataTable
            label="Admitted values"
            columns={valueColumns}
            rows={data.values}
            keyOf={(one) => `${one.demand} ${one.value}`}
            className="weir-values"
          />
        )}
      </Section>
      <Section title="Placeholder agents" count={data.placeholders.length}>
        <p className="weir-secondary weir-inset">
          Azure DevOps fails a job at once that no registered agent matches. These agents are never online; they let a
          job wait until its machine is there.
        </p>
        {data.placeholders.length === 0 ? (
          <Empty title="None yet">They are registered within a minute.</Empty>
        ) : (
          <DataTable
            label="Placeholder agents"
            columns={placeholderColumns}
            rows={data.placeholders}
            keyOf={(one) => one.name}
            className="weir-placeholders"
          />
        )}
        {data.leftOutCount === 0 ? null : (
          <p className="weir-inset">
            {data.leftOutCount} more combinations found no room: a pool has at most 200 placeholders. Jobs that ask for
            them fail at once.
          </p>
        )}
      </Section>
      <NotCovered admission={data} />
    </>
  );
}

function NotCovered({ admission }: { readonly admission: Admission }) {
  const { discovery, notCovered, refused, now } = admission;
  return (
    <Section title="What pipelines ask for">
      <p className="weir-inset">
        {discovery.isOn ? (
          <>
            Weir reads the demands of the pipelines that may use this pool
            {discovery.readAt === null ? (
              '.'
            ) : (
              <>
                , last <Moment at={discovery.readAt} now={now} />.
              </>
            )}
          </>
        ) : (
          'Weir does not read pipelines for this pool: only what the settings declare is admitted. Turn on "Read the demands of pipelines" (demands.discovery) in the settings to change that.'
        )}
      </p>
      <ul className="weir-plain weir-inset">
        {discovery.missingRights.map((words) => (
          <li key={words}>{words}</li>
        ))}
        {refused.map((one) => (
          <li key={`${one.source} ${one.demands.join()}`}>
            <Name>{one.source}</Name> asks for <code>{inARow(one.demands, ', ')}</code>: {one.because}
          </li>
        ))}
        {notCovered.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </Section>
  );
}

const valueColumns: readonly Column<AdmittedValue>[] = [
  {
    title: 'Demand',
    className: 'weir-job',
    render: (one) => (
      <code>
        <bdi>{one.demand}</bdi> -equals <bdi>{one.value}</bdi>
      </code>
    ),
  },
  {
    title: 'From',
    className: 'weir-wide',
    render: (one) => (
      <>
        {one.sources.slice(0, 3).map((source) => (
          <div key={source}>
            <Name>{source}</Name>
          </div>
        ))}
        {one.sources.length > 3 ? <div className="weir-secondary">and {one.sources.length - 3} more</div> : null}
      </>
    ),
  },
];

const placeholderColumns: readonly Column<PlaceholderView>[] = [
  {
    title: 'Agent',
    className: 'weir-job',
    render: (one) => (
      <>
        <Name>{one.name}</Name>
        <div className="weir-secondary">{one.agentId === null ? 'not registered yet' : 'registered'}</div>
      </>
    ),
  },
  {
    title: 'Stands for',
    className: 'weir-wide',
    render: (one) => <Name>{inARow(Object.entries(one.labels).map(([demand, value]) => `${demand} ${value}`))}</Name>,
  },
  { title: 'Jobs', className: 'weir-number', render: (one) => (one.waiting === 0 ? '' : String(one.waiting)) },
];
