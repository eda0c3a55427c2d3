// Which work folder a machine gets: that of the job it is made for, else the pool's setting, else the image's variable,
// else the default. An invalid one gives the default and a warning, as the Demands article says.
import type { OsType } from '../domain/instance.ts';
import { defaultWorkFolder, workFolderFault } from '../domain/work-folder.ts';

/** The agent's root on every machine; the extension's settings name the same. */
export const agentFolder: Readonly<Record<OsType, string>> = { linux: '/agent', windows: 'C:\\agent' };

export { defaultWorkFolder } from '../domain/work-folder.ts';

export interface WorkFolderChoice {
  readonly workFolder: string;
  readonly warnings: readonly string[];
}

export function chooseWorkFolder(
  osType: OsType,
  wanted: { readonly demand: string | null; readonly setting: string | null; readonly imageVariable: string | null },
): WorkFolderChoice {
  const fallback = defaultWorkFolder[osType];
  const [asked, source] =
    wanted.demand !== null
      ? [wanted.demand, 'The demand WorkFolder']
      : wanted.setting !== null
        ? [wanted.setting, 'The setting workFolder']
        : [wanted.imageVariable, 'VSTS_AGENT_INPUT_WORK of the image'];
  if (asked === null || asked === '') return { workFolder: fallback, warnings: [] };
  const absolute = source.startsWith('VSTS') ? belowAgentFolder(osType, asked) : asked;
  const fault = workFolderFault(absolute, osType);
  if (fault === null) return { workFolder: withoutLastSeparator(absolute), warnings: [] };
  return { workFolder: fallback, warnings: [`${fault.code}: ${source} is ${fault.message}; ${fallback} is used.`] };
}

/** The agent takes a relative work folder from its own root (agent-enrolment.md 1). */
function belowAgentFolder(osType: OsType, folder: string): string {
  const isRelative = /^[A-Za-z0-9._-]+([/\\][A-Za-z0-9._-]+)*$/.test(folder);
  return isRelative ? `${agentFolder[osType]}${osType === 'linux' ? '/' : '\\'}${folder}` : folder;
}

function withoutLastSeparator(folder: string): string {
  return folder.replace(/[/\\]$/, '');
}
