// What a person may ask of one node, when it is refused, and what happens when it is not. Never does it touch a job.

export type NodeAction = 'drain' | 'delete' | 'save' | 'reimage' | 'release';

export interface NodeActionFacts {
  readonly name: string;
  readonly hasMachine: boolean;
  /** A job runs there or is assigned. */
  readonly isBusy: boolean;
  readonly isSaved: boolean;
  /** Its agent has not been online yet in this life. */
  readonly isStarting: boolean;
  /** A delete or a reimage is under way, or was asked for a moment ago. */
  readonly isLeaving: boolean;
  /** Jobs of the pool find a fresh machine: `recycleAfterEachUse`. */
  readonly isRecycled: boolean;
}

export interface NodeRefusal {
  readonly code:
    'NODE_BUSY' | 'NODE_LEAVING' | 'NODE_STARTING' | 'NODE_KEPT' | 'NODE_NOT_KEPT' | 'NODE_WITHOUT_MACHINE';
  readonly message: string;
}

export function refuseNodeAction(action: NodeAction, facts: NodeActionFacts): NodeRefusal | null {
  const { name } = facts;
  if (facts.isLeaving) return { code: 'NODE_LEAVING', message: `Something is under way with ${name} already.` };
  if (action === 'delete' && facts.isBusy) return { code: 'NODE_BUSY', message: `${name} runs a job.` };
  if (action === 'save' && facts.isSaved) return { code: 'NODE_KEPT', message: `${name} is kept already.` };
  if (action === 'release' && !facts.isSaved) return { code: 'NODE_NOT_KEPT', message: `${name} is not kept.` };
  if (action === 'drain' || action === 'delete') return null;
  if (!facts.hasMachine) return { code: 'NODE_WITHOUT_MACHINE', message: `${name} has no machine any more.` };
  if (action === 'reimage' && facts.isStarting)
    return { code: 'NODE_STARTING', message: `${name} has not come up yet.` };
  return null;
}

/**
 * What becomes of a kept machine that is given back. Whoever looked at it may have changed it, so jobs that are promised a
 * fresh machine get one; and one that never came up would only be kept again.
 */
export function releaseOf(facts: Pick<NodeActionFacts, 'isStarting' | 'isRecycled'>): 'delete' | 'reimage' | 'asItIs' {
  if (facts.isStarting) return 'delete';
  return facts.isRecycled ? 'reimage' : 'asItIs';
}

/** What happens now, for whoever asked. */
export function nodeActionWords(action: NodeAction, facts: NodeActionFacts): string {
  const { name, isBusy } = facts;
  switch (action) {
    case 'release':
      return releaseWords[releaseOf(facts)].replace('{name}', () => name);
    case 'drain':
      return isBusy
        ? `${name} finishes its job and takes no other; then it is deleted.`
        : `${name} takes no job any more and is deleted.`;
    case 'delete':
      return `${name} takes no job any more and is deleted.`;
    case 'save':
      return isBusy
        ? `${name} finishes its job and is kept then, until somebody deletes it.`
        : `${name} takes no job any more and is kept until somebody deletes it.`;
    case 'reimage':
      return isBusy
        ? `${name} finishes its job and is reimaged then.`
        : `${name} takes no job any more and is reimaged.`;
  }
}

const releaseWords = {
  delete: '{name} never came up, so it is deleted.',
  reimage: '{name} is reimaged and takes jobs then: jobs of this pool find a fresh machine.',
  asItIs: '{name} takes jobs again as it is.',
} as const;

/** For the ledger and the log: who asked, and why. */
export function askedWords(action: NodeAction, node: string, by: string, reason: string): string {
  const given = reason.trim();
  const why = given === '' ? '.' : `: ${given}${/[.!?]$/.test(given) ? '' : '.'}`;
  return `${by} asked to ${verbs[action]} ${node}${why}`;
}

const verbs: Readonly<Record<NodeAction, string>> = {
  drain: 'drain',
  delete: 'delete',
  save: 'keep',
  reimage: 'reimage',
  release: 'give back',
};
