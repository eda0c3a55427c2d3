// The last line: a page that failed while it was drawn, or a part of it that could not be loaded, becomes a sentence and
// never a blank page.
import { Component, type ReactNode } from 'react';
import { ProblemMessage } from './messages.tsx';
import { PageFrame } from './page-frame.tsx';
import { wordsOf, type HubProblem } from './problem.ts';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly problem: HubProblem | null;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override readonly state: ErrorBoundaryState = { problem: null };

  static getDerivedStateFromError(cause: unknown): ErrorBoundaryState {
    return { problem: problemOf(cause) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    return (
      <PageFrame title="Elastic agents">
        <ProblemMessage problem={problem} retry={() => location.reload()} />
      </PageFrame>
    );
  }
}

/** A new version of the extension takes the parts of the old one away: then the page has to be loaded again. */
function problemOf(cause: unknown): HubProblem {
  const isPart = cause instanceof Error && cause.name === 'ChunkLoadError';
  return {
    code: isPart ? 'PAGE_PART_MISSING' : 'UNEXPECTED',
    message: isPart
      ? 'A part of this page could not be loaded.'
      : `The page met something it does not know: ${wordsOf(cause)}`,
    nextStep: isPart
      ? 'The network may have failed, or the extension was updated meanwhile. Load the page again.'
      : 'Load the page again. If it stays, tell it to whoever looks after Weir.',
    correlationId: null,
    retryAfterMs: null,
  };
}
