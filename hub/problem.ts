// Every failure the hub can meet, as the one shape its pages show: what happened and what to do next.
import { ServiceProblem } from '../contract/client.ts';

export interface HubProblem {
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  readonly correlationId: string | null;
  /** How long to leave the other side alone; null where it did not say. */
  readonly retryAfterMs: number | null;
}

/** A failure between the hub and the page that hosts it. */
export class HostProblem extends Error {
  readonly code: string;
  readonly nextStep: string;

  constructor(code: string, message: string, nextStep: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HostProblem';
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** What happened and what to do next, in one line. */
export function sentenceOf(cause: unknown): string {
  const { message, nextStep } = toProblem(cause);
  return `${message} ${nextStep}`;
}

export function toProblem(cause: unknown): HubProblem {
  if (cause instanceof ServiceProblem) {
    const { code, message, nextStep, correlationId, retryAfterMs } = cause;
    return { code, message, nextStep, correlationId, retryAfterMs };
  }
  if (cause instanceof HostProblem) {
    return {
      code: cause.code,
      message: cause.message,
      nextStep: cause.nextStep,
      correlationId: null,
      retryAfterMs: null,
    };
  }
  const message = `The page met something it does not know: ${wordsOf(cause)}`;
  return { code: 'UNEXPECTED', message, nextStep: 'Reload the page.', correlationId: null, retryAfterMs: null };
}

/** What crosses the host's channel is a plain object with a message, never an Error (extension-host-protocol.md 1). */
export function wordsOf(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'message' in cause && typeof cause.message === 'string')
    return cause.message;
  return String(cause);
}
