// The boot of one machine: how long each step took, and the output of the step that failed.
import type { NodeView } from '../../contract/api.ts';
import type { NodeBoot } from '../../contract/nodes.ts';
import { between, spanWords } from '../time.ts';

interface BootStep {
  readonly name: string;
  readonly words: string;
  readonly from: string;
  readonly to: string;
  readonly isOver: boolean;
  readonly failed: boolean;
}

export function NodeBootPart({ node, now }: { readonly node: NodeView; readonly now: string }) {
  const steps = node.boot == null ? [] : stepsOf(node.boot, node, now);
  const told = (node.steps ?? []).filter((one) => one.level !== 'info' || one.message !== '');
  if (steps.length === 0 && told.length === 0) return null;
  return (
    <>
      <h3 className="title-xs">{node.boot?.startedBy === 'reimage' ? 'Reimage and boot' : 'Boot'}</h3>
      <Bars steps={steps} />
      <ul className="weir-plain">
        {steps.map((step) => (
          <li key={step.name}>
            <span className={`weir-cell weir-step-${step.failed ? 'failed' : step.name}`} aria-hidden="true" />{' '}
            {step.words}: {spanWords(between(step.from, step.to))}
            {step.failed ? ', failed' : step.isOver ? '' : ' so far'}
          </li>
        ))}
      </ul>
      {told.map(({ name, code, level, message }) => (
        <div key={`${name} ${code}`}>
          <div className={level === 'error' ? 'weir-fault' : ''}>
            <bdi>{name}</bdi>: <bdi>{code}</bdi>
          </div>
          {message === '' ? null : (
            <pre className="weir-command" tabIndex={0} aria-label={`Output of ${name}`}>
              {message}
            </pre>
          )}
        </div>
      ))}
    </>
  );
}

function stepsOf({ startedBy, startedAt, claimedAt, onlineAt }: NodeBoot, node: NodeView, now: string): BootStep[] {
  const hasFailed = onlineAt === null && node.failure !== null;
  const first = startedBy === 'reimage' ? 'Reimaged, with its extensions' : 'Created, with its extensions';
  const made: BootStep = {
    ...{ name: 'creating', words: first, from: startedAt, to: claimedAt ?? onlineAt ?? now },
    ...{ isOver: claimedAt !== null || onlineAt !== null, failed: hasFailed && claimedAt === null },
  };
  if (claimedAt === null) return [made];
  const agent: BootStep = {
    ...{ name: 'agent', words: 'Agent configured and started', from: claimedAt, to: onlineAt ?? now },
    ...{ isOver: onlineAt !== null, failed: hasFailed },
  };
  return [made, agent];
}

function Bars({ steps }: { readonly steps: readonly BootStep[] }) {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return null;
  const whole = Math.max(1, between(first.from, last.to));
  return (
    <div className="weir-boot" aria-hidden="true">
      {steps.map((step) => (
        <span
          key={step.name}
          className={`weir-step-${step.failed ? 'failed' : step.name}`}
          style={{ width: `${(100 * between(step.from, step.to)) / whole}%` }}
        />
      ))}
    </div>
  );
}
