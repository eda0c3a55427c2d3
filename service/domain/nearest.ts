// Finds the name that somebody most likely meant, for "Did you mean …?".

/** Null where nothing is near: more than a third of the word would have to change, or all of a short one. Ignores case. */
export function nearestName(word: string, names: readonly string[]): string | null {
  if (word.length > 64) return null;
  const near = rankNames(word, names)[0];
  const farthest = Math.min(word.length - 1, Math.max(2, Math.floor(word.length / 3)));
  return near !== undefined && near.distance <= farthest ? near.name : null;
}

/** All names, the most similar first; names equally far keep their order. */
export function sortByNearness(word: string, names: readonly string[]): readonly string[] {
  return rankNames(word.slice(0, 64), names).map((near) => near.name);
}

function rankNames(word: string, names: readonly string[]): readonly { name: string; distance: number }[] {
  const sought = word.toLowerCase();
  return names
    .map((name) => ({ name, distance: editDistance(sought, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
}

/** Insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const steps = [at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (isSame ? 0 : 1)];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) steps.push(at(beforeLast, column - 2) + 1);
      current.push(Math.min(...steps));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
