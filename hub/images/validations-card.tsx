// The validations of the pool, newest first.
import { useCallback } from 'react';
import type { ValidationList, ValidationSummary } from '../../contract/validations.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty, Loading } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { ProblemWords } from '../problem-words.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { verdictLabel } from './version-words.ts';

interface ValidationsCardProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly onReport: (validationId: string) => void;
}

const intervalMs = 5000;

export function ValidationsCard({ client, pool, onReport }: ValidationsCardProps) {
  const read = useCallback((signal: AbortSignal) => client.validations(pool, signal), [client, pool]);
  const { data, problem } = useLive<ValidationList>({ read, intervalMs, join: replace });
  return (
    <Section title="Validations">
      {data === null && problem === null ? <Loading what="the validations" /> : null}
      {problem === null ? null : (
        <p className="weir-inline-problem">
          <ProblemWords problem={problem} />
        </p>
      )}
      {data?.validations.length === 0 ? (
        <Empty title="No version was validated yet">
          A validation boots trial machines of a version, looks at them from all sides and tells you before a job does.
          Press Validate beside a version, or use the task ValidateImage in a pipeline.
        </Empty>
      ) : null}
      {data === null || data.validations.length === 0 ? null : (
        <DataTable
          label="Validations"
          columns={columnsAt(data.now, onReport)}
          rows={data.validations}
          keyOf={(one) => one.validationId}
          className="weir-validations"
        />
      )}
    </Section>
  );
}

function columnsAt(now: string, onReport: (validationId: string) => void): readonly Column<ValidationSummary>[] {
  return [
    {
      title: 'Image and version',
      className: 'weir-job',
      render: (one) => (
        <button type="button" className="weir-story" onClick={() => onReport(one.validationId)}>
          {one.image} {one.version}
        </button>
      ),
    },
    {
      title: 'Verdict',
      className: 'weir-wide',
      render: (one) => (
        <>
          <span className="weir-strong">{verdictLabel(one.verdict)}</span>
          <div>{one.words}</div>
        </>
      ),
    },
    { title: 'By', className: 'weir-agent weir-optional', render: (one) => one.startedBy },
    { title: 'Started', className: 'weir-time', render: (one) => <Moment at={one.startedAt} now={now} /> },
  ];
}
