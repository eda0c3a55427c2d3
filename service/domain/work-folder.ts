// Which folders may be an agent's work folder: the grammar that keeps a demand from becoming a command or a trap.
import type { OsType } from './instance.ts';

/** On the temporary disk, as Managed DevOps Pools does. */
export const defaultWorkFolder: Readonly<Record<OsType, string>> = { linux: '/mnt/_work', windows: 'D:\\_work' };

export interface WorkFolderFault {
  readonly code: 'WORKFOLDER_INVALID' | 'WORKFOLDER_OS';
  readonly message: string;
}

/** Null where the folder may be used (reliability-security.md 4.5). */
export function workFolderFault(folder: string, osType: OsType): WorkFolderFault | null {
  const isWindowsPath = /^[A-Za-z]:/.test(folder) || folder.startsWith('\\');
  if (osType === 'linux' && isWindowsPath) return other('a Windows path, and the agents of this pool run Linux');
  if (osType === 'windows' && folder.startsWith('/')) {
    return other('a Linux path, and the agents of this pool run Windows');
  }
  const problem = osType === 'linux' ? linuxProblem(folder) : windowsProblem(folder);
  return problem === null ? null : { code: 'WORKFOLDER_INVALID', message: problem };
}

function other(message: string): WorkFolderFault {
  return { code: 'WORKFOLDER_OS', message };
}

const sharedRoots = /^(var|run|tmp|home|opt|srv|agent)$/;
const systemRoots = /^(etc|usr|bin|sbin|lib[^/]*|boot|proc|sys|dev|root)$/;

function linuxProblem(folder: string): string | null {
  if (!folder.startsWith('/')) return 'not an absolute path';
  if (folder.length > 200) return 'longer than 200 characters';
  const segments = folder.replace(/\/$/, '').slice(1).split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'a path with "." or ".." in it';
  if (segments.some((segment) => !/^[A-Za-z0-9._-]{1,64}$/.test(segment))) {
    return 'made of other characters than letters, digits, ".", "_" and "-", or has an empty or very long part';
  }
  // The roots themselves belong to others too; what lies below them may be the agent's.
  if (segments.length === 1 && sharedRoots.test(segments[0] ?? '')) return 'a folder that the agent shares with others';
  const isSystem = systemRoots.test(segments[0] ?? '') || /^\/var\/lib\/waagent(\/|$)/.test(folder);
  return isSystem ? 'a folder of the operating system' : null;
}

const devices = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?$/i;
const windowsRoots = /^(windows|program files( \(x86\))?|programdata|users)$/i;

function windowsProblem(folder: string): string | null {
  if (!/^[C-Zc-z]:\\./.test(folder)) return 'not a folder on a drive from C: to Z:, such as D:\\a\\_work';
  if (folder.length > 200) return 'longer than 200 characters';
  const segments = folder.slice(3).replace(/\\$/, '').split('\\');
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'a path with "." or ".." in it';
  if (segments.some((segment) => segment === '' || !isPlain(segment))) {
    return 'made of characters that Windows or its shells read as something else, or has an empty part';
  }
  if (segments.some((segment) => devices.test(segment))) return 'the name of a device';
  return windowsRoots.test(segments[0] ?? '') ? 'a folder of the operating system' : null;
}

/** No shell signs, no streams, no short names, no end that Windows drops, no control characters. */
function isPlain(segment: string): boolean {
  return (
    !/\p{Cc}/u.test(segment) && !/[<>:"/|?*%^&!`$;]/.test(segment) && !/[. ]$/.test(segment) && !/~\d/.test(segment)
  );
}
