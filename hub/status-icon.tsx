// The coloured dots of Azure DevOps for our states. Each says its meaning to a screen reader unless words stand beside it.
import { Status, Statuses, StatusSize, type StatusType } from 'azure-devops-ui/Status';
import type { LogEntryView, PoolState } from '../contract/api.ts';
import type { NodeGroup } from './node-state.ts';
import type { VerdictTone } from './verdict-words.ts';

interface IconProps<Kind> {
  readonly of: Kind;
  readonly label?: string;
  readonly size?: 's' | 'm' | 'l' | 'xl';
}

export function PoolStatus({ of, ...rest }: IconProps<PoolState>) {
  return <Icon type={pools[of]} {...rest} />;
}

export function NodeStatus({ of, ...rest }: IconProps<NodeGroup>) {
  return <Icon type={nodes[of]} {...rest} />;
}

export function VerdictStatus({ of, ...rest }: IconProps<VerdictTone>) {
  return <Icon type={verdicts[of]} {...rest} />;
}

export function LevelStatus({ of, ...rest }: IconProps<LogEntryView['level']>) {
  return <Icon type={levels[of]} {...rest} />;
}

/** Never animated: a page that is open all day should not spin all day. */
function Icon({
  type,
  label,
  size = 'm',
}: {
  type: StatusType;
  label?: string | undefined;
  size?: 's' | 'm' | 'l' | 'xl' | undefined;
}) {
  const icon = (
    <Status
      {...Statuses[type]}
      animated={false}
      size={sizes[size]}
      {...(label === undefined ? {} : { ariaLabel: label })}
    />
  );
  return label === undefined ? (
    <span className="weir-icon" aria-hidden="true">
      {icon}
    </span>
  ) : (
    <span className="weir-icon">{icon}</span>
  );
}

const sizes = { s: StatusSize.s, m: StatusSize.m, l: StatusSize.l, xl: StatusSize.xl };

const pools: Readonly<Record<PoolState, StatusType>> = {
  healthy: 'Success',
  degraded: 'Failed',
  atMaximum: 'Warning',
  paused: 'Skipped',
  starting: 'Waiting',
  deleting: 'Canceled',
};

const nodes: Readonly<Record<NodeGroup, StatusType>> = {
  busy: 'Running',
  idle: 'Success',
  starting: 'Waiting',
  leaving: 'Skipped',
  trouble: 'Failed',
  kept: 'Warning',
};

const verdicts: Readonly<Record<VerdictTone, StatusType>> = {
  waits: 'Waiting',
  needsSomebody: 'Warning',
  runs: 'Running',
  succeeded: 'Success',
  failed: 'Failed',
  canceled: 'Canceled',
};

const levels: Readonly<Record<LogEntryView['level'], StatusType>> = {
  error: 'Failed',
  warning: 'Warning',
  info: 'Information',
};
