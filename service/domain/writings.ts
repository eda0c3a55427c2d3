// The demands of thousands of requests, which are a few writings over and over: what follows from the demands alone is worked
// out once for each. The same demands in another order are another writing.

/** Gives each writing its place, counted from 0 in the order in which they are first read. */
export function writingReader(): (demands: readonly string[]) => number {
  const root = newBranch();
  const lists = new Map<readonly string[], number>();
  let seen = 0;
  return (demands) => {
    const known = lists.get(demands);
    if (known !== undefined) return known;
    let branch = root;
    for (const demand of demands) branch = next(branch, demand);
    if (branch.place === unseen) {
      branch.place = seen;
      seen += 1;
      // A reader gives one list to all requests that write the same (same-lists.ts).
      lists.set(demands, branch.place);
    }
    return branch.place;
  };
}

/** The demands that follow upon those before, as some request writes them. */
interface Branch {
  readonly then: Map<string, Branch>;
  lastText: string;
  last: Branch | null;
  place: number;
}

/** Most requests write what the one before them wrote, so the last text is compared before any is looked up. */
function next(branch: Branch, demand: string): Branch {
  if (branch.last !== null && branch.lastText === demand) return branch.last;
  const known = branch.then.get(demand);
  const found = known ?? newBranch();
  if (known === undefined) branch.then.set(demand, found);
  branch.lastText = demand;
  branch.last = found;
  return found;
}

const unseen = -1;

function newBranch(): Branch {
  return { then: new Map(), lastText: '', last: null, place: unseen };
}
