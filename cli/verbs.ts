// Every verb of `weir`, in the order of help. A verb that needs heavy rooms imports them inside its `run`.
import { benchVerb } from './bench.ts';
import { checkVerb } from './check.ts';
import { decideVerb } from './decide.ts';
import { explainVerb } from './explain.ts';
import { replayVerb } from './replay.ts';
import { sandboxVerb } from './sandbox.ts';
import { schemaVerb } from './schema.ts';
import { simulateVerb } from './simulate.ts';
import { startVerb } from './start.ts';
import type { Verb } from './verb.ts';

export const verbs: readonly Verb[] = [
  startVerb,
  sandboxVerb,
  checkVerb,
  explainVerb,
  decideVerb,
  replayVerb,
  simulateVerb,
  benchVerb,
  schemaVerb,
];
