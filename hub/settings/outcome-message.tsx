// What saving came to, beside the buttons: it is read out when it changes.
import type { FieldFault } from './local-check.ts';
import type { Outcome } from './use-settings.ts';
import { ProblemWords } from '../problem-words.tsx';

interface OutcomeMessageProps {
  readonly outcome: Outcome | null;
  readonly faults: readonly FieldFault[];
  readonly changed: readonly string[];
}

export function OutcomeMessage({ outcome, faults, changed }: OutcomeMessageProps) {
  return (
    <div role="status" className="weir-outcome">
      {outcome?.kind === 'problem' ? (
        <p className="weir-fault">
          Not saved. <ProblemWords problem={outcome.problem} />
        </p>
      ) : (
        <p className={faults.length > 0 ? 'weir-fault' : 'weir-secondary'}>{words(outcome, faults.length, changed)}</p>
      )}
    </div>
  );
}

function words(outcome: Outcome | null, faults: number, changed: readonly string[]): string {
  if (faults > 0) return `${faults === 1 ? 'One thing needs' : `${faults} things need`} a change before this is saved.`;
  if (outcome?.kind === 'saved') return 'Saved. Takes effect within a minute.';
  if (changed.length === 0) return 'Nothing is changed.';
  return changed.length === 1 ? '1 change, not saved yet.' : `${changed.length} changes, not saved yet.`;
}
