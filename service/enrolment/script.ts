// The constant scripts that machines run, and the versioned addresses at which they are served. A version is a promise:
// its parameters and its claim stay understood as long as models that name it exist.
import { readFileSync } from 'node:fs';

export const scriptVersion = '1';

export interface Script {
  readonly path: string;
  readonly text: string;
}

export const linuxScript: Script = {
  path: `/v1/enrolment/${scriptVersion}/enableagent.sh`,
  // The extension downloads one file, so its parts are put into their places here.
  text: [
    ['enableagent-handover.sh', new URL('./enableagent-handover.sh', import.meta.url)] as const,
    ['enableagent-trial.sh', new URL('./enableagent-trial.sh', import.meta.url)] as const,
    ['enableagent-network.py', new URL('./enableagent-network.py', import.meta.url)] as const,
  ].reduce(
    (text, [part, file]) => text.replace(`@@${part}@@\n`, () => read(file)),
    read(new URL('./enableagent.sh', import.meta.url)),
  ),
};

/** Not built yet: it says so and fails, so that no Windows machine seems enrolled. The sandbox plays what it will do. */
export const windowsScript: Script = {
  path: `/v1/enrolment/${scriptVersion}/enableagent.ps1`,
  text: [
    '# Weir does not enrol Windows machines yet: this script comes with a later version.',
    "Write-Output 'weir: Windows machines cannot be enrolled by this version of Weir.'",
    'exit 1',
    '',
  ].join('\r\n'),
};

/** Each address is written out above: the service's bundle finds the files by them and carries them along. */
function read(file: URL): string {
  return readFileSync(file, 'utf8');
}
