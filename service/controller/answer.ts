// What came of a decision to make something, with whether the cloud was asked at all: only then it took back a refusal.

export interface Answer {
  /** For the log. */
  readonly words: string;
  readonly isAsked: boolean;
}

export function notAsked(words: string): Answer {
  return { words, isAsked: false };
}
