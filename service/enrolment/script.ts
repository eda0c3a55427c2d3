// The constant scripts that machines run, and the versioned addresses at which they are served. A version is a promise:
// its parameters and its claim stay understood as long as models that name it exist.
import { readFileSync } from 'node:fs';

const scriptVersion = '1';

export interface Script {
  readonly path: string;
  readonly text: string;
}

export const linuxScript: Script = {
  path: `/v1/enrolment/${scriptVersion}/enableagent.sh`,
  text: composed(read(new URL('./enableagent.sh', import.meta.url)), [
    ['enableagent-handover.sh', new URL('./enableagent-handover.sh', import.meta.url)],
    ['enableagent-trial.sh', new URL('./enableagent-trial.sh', import.meta.url)],
    ['enableagent-network.py', new URL('./enableagent-network.py', import.meta.url)],
  ]),
};

/** Of the same protocol. It has been read by a parser of PowerShell and has run on no machine yet (decision 0016). */
export const windowsScript: Script = {
  path: `/v1/enrolment/${scriptVersion}/enableagent.ps1`,
  text: composed(read(new URL('./enableagent.ps1', import.meta.url)), [
    ['enableagent-handover.ps1', new URL('./enableagent-handover.ps1', import.meta.url)],
    ['enableagent-network.ps1', new URL('./enableagent-network.ps1', import.meta.url)],
    ['enableagent-steps.ps1', new URL('./enableagent-steps.ps1', import.meta.url)],
    ['enableagent-folder.ps1', new URL('./enableagent-folder.ps1', import.meta.url)],
    ['enableagent-logon.ps1', new URL('./enableagent-logon.ps1', import.meta.url)],
    ['enableagent-start.ps1', new URL('./enableagent-start.ps1', import.meta.url)],
    ['enableagent-trial.ps1', new URL('./enableagent-trial.ps1', import.meta.url)],
    ['enableagent-system.ps1', new URL('./enableagent-system.ps1', import.meta.url)],
  ]),
};

/** Extensions download one file, so its parts are put into their places here. */
function composed(text: string, parts: readonly (readonly [name: string, file: URL])[]): string {
  return parts.reduce((whole, [name, file]) => whole.replace(`@@${name}@@\n`, () => read(file)), text);
}

/** Each address is written out above: the service's bundle finds the files by them and carries them along. */
function read(file: URL): string {
  return readFileSync(file, 'utf8');
}
