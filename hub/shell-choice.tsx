// The shell that somebody has open: chosen once for all commands beside it.
import { createContext } from 'react';
import type { FixCommands } from '../contract/validations.ts';
import { Choice } from './choice.tsx';

export type Shell = keyof FixCommands;

const shells: readonly Shell[] = ['bash', 'powershell', 'cmd'];
const shellNames: Readonly<Record<Shell, string>> = { bash: 'Bash', powershell: 'PowerShell', cmd: 'Command prompt' };

export const ShellContext = createContext<Shell>('bash');

interface ShellChoiceProps {
  readonly label?: string;
  readonly shell: Shell;
  readonly onChange: (shell: Shell) => void;
}

export function ShellChoice({ label = 'Shell', shell, onChange }: ShellChoiceProps) {
  return <Choice label={label} value={shell} choices={shells} nameOf={(one) => shellNames[one]} onChange={onChange} />;
}
