// A scale set that is gone while a pool works on it: the documentation of scale set agents forbids to delete or rename one
// (seed 000), and Azure cannot rename at all, so whoever did it deleted it. It is named at once and not after ten minutes.
import type { Lane } from './observation.ts';

/** Azure's own words for a resource that is not there, in the message of a read. */
export function isNotFound(problem: string): boolean {
  // A name that DNS does not know, or an identity that Entra does not, says nothing of the scale set.
  if (/\bENOTFOUND\b|\bAADSTS\d|No token for/.test(problem)) return false;
  return /not ?found|does not exist|could not be found/i.test(problem);
}

/** The set that the pool works on; lanes are deleted by Weir itself once they are empty. */
export function isGoing({ scaleSet, key }: Lane): boolean {
  return (key ?? null) === null && scaleSet.value.provisioningState === 'deleting';
}

export function goingSetWords(name: string): string {
  return `Somebody deletes the scale set ${name} while the pool still works on it, so no machine can come.`;
}

export function missingSetWords(name: string): string {
  return (
    `The scale set ${name} does not exist any more: somebody deleted it, or made it anew under another name, while the pool ` +
    'still works on it. Make it again under this name, or delete the pool here.'
  );
}
