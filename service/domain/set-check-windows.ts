// Says for as long as it is so that nobody has seen the Windows script work: it was read by a parser and ran nowhere. A
// machine that came online is the proof, for whoever has it (decision 0016).
import type { SetFacts, SetUse } from './set-facts.ts';
import type { SetFinding } from './set-finding.ts';
import { count } from './words.ts';

/** Also a line of the log, when the first model for Windows is written. */
export const windowsDoubt =
  'The script that makes a Windows machine an agent has not run on a real machine yet, only its text is checked.';

export function checkWindows({ scaleSet }: SetFacts, { windows }: SetUse): SetFinding {
  const { hasImage, online, isPlayed } = windows ?? { hasImage: false, online: 0, isPlayed: false };
  if (!hasImage && scaleSet.osType !== 'windows') return { status: 'ok', words: 'Its machines run Linux.' };
  if (isPlayed) return { status: 'ok', words: 'The sandbox plays its Windows machines.' };
  if (online > 0)
    return { status: 'ok', words: `${count(online, 'Windows machine')} came online with the script of Weir.` };
  return {
    status: 'warning',
    words: windowsDoubt,
    fix: {
      words:
        'Try it with a pool of one machine, or validate the image on the tab Images. Where the agent does not come online, C:\\agent\\enableagent.log and the output of the extension say why. This warning ends with the first machine that comes online.',
      commands: null,
      mend: null,
    },
  };
}
