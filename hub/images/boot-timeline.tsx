// How long each step of each trial machine took, as bars over one axis of time with the steps in words, and the same as a table.
import { useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { TimelineSpan, TrialInstanceView } from '../../contract/validations.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Name } from '../name.tsx';
import { Section } from '../section.tsx';
import { between, spanWords } from '../time.ts';

interface BootTimelineProps {
  readonly instances: readonly TrialInstanceView[];
  readonly now: string;
}

const phaseWords: Readonly<Record<TimelineSpan['phase'], string>> = {
  creating: 'created',
  extensions: 'ran its extensions',
  agentStarting: 'started its agent',
  probe: 'ran the probe',
  reimaging: 'was reimaged',
  agentStartingAgain: 'started its agent again',
  probeAgain: 'ran the probe again',
};

export function BootTimeline({ instances, now }: BootTimelineProps) {
  const [isTable, setIsTable] = useState(false);
  const spans = instances.flatMap((one) => one.spans);
  const start = Math.min(...spans.map((one) => Date.parse(one.from)));
  const end = Math.max(start + 1000, ...spans.map((one) => Date.parse(one.to ?? now)));
  return (
    <Section
      title="Machines"
      aside={
        spans.length === 0 ? null : (
          <Button
            subtle={true}
            text={isTable ? 'Show as bars' : 'Show as table'}
            onClick={() => setIsTable(!isTable)}
          />
        )
      }
    >
      {instances.map((one) => (
        <div key={one.name} className="weir-inset weir-trial">
          <div>
            <bdi>{one.name}</bdi> <span className="weir-secondary">{one.state}</span>
          </div>
          {isTable || one.spans.length === 0 ? null : <Bars instance={one} start={start} end={end} now={now} />}
          {one.consoleTail === null ? null : (
            <pre className="weir-command" tabIndex={0} aria-label={`Last output of ${one.name}`}>
              {one.consoleTail}
            </pre>
          )}
        </div>
      ))}
      {isTable ? (
        <DataTable
          label="Steps of the machines"
          columns={columnsAt(now)}
          rows={instances.flatMap((one) => one.spans.map((span) => ({ name: one.name, span })))}
          keyOf={({ name, span }) => `${name} ${span.phase} ${span.from}`}
        />
      ) : null}
    </Section>
  );
}

interface BarsProps {
  readonly instance: TrialInstanceView;
  readonly start: number;
  readonly end: number;
  readonly now: string;
}

function Bars({ instance, start, end, now }: BarsProps) {
  const share = (at: number): number => ((at - start) / (end - start)) * 100;
  return (
    <>
      <svg className="weir-bars" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
        {instance.spans.map((span) => (
          <rect
            key={`${span.phase} ${span.from}`}
            className={barOf(span)}
            x={share(Date.parse(span.from))}
            width={Math.max(0.4, share(Date.parse(span.to ?? now)) - share(Date.parse(span.from)))}
            y={0}
            height={8}
          >
            <title>{stepWords(span, now)}</title>
          </rect>
        ))}
      </svg>
      <ul className="weir-legend weir-secondary" aria-label={`Steps of ${instance.name}`}>
        {instance.spans.map((span) => (
          <li key={`${span.phase} ${span.from}`}>
            <svg className="weir-cell" aria-hidden="true" viewBox="0 0 10 8" preserveAspectRatio="none">
              <rect className={barOf(span)} width={10} height={8} />
            </svg>
            {stepWords(span, now)}
          </li>
        ))}
      </ul>
    </>
  );
}

function barOf(span: TimelineSpan): string {
  return `weir-span weir-span-${span.failed ? 'failed' : span.phase}`;
}

function stepWords(span: TimelineSpan, now: string): string {
  return `${phaseWords[span.phase]}: ${lengthOf(span, now)}${span.failed ? ', failed' : ''}`;
}

function lengthOf(span: TimelineSpan, now: string): string {
  return spanWords(between(span.from, span.to ?? now));
}

interface Step {
  readonly name: string;
  readonly span: TimelineSpan;
}

function columnsAt(now: string): readonly Column<Step>[] {
  return [
    { title: 'Machine', className: 'weir-agent', render: ({ name }) => <Name>{name}</Name> },
    {
      title: 'Step',
      className: 'weir-wide',
      render: ({ span }) => `${phaseWords[span.phase]}${span.failed ? ', failed' : ''}`,
    },
    { title: 'Took', className: 'weir-time', render: ({ span }) => lengthOf(span, now) },
  ];
}
