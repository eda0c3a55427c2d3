// I-23: a job starts only on the image, version, folder and tag that it names. What a job gets that names no image is
// the gate's to keep (gate.ts).
import type { JournalEvent } from '../journal.ts';
import { numberIn, textIn, type Checker } from './checker.ts';

const labels = ['image', 'version', 'workFolder', 'tag'] as const;

export function placementChecker(): Checker {
  const wanted = new Map<number, ReadonlyMap<string, string>>();
  return (event, report) => {
    const request = numberIn(event, 'request');
    if (request === null) return;
    if (event.kind === 'jobQueued') {
      const stated = labels.flatMap((label) => {
        const must = textIn(event, label);
        return must === null || (label === 'image' && !namesImage(event)) ? [] : [[label, must] as const];
      });
      wanted.set(request, new Map(stated));
    }
    if (event.kind !== 'jobStarted') return;
    for (const [label, must] of wanted.get(request) ?? []) {
      const got = textIn(event, label);
      // Azure DevOps compares values without regard to case.
      if (got?.toLowerCase() === must.toLowerCase()) continue;
      const words = `Job request ${String(request)} must have ${label} ${must} and got ${got ?? 'none'}.`;
      report(event.t, words, 'I-23');
    }
  };
}

function namesImage({ demands }: JournalEvent): boolean {
  return Array.isArray(demands) && demands.some((one) => /^ImageOverride\s/i.test(String(one)));
}
