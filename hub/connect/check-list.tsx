// The checks of an address, one under the other: how each went, and what to do where one failed.
import { Status, Statuses, StatusSize } from 'azure-devops-ui/Status';
import { checkNames, type Check, type CheckId } from './checks.ts';

const order = Object.keys(checkNames) as CheckId[];

export function CheckList({ checks, isRunning }: { readonly checks: readonly Check[]; readonly isRunning: boolean }) {
  const next = order.find((id) => !checks.some((check) => check.id === id));
  return (
    <ol className="weir-checks weir-plain" aria-label="Checks of the address" aria-busy={isRunning}>
      {order.map((id) => {
        const check = checks.find((one) => one.id === id);
        const state = check?.state ?? (isRunning && id === next ? 'running' : 'open');
        return (
          <li key={id} className="weir-lead">
            <span className="weir-icon">
              <Status
                {...icons[state]}
                ariaLabel={stateWords[state]}
                size={StatusSize.m}
                animated={state === 'running'}
              />
            </span>
            <div>
              <div className={state === 'open' ? 'weir-secondary' : 'weir-strong'}>{checkNames[id]}</div>
              {check === undefined ? null : <CheckWords check={check} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function CheckWords({ check }: { readonly check: Check }) {
  const isFailed = check.state === 'failed';
  return (
    <div role={isFailed ? 'alert' : undefined}>
      <div className={isFailed ? 'weir-fault' : 'weir-secondary'}>{check.words}</div>
      {check.nextSteps.length === 0 ? null : (
        <ul className="weir-check-steps">
          {check.nextSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const icons = {
  passed: Statuses.Success,
  notice: Statuses.Warning,
  failed: Statuses.Failed,
  running: Statuses.Running,
  open: Statuses.Queued,
} as const;

const stateWords = {
  passed: 'Passed',
  notice: 'Passed, with a notice',
  failed: 'Failed',
  running: 'Checking',
  open: 'Not checked yet',
} as const;
