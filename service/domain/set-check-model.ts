// What somebody has changed in the model of the scale set since Weir works on it.
import { isCheckedAlone, partWords } from './model-drift.ts';
import type { SetFacts, SetUse } from './set-facts.ts';
import type { SetFinding } from './set-finding.ts';
import { day } from './words.ts';

/** So long a change is worth a warning: then machines of both models have stood side by side for long enough. */
const toldMs = 7 * 86_400_000;

export function checkModel(_facts: SetFacts, { model, hasLanes }: SetUse): SetFinding {
  if (model === null) return { status: 'ok', words: 'Weir has not worked with this model yet.' };
  const { seen, now } = model;
  const recent = seen.changes.filter((one) => now - one.at < toldMs);
  const parts = [...new Set(recent.flatMap((one) => one.parts))].filter((part) => !isCheckedAlone(part));
  const [newest] = recent;
  if (newest === undefined || parts.length === 0) {
    const last = seen.changes[0]?.at ?? seen.since;
    const since = seen.changes.length === 0 ? `since Weir first saw it on ${day(last)}` : `since ${day(last)}`;
    return { status: 'ok', words: `Nobody has changed what machines are made of ${since}.` };
  }
  const effect = hasLanes
    ? 'Weir makes new scale sets after it; those that stand go when they are empty.'
    : 'Machines that stand are as they were until they are deleted; new ones are made after the changed model.';
  return {
    status: 'warning',
    words: `Somebody changed the model: ${partWords(parts)}. ${effect}`,
    evidence: { changed: partWords(parts), last: new Date(newest.at).toISOString() },
    fix: {
      words: 'If nobody meant to, look into the activity log of the scale set for who did, and put it back.',
      commands: null,
      mend: null,
    },
  };
}
