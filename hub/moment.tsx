// An instant, said relative to the service's clock, with the exact one on hover.
import { agoWords, deadlineWords, exactWords } from './time.ts';

interface MomentProps {
  readonly at: string;
  readonly now: string;
  /** `ago` for what has been, `deadline` for what will be. */
  readonly as?: 'ago' | 'deadline';
}

export function Moment({ at, now, as = 'ago' }: MomentProps) {
  return (
    <time dateTime={at} title={exactWords(at)}>
      {as === 'ago' ? agoWords(at, now) : deadlineWords(at, now)}
    </time>
  );
}
