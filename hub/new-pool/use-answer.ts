// One question to the service or to Azure DevOps whose answer does not move: asked once, and again when somebody wants.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { toProblem, type HubProblem } from '../problem.ts';

export interface Answer<Data> {
  readonly data: Data | null;
  readonly problem: HubProblem | null;
  readonly again: () => void;
}

interface State<Data> {
  /** The question that it answers: an answer to an earlier one is none. */
  readonly question: object | null;
  readonly data: Data | null;
  readonly problem: HubProblem | null;
}

/** `ask` must be memoised and name what it reads; null asks nothing. */
export function useAnswer<Data>(ask: ((signal: AbortSignal) => Promise<Data>) | null): Answer<Data> {
  const [state, setState] = useState<State<Data>>({ question: null, data: null, problem: null });
  const [tries, setTries] = useState(0);
  const question = useMemo(() => ({ ask, tries }), [ask, tries]);
  useEffect(() => {
    const stop = new AbortController();
    const tell = (answer: Omit<State<Data>, 'question'>): void => {
      if (!stop.signal.aborted) setState({ question, ...answer });
    };
    question.ask?.(stop.signal).then(
      (data) => tell({ data, problem: null }),
      (cause: unknown) => tell({ data: null, problem: toProblem(cause) }),
    );
    return () => stop.abort();
  }, [question]);
  const again = useCallback(() => setTries((count) => count + 1), []);
  const isCurrent = state.question === question;
  return { data: isCurrent ? state.data : null, problem: isCurrent ? state.problem : null, again };
}
