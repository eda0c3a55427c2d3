// The report of one validation: verdict, every check with its evidence and what mends it, the boots, and what machines said.
import { Button } from 'azure-devops-ui/Button';
import { useCallback, useState } from 'react';
import type { CheckView, ValidationReport } from '../../contract/validations.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Loading, ProblemMessage } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { BootTimeline } from './boot-timeline.tsx';
import { CancelValidation } from './cancel-validation.tsx';
import { CheckFix } from './check-fix.tsx';
import { verdictLabel } from './version-words.ts';
import { apart, inARow } from '../apart.ts';

interface ReportPageProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly validationId: string;
  readonly onBack: () => void;
}

const intervalMs = 3000;

export function ReportPage({ client, pool, validationId, onBack }: ReportPageProps) {
  const read = useCallback(
    (signal: AbortSignal) => client.validation(pool, validationId, signal),
    [client, pool, validationId],
  );
  const { data, problem, retry } = useLive<ValidationReport>({ read, intervalMs, join: replace });
  const [isAsked, setAsked] = useState(false);
  const [opener] = useState(() => document.activeElement);
  if (data === null) {
    return problem === null ? <Loading what="the report" /> : <ProblemMessage problem={problem} retry={retry} />;
  }
  return (
    <>
      <Section
        title={`${apart(data.image)} ${data.version}: ${verdictLabel(data.verdict)}`}
        takesFocus={true}
        opener={opener}
        aside={
          <span className="weir-filters">
            {data.phase === 'finished' ? null : (
              <Button text="Cancel the validation" disabled={isAsked} onClick={() => setAsked(true)} />
            )}
            <Button subtle={true} text="Back to the images" onClick={onBack} />
          </span>
        }
      >
        <p className="weir-inset" role="status">
          {data.words}{' '}
          <span className="weir-secondary">
            Started by <bdi>{data.startedBy}</bdi>, <Moment at={data.startedAt} now={data.now} />.
          </span>
        </p>
        {isAsked && data.phase !== 'finished' ? (
          <CancelValidation
            {...{ client, pool, report: data }}
            onDone={() => {
              setAsked(false);
              retry();
            }}
            onClose={() => setAsked(false)}
          />
        ) : null}
        {data.bootSeconds === null ? null : <p className="weir-inset">{bootWords(data.bootSeconds)}</p>}
      </Section>
      <Section title="Checks" count={data.checks.length}>
        <DataTable
          label="Checks"
          columns={checkColumns}
          rows={data.checks}
          keyOf={(one) => `${one.code} ${one.instance ?? ''}`}
          className="weir-checks"
        />
      </Section>
      {data.instances.length === 0 ? null : <BootTimeline instances={data.instances} now={data.now} />}
      <Section title="What happened">
        <ol className="weir-plain weir-inset">
          {data.events.map((one) => (
            <li key={`${one.at} ${one.words}`}>
              <Moment at={one.at} now={data.now} /> · <bdi>{one.words}</bdi>
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

function bootWords({ p50, p95, samples }: NonNullable<ValidationReport['bootSeconds']>): string {
  if (samples === 1) return `The machine was online ${Math.round(p50)} s after it was asked for.`;
  return `Of ${samples} boots half were online within ${Math.round(p50)} s of being asked for, and 95 % within ${Math.round(p95)} s.`;
}

const statusWords: Readonly<Record<CheckView['status'], string>> = {
  ok: 'Good',
  warning: 'Warning',
  error: 'Error',
  skipped: 'Not checked',
  pending: 'Not yet',
};

const checkColumns: readonly Column<CheckView>[] = [
  {
    title: 'Check',
    className: 'weir-job',
    render: (one) => (
      <>
        <span className="weir-strong">{one.title}</span>
        <div className="weir-secondary">{one.instance}</div>
      </>
    ),
  },
  {
    title: 'Result',
    className: 'weir-wide',
    render: (one) => (
      <>
        <div>
          <span className={`weir-strong weir-check-${one.status}`}>{statusWords[one.status]}</span>: {one.words}
        </div>
        {one.evidence.length === 0 ? null : (
          <div className="weir-secondary">
            {inARow(one.evidence.map(({ name, value }) => `${apart(name)}: ${apart(value)}`))}
          </div>
        )}
        {one.fix === null || one.status === 'ok' ? null : <CheckFix fix={one.fix} />}
      </>
    ),
  },
];
