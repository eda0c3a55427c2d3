// The shell that somebody has open: chosen once for all commands of the page.
import { createContext } from 'react';

export const shells = ['bash', 'powershell', 'cmd'] as const;
export type Shell = (typeof shells)[number];

export const shellNames: Readonly<Record<Shell, string>> = {
  bash: 'Bash',
  powershell: 'PowerShell',
  cmd: 'Command prompt',
};

export const ShellContext = createContext<Shell>('bash');
