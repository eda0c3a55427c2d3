// A text that somebody takes along, such as a command, with a button that copies it.
import { Button } from 'azure-devops-ui/Button';
import { useState } from 'react';
import './command-text.css';

interface CommandTextProps {
  readonly label: string;
  readonly text: string;
  /** Where it is run, in words above it. */
  readonly where?: string;
}

const copyWords = { not: 'Copy', done: 'Copied', refused: 'Mark it and copy by hand' } as const;

export function CommandText({ label, text, where = '' }: CommandTextProps) {
  const [copied, setCopied] = useState<{ readonly text: string; readonly how: 'done' | 'refused' } | null>(null);
  // What was copied before the text changed, as with another shell, is not what stands here now.
  const how = copied?.text === text ? copied.how : 'not';
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied({ text, how: 'done' });
    } catch {
      // A page inside another one may be denied the clipboard, and without https there is none.
      setCopied({ text, how: 'refused' });
    }
  };
  return (
    <div>
      <div className="weir-command-where">
        <span className="weir-secondary">{where}</span>
        <Button
          subtle={true}
          text={copyWords[how]}
          ariaLabel={`${copyWords[how]}: ${label}`}
          onClick={() => void copy()}
        />
      </div>
      <pre className="weir-command" tabIndex={0} role="group" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
