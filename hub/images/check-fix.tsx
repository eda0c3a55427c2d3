// What mends a finding: a sentence, and the command in the quoting of the shell that somebody has open.
import { useState } from 'react';
import type { CheckView } from '../../contract/validations.ts';
import { CommandText } from '../command-text.tsx';
import { ShellChoice, type Shell } from '../shell-choice.tsx';

export function CheckFix({ fix }: { readonly fix: NonNullable<CheckView['fix']> }) {
  const [shell, setShell] = useState<Shell>('bash');
  return (
    <div className="weir-next">
      {fix.words}
      {fix.commands === null ? null : (
        <>
          <CommandText label="Command" text={fix.commands[shell]} />
          <ShellChoice shell={shell} onChange={setShell} />
        </>
      )}
    </div>
  );
}
