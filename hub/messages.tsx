// What stands in the place of a picture, or above one: loading, nothing there, a problem, or a picture that is old.
import { useEffect, useState, type ReactNode } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { Spinner, SpinnerSize } from 'azure-devops-ui/Spinner';
import type { HubProblem } from './problem.ts';
import { spanWords } from './time.ts';
import { ProblemWords } from './problem-words.tsx';

export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="weir-middle">
      <Spinner size={SpinnerSize.large} label={`Loading ${what}`} />
    </div>
  );
}

/** Teaches what will stand here and how to get it. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="weir-empty">
      <p className="weir-empty-title">{title}</p>
      <div className="weir-secondary">{children}</div>
    </div>
  );
}

export function ProblemMessage({
  problem,
  retry,
  way,
}: {
  readonly problem: HubProblem;
  readonly retry?: (() => void) | undefined;
  /** Where trying again helps least: what helps more, as the first button. */
  readonly way?: { readonly text: string; readonly onClick: () => void } | undefined;
}) {
  return (
    <div className="weir-middle weir-problem" role="alert">
      <h2 className="title-m">{problem.message}</h2>
      <p className="weir-secondary">{problem.nextStep}</p>
      <span className="weir-filters">
        {way === undefined ? null : <Button {...way} primary={true} />}
        {retry === undefined ? null : <Button text="Try again" primary={way === undefined} onClick={retry} />}
      </span>
      {problem.correlationId === null ? null : (
        <p className="weir-secondary">The service's log has more under {problem.correlationId}.</p>
      )}
    </div>
  );
}

/** In a card whose other parts may stand all the same. */
export function InlineProblem({ problem, retry }: { readonly problem: HubProblem; readonly retry: () => void }) {
  return (
    <div className="weir-inline-problem" role="status">
      <ProblemWords problem={problem} /> <Button subtle={true} text="Try again" onClick={retry} />
    </div>
  );
}

interface StaleMessageProps {
  readonly problem: HubProblem;
  readonly receivedAt: number;
  readonly retry: () => void;
}

export function StaleMessage({ problem, receivedAt, retry }: StaleMessageProps) {
  const ageMs = useWallClock() - receivedAt;
  return (
    <MessageCard severity={MessageCardSeverity.Warning} buttonProps={[{ text: 'Try again', onClick: retry }]}>
      {/* One element: the bar lays its children out side by side and would swallow the spaces between them. */}
      <span className="weir-anywhere">
        <strong>What you see is {spanWords(ageMs)} old.</strong> <ProblemWords problem={problem} />
      </span>
    </MessageCard>
  );
}

function useWallClock(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
