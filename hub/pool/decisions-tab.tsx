// Everything that Weir decided, with filters by node and by what was done, and what became of it.
import { Button } from 'azure-devops-ui/Button';
import { useMemo, useState } from 'react';
import type { LogEntryView } from '../../contract/api.ts';
import { Choice } from '../choice.tsx';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty, InlineProblem, Loading } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { Name } from '../name.tsx';
import { decisionKindWords, outcomeWords } from '../pool-state.ts';
import { Section } from '../section.tsx';
import { LevelStatus } from '../status-icon.tsx';
import type { TabProps } from './tab-props.ts';
import { useLog } from './use-log.ts';

const levelWords = { error: 'Error', warning: 'Warning', info: 'Information' } as const;

export function DecisionsTab({ client, detail }: TabProps) {
  const { page, problem, isLoadingOlder, loadOlder, retry } = useLog(client, detail.pool.name);
  const [node, setNode] = useState('');
  const [kind, setKind] = useState('');
  const entries = useMemo(() => page?.entries ?? [], [page]);
  const shown = entries.filter((one) => (node === '' || one.node === node) && (kind === '' || one.kind === kind));
  const nodes = [...new Set(entries.flatMap((one) => (one.node === null ? [] : [one.node])))].sort();
  const kinds = [...new Set(entries.map((one) => one.kind))].sort();
  return (
    <Section
      title="Decisions"
      aside={
        <div className="weir-filters">
          <Choice
            label="Node"
            value={node}
            onChange={setNode}
            choices={['', ...nodes]}
            nameOf={(one) => one || 'All nodes'}
          />
          <Choice
            label="Kind"
            value={kind}
            onChange={setKind}
            choices={['', ...kinds]}
            nameOf={(one) => (one === '' ? 'All kinds' : decisionKindWords(one))}
          />
        </div>
      }
    >
      {page === null && problem === null ? <Loading what="the decisions" /> : null}
      {problem === null ? null : <InlineProblem problem={problem} retry={retry} />}
      {page !== null && shown.length === 0 ? (
        <Empty title={entries.length === 0 ? 'Nothing decided yet' : 'No decision fits the filters'}>
          {entries.length === 0
            ? 'Each decision of Weir appears here with its reason, newest first.'
            : 'Choose other filters, or load older decisions.'}
        </Empty>
      ) : null}
      {shown.length === 0 ? null : (
        <DataTable
          label="Decisions"
          columns={columnsAt(detail.now)}
          rows={shown}
          keyOf={(entry) => entry.id}
          className="weir-decisions"
        />
      )}
      {page?.next == null ? null : (
        <div className="weir-more">
          <Button
            subtle={true}
            disabled={isLoadingOlder}
            text={isLoadingOlder ? 'Loading' : 'Load older decisions'}
            onClick={loadOlder}
          />
        </div>
      )}
    </Section>
  );
}

function columnsAt(now: string): readonly Column<LogEntryView>[] {
  return [
    { title: 'When', className: 'weir-time', render: (entry) => <Moment at={entry.at} now={now} /> },
    {
      title: 'What and why',
      className: 'weir-wide',
      render: (entry) => (
        <div className="weir-lead">
          <LevelStatus of={entry.level} label={levelWords[entry.level]} />
          <div>
            <div className="weir-strong">{decisionKindWords(entry.kind)}</div>
            <div title={entry.reason.code}>{entry.reason.words}</div>
          </div>
        </div>
      ),
    },
    { title: 'Node', className: 'weir-agent weir-optional', render: (entry) => <Name>{entry.node ?? ''}</Name> },
    { title: 'Outcome', className: 'weir-outcome weir-optional', render: outcomeWords },
  ];
}
