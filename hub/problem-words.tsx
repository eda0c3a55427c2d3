// What went wrong as words in a line, and the faults of one field under each other.
import type { FieldFault } from './settings/local-check.ts';

interface ProblemWordsProps {
  readonly problem: { readonly message: string; readonly nextStep: string };
}

/** What happened, then what to do next. Both may hold names that turn the order of what stands behind them, so each is kept apart. */
export function ProblemWords({ problem: { message, nextStep } }: ProblemWordsProps) {
  return (
    <>
      {message === '' ? null : <bdi>{message}</bdi>} <bdi>{nextStep}</bdi>
    </>
  );
}

interface FaultLinesProps {
  /** For the control that they describe. */
  readonly id?: string;
  readonly faults: readonly FieldFault[];
}

/** It stands there before its words do: only so they are read out when they come. */
export function FaultLines({ id, faults }: FaultLinesProps) {
  return (
    <div id={id} role="alert">
      {faults.map((fault) => (
        <p key={`${fault.field} ${fault.message} ${fault.nextStep}`} className="weir-fault">
          <ProblemWords problem={fault} />
        </p>
      ))}
    </div>
  );
}
