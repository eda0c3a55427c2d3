// The evidence of a verdict as people read it: the near misses as a table, everything else as sentences.
import type { NodeState } from './node-state.ts';
import type { Evidence, NearMiss } from './verdict.ts';
import { count, span } from './words.ts';

export function nearMissesIn(evidence: readonly Evidence[]): readonly NearMiss[] {
  return evidence.filter((one) => one.kind === 'nearMiss');
}

/** Those whose state the verdict stands on, such as kept ones. */
export function agentsIn(evidence: readonly Evidence[]): readonly { readonly name: string; readonly state: string }[] {
  return evidence.flatMap((one) => (one.kind === 'agent' ? [{ name: one.agent, state: one.state }] : []));
}

/** `nameOf` gives a job request a name that people know. */
export function factsIn(evidence: readonly Evidence[], nameOf: (requestId: number) => string): readonly string[] {
  return evidence.flatMap((one) => factOf(one, nameOf));
}

function factOf(evidence: Evidence, nameOf: (requestId: number) => string): readonly string[] {
  switch (evidence.kind) {
    case 'nearMiss':
      return [];
    case 'demand':
      return [`The demand "${evidence.demand}": ${evidence.problem}. ${evidence.hint}`];
    case 'conflict':
      return [`These demands exclude each other: ${evidence.demands.map((one) => `"${one}"`).join(', ')}.`];
    case 'aliases':
      return evidence.known.length === 0
        ? [`The pool offers no images; "${evidence.asked}" was asked for.`]
        : [`"${evidence.asked}" was asked for; the pool offers ${evidence.known.map((one) => `"${one}"`).join(', ')}.`];
    case 'ahead':
      return evidence.requestIds.length === 0 ? [] : [`Ahead of it: ${aheadWords(evidence.requestIds.map(nameOf))}.`];
    case 'agent':
      return [`Agent ${evidence.agent} is ${evidence.state}.`];
    case 'node':
      return [
        `Node ${evidence.node} has been ${stateWords(evidence.state)} for ${span(evidence.sinceSeconds * 1000)}.`,
      ];
    case 'bootTime':
      return [bootTimeWords(evidence)];
    case 'room':
      return [`The pool has ${count(evidence.machines, 'machine')} of at most ${evidence.maximum}.`];
    case 'failure':
      return [`On ${evidence.node}, ${evidence.source} failed: ${evidence.message} (${evidence.code})`];
    case 'reading':
      return [`The ${evidence.part} could not be read${evidence.problem === null ? '' : `: ${evidence.problem}`}`];
    case 'message':
      return [evidence.text];
    default:
      return [];
  }
}

/** Of the nodes that a job may wait for. Another state is told by its name, as words. */
const nodeStates: Partial<Record<string, string>> = {
  new: 'asked for',
  creatingCompute: 'booting',
  startingAgent: 'starting its agent',
  assigned: 'running a job',
  pendingReimage: 'waiting to be reimaged',
  pendingReimageCandidate: 'idle',
  reimagingCompute: 'reimaging',
  restartingAgent: 'restarting its agent',
} satisfies Partial<Record<NodeState, string>>;

function stateWords(state: string): string {
  return nodeStates[state] ?? state.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function bootTimeWords({ of, usualSeconds, boots }: Extract<Evidence, { readonly kind: 'bootTime' }>): string {
  const what = of === 'create' ? 'A boot' : 'Wiping a machine';
  const basis = boots === 0 ? 'assumed, for none was seen yet' : `the middle of ${boots} that were seen`;
  return `${what} takes about ${usualSeconds} s (${basis}).`;
}

const shownAhead = 3;

function aheadWords(names: readonly string[]): string {
  const shown = names.slice(0, shownAhead).join(', ');
  const more = names.length - shownAhead;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
