// Whether jobs of a pool with several images say which one they mean. Demands only exclude: a job without one fits every machine,
// and what Weir takes it for is known to nobody else (DESIGN, fact 3).
import type { SetFacts, SetUse } from './set-facts.ts';
import type { SetFinding } from './set-finding.ts';
import { count } from './words.ts';

export function checkDefaultImage(_facts: SetFacts, { naming }: SetUse): SetFinding {
  if (naming === undefined) return { status: 'ok', words: 'The pool has one image at most, so no job has to name it.' };
  const { usual, images, jobs, unnamed } = naming;
  if (jobs === 0) return { status: 'ok', words: `No job of the last ${namingDays} days is known that named no image.` };
  if (unnamed === 0) return { status: 'ok', words: `Each of the last ${count(jobs, 'job')} named its image.` };
  return {
    status: 'warning',
    words:
      `${count(unnamed, 'job')} of the last ${jobs} named no image. Weir takes such a job for one of ${usual}, the first of ${images} images, ` +
      'but nothing in the job says so to Azure DevOps, which may give it to a machine of another image.',
    fix: {
      words:
        `Write the demand "ImageOverride -equals ${usual}" into those jobs. Until then Weir keeps machines of other images closed while ` +
        'such a job waits, which costs waiting; one that is queued at that very moment may still slip through, and an alarm says so.',
      commands: null,
      mend: null,
    },
  };
}

export const namingDays = 7;
