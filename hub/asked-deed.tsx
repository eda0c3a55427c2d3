// A question whose answer is carried out at once: while it runs nobody can ask twice, and what went wrong stands below it.
import { useState, type ReactNode } from 'react';
import { toProblem, type HubProblem } from './problem.ts';
import { Question } from './question.tsx';
import { ProblemWords } from './problem-words.tsx';

interface AskedDeedProps {
  readonly label: string;
  /** The button that does it. */
  readonly doIt: string;
  readonly isDangerous?: boolean;
  /** What it throws is told and can be tried again; where it ends well, whoever asked closes the question. */
  readonly deed: () => Promise<void>;
  readonly onLeave: () => void;
  readonly children: ReactNode;
}

export function AskedDeed({ label, doIt, isDangerous = false, deed, onLeave, children }: AskedDeedProps) {
  const [isDoing, setDoing] = useState(false);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  const carryOut = async (): Promise<void> => {
    setDoing(true);
    try {
      await deed();
    } catch (cause) {
      setProblem(toProblem(cause));
      setDoing(false);
    }
  };
  return (
    <div className="weir-inset">
      <Question {...{ label, doIt, isDangerous, isDoing, onLeave }} onDo={() => void carryOut()}>
        {children}
      </Question>
      {problem === null ? null : (
        <p className="weir-inline-problem" role="alert">
          <ProblemWords problem={problem} />
        </p>
      )}
    </div>
  );
}
