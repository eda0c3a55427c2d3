// Asks once more before something is changed, and says what exactly changes.
import { Button } from 'azure-devops-ui/Button';
import type { ReactNode } from 'react';
import './question.css';
import { useTakenFocus } from './taken-focus.ts';

interface QuestionProps {
  /** What would be done, such as "Revoke NAME". */
  readonly label: string;
  /** The button that does it; "Do it" where the label stands on a button beside it. */
  readonly doIt?: string;
  /** Something goes that does not come back. */
  readonly isDangerous?: boolean;
  readonly isDoing: boolean;
  readonly onDo: () => void;
  readonly onLeave: () => void;
  readonly children: ReactNode;
}

export function Question({ label, doIt = 'Do it', isDangerous, isDoing, onDo, onLeave, children }: QuestionProps) {
  const group = useTakenFocus<HTMLDivElement>();
  return (
    <div ref={group} className="weir-question" role="group" aria-label={label}>
      <p>{children}</p>
      <span className="weir-filters">
        <Button
          {...(isDangerous === true ? { danger: true } : { primary: true })}
          text={doIt}
          disabled={isDoing}
          onClick={onDo}
        />
        <Button subtle={true} text="Leave it" onClick={onLeave} />
      </span>
    </div>
  );
}
