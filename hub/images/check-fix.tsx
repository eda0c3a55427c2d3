// What mends a finding: a sentence, and the command in the quoting of the shell that somebody has open.
import { useState } from 'react';
import type { CheckView } from '../../contract/validations.ts';
import { Choice } from '../choice.tsx';
import { CommandText } from '../command-text.tsx';

const shells = ['bash', 'powershell', 'cmd'] as const;
const shellNames = { bash: 'Bash', powershell: 'PowerShell', cmd: 'Command prompt' } as const;

export function CheckFix({ fix }: { readonly fix: NonNullable<CheckView['fix']> }) {
  const [shell, setShell] = useState<(typeof shells)[number]>('bash');
  return (
    <div className="weir-next">
      {fix.words}
      {fix.commands === null ? null : (
        <>
          <CommandText label="Command" text={fix.commands[shell]} />
          <Choice label="Shell" value={shell} choices={shells} nameOf={(one) => shellNames[one]} onChange={setShell} />
        </>
      )}
    </div>
  );
}
