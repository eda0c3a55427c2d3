// What a verb of the command line is: its words for people, its options, and what it does.
import { UserProblem } from '../service/problem.ts';

export interface Option {
  /** A boolean option is absent or there; a text option has a value. */
  readonly type: 'boolean' | 'text';
  /** How help names the value, such as `FILE`. */
  readonly value?: string;
  readonly summary: string;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** What follows `weir NAME`, without the options, such as `SNAPSHOT.json`. */
  readonly usage: string;
  /** How many words must follow the verb. */
  readonly positionals: { readonly min: number; readonly max: number };
  /** Without `--help`, which every verb has. */
  readonly options: Readonly<Record<string, Option>>;
  /** Longer help, below the options. */
  readonly details?: string;
  /** The exit code; a `UserProblem` that is thrown becomes its text and exit code 1 (`BadUsage`: 2). */
  run(args: Arguments, io: Io): Promise<number>;
}

/** What stood behind the verb, already checked against its options. */
export interface Arguments {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | null;
  /** A number within the bounds, or null where the option is absent; anything else is `BadUsage`. */
  number(name: string, min: number, max: number): number | null;
  /** The same, of whole numbers. */
  whole(name: string, min: number, max: number): number | null;
  /** A port, 0 for any free one; a refusal has `usual` for an example. */
  port(name: string, usual: number): number | null;
}

export interface Io {
  /** The answer: one JSON document with `--json`, else text. */
  out(text: string): void;
  /** Whatever is not the answer. */
  note(text: string): void;
  /** Settles at the first SIGINT or SIGTERM, which then no longer end the process by themselves. */
  untilStopped(): Promise<'SIGINT' | 'SIGTERM'>;
}

/** The command itself was wrong: exit code 2. */
export class BadUsage extends UserProblem {
  constructor(message: string, nextStep: string) {
    super('USAGE', message, { nextStep });
    this.name = 'BadUsage';
  }
}
