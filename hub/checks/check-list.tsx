// The findings about the scale set: those that need somebody in full, with the button that mends them; the good ones folded.
import { Button } from 'azure-devops-ui/Button';
import { useState } from 'react';
import type { SetCheckView } from '../../contract/checks.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Question } from '../question.tsx';
import { Command } from './command.tsx';
import { statusWords } from './status-words.ts';

export interface FixState {
  /** The check that is being mended; null: none. */
  readonly busy: string | null;
  /** Why the last try failed, by check. */
  readonly problems: Readonly<Record<string, string>>;
  readonly mayFix: boolean;
  readonly onFix: (check: SetCheckView) => void;
}

export function CheckList({ checks, fixing }: { readonly checks: readonly SetCheckView[]; readonly fixing: FixState }) {
  const open = checks.filter((one) => one.status !== 'ok');
  const good = checks.filter((one) => one.status === 'ok');
  return (
    <>
      {open.length === 0 ? null : (
        <DataTable
          label="Findings"
          columns={columnsFor(fixing)}
          rows={open.toSorted((a, b) => rank[a.status] - rank[b.status])}
          keyOf={(one) => one.code}
          className="weir-findings"
        />
      )}
      {good.length === 0 ? null : (
        <details className="weir-inset weir-good" open={open.length === 0}>
          <summary>{good.length === 1 ? '1 check is good' : `${good.length} checks are good`}</summary>
          <ul className="weir-plain">
            {good.map((one) => (
              <li key={one.code}>
                <span className="weir-strong">{one.title}</span>: <bdi>{one.words}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const rank = { error: 0, warning: 1, ok: 2 } as const;

function columnsFor(fixing: FixState): readonly Column<SetCheckView>[] {
  return [
    {
      title: 'Check',
      className: 'weir-job',
      render: (one) => (
        <>
          <span className="weir-strong">{one.title}</span>
          <div className={`weir-check-${one.status}`}>{statusWords[one.status]}</div>
        </>
      ),
    },
    {
      title: 'Finding and fix',
      className: 'weir-wide',
      render: (one) => <Finding {...{ one, fixing }} />,
    },
  ];
}

function Finding({ one, fixing }: { readonly one: SetCheckView; readonly fixing: FixState }) {
  const { fix, code } = one;
  const problem = fixing.problems[code];
  return (
    <>
      <bdi className="weir-anywhere">{one.words}</bdi>
      {one.evidence.length === 0 ? null : (
        <div className="weir-secondary weir-anywhere">
          {one.evidence.map(({ name, value }) => (
            <span key={name} className="weir-evidence">
              <bdi>{name}</bdi>:{' '}
              <bdi {...(isId(value) ? { title: value } : {})}>{isId(value) ? nameOfId(value) : value}</bdi>
            </span>
          ))}
        </div>
      )}
      {fix === null ? null : <Command about={one.title} words={fix.words} commands={fix.commands} />}
      {fix === null ? null : <FixButton one={one} fixing={fixing} />}
      {problem === undefined ? null : (
        <p className="weir-inline-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** People know a resource by its name; its whole id is there for who hovers. */
function isId(value: string): boolean {
  return /^\/subscriptions\/[^\s,;]+$/i.test(value);
}

function nameOfId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function FixButton({ one, fixing }: { readonly one: SetCheckView; readonly fixing: FixState }) {
  const { code, title, fix } = one;
  const [isAsked, setAsked] = useState(false);
  if (fix === null) return null;
  if (fix.cannot !== null) return <p className="weir-secondary">{fix.cannot}</p>;
  if (!fix.canFix) return null;
  if (!fixing.mayFix) return <p className="weir-secondary">Whoever manages this pool can have Weir fix it here.</p>;
  return (
    <>
      {/* It stays beside its question, which gives the focus back to it. */}
      <Button
        primary={!isAsked}
        text={fixing.busy === code ? 'Fixing…' : 'Fix it'}
        ariaLabel={`Fix it: ${title}`}
        disabled={fixing.busy !== null}
        onClick={() => setAsked(true)}
      />
      {isAsked ? (
        <Question
          label={`Fix ${title}`}
          isDoing={false}
          onDo={() => {
            setAsked(false);
            fixing.onFix(one);
          }}
          onLeave={() => setAsked(false)}
        >
          Weir writes this to Azure for you now. {fix.words}
        </Question>
      ) : null}
    </>
  );
}
