// Every verb of `weir`, in the order of help. A verb that needs heavy rooms imports them inside its `run`.
import { decideVerb } from './decide.ts';
import { explainVerb } from './explain.ts';
import type { Verb } from './verb.ts';

export const verbs: readonly Verb[] = [explainVerb, decideVerb];
