// What mends a finding: a sentence, and the command as the chosen shell wants it.
import { useContext } from 'react';
import type { FixCommands } from '../../contract/validations.ts';
import { CommandText } from '../command-text.tsx';
import { ShellContext } from '../shell-choice.tsx';

interface CommandProps {
  readonly about: string;
  readonly words: string;
  readonly commands: FixCommands | null;
}

export function Command({ about, words, commands }: CommandProps) {
  const shell = useContext(ShellContext);
  return (
    <div className="weir-next">
      {words}
      {commands === null ? null : <CommandText label={`Command: ${about}`} text={commands[shell]} />}
    </div>
  );
}
