// Everything that Weir decided, with filters by node and by what was done, and what became of it.
import { Button } from 'azure-devops-ui/Button';
import { useMemo } from 'react';
import type { LogEntryView } from '../../contract/api.ts';
import { Choice } from '../choice.tsx';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty, InlineProblem, Loading } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { Name } from '../name.tsx';
import { decisionKindWords, isDecisionKind, outcomeWords } from '../pool-state.ts';
import { Section } from '../section.tsx';
import { LevelStatus } from '../status-icon.tsx';
import { isText } from './filters.ts';
import { LinkFault } from './link-fault.tsx';
import type { TabProps } from './tab-props.ts';
import { useFilters } from './use-filters.ts';
import { useLog } from './use-log.ts';

/** agents_8 stands before agents_10. */
const byNumber = new Intl.Collator('en', { numeric: true });

const levelWords = { error: 'Error', warning: 'Warning', info: 'Information' } as const;

export function DecisionsTab({ client, detail, ...address }: TabProps) {
  const { page, problem, isLoadingOlder, loadOlder, retry } = useLog(client, detail.pool.name);
  const entries = useMemo(() => page?.entries ?? [], [page]);
  const { values, fault, choose } = useFilters(
    {
      // It may be in decisions that are not loaded yet.
      node: { word: 'node', isKnown: isText },
      kind: {
        word: 'kind',
        isKnown: (value) => page === null || isDecisionKind(value) || entries.some((one) => one.kind === value),
      },
    },
    address,
  );
  const { node, kind } = values;
  const shown = entries.filter((one) => (node === '' || one.node === node) && (kind === '' || one.kind === kind));
  return (
    <Section title="Decisions" aside={<DecisionFilters {...{ entries, node, kind, choose }} />}>
      <LinkFault fault={fault} />
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

interface DecisionFiltersProps {
  readonly entries: readonly LogEntryView[];
  readonly node: string;
  readonly kind: string;
  readonly choose: (name: 'node' | 'kind', value: string) => void;
}

/** What is chosen stays in the lists, also while no decision is so. */
function DecisionFilters({ entries, node, kind, choose }: DecisionFiltersProps) {
  const nodes = [...new Set(['', node, ...entries.flatMap((one) => (one.node === null ? [] : [one.node]))])].sort(
    byNumber.compare,
  );
  const kinds = [...new Set(['', kind, ...entries.map((one) => one.kind)])].sort();
  return (
    <div className="weir-filters">
      <Choice
        label="Node"
        value={node}
        onChange={(value) => choose('node', value)}
        choices={nodes}
        nameOf={(one) => one || 'All nodes'}
      />
      <Choice
        label="Kind"
        value={kind}
        onChange={(value) => choose('kind', value)}
        choices={kinds}
        nameOf={(one) => (one === '' ? 'All kinds' : decisionKindWords(one))}
      />
    </div>
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
