// Asks before the settings of a row become the pool's: what changes, and from which revision. Whoever was faster is not overwritten.
import { Button } from 'azure-devops-ui/Button';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ServiceProblem } from '../../contract/client.ts';
import type { SettingsView } from '../../contract/service.ts';
import type { WhatIfRow } from '../../contract/what-if.ts';
import { sentenceOf } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { SavedWords } from '../settings/saved-words.tsx';
import { changesOf, rowName } from './row-words.ts';

interface ApplyFormProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly row: WhatIfRow;
  /** As the person saw them. */
  readonly settings: SettingsView;
  /** The service's clock. */
  readonly now: string;
  readonly onClose: () => void;
  readonly onSaved: (settings: SettingsView) => void;
  /** Somebody saved others meanwhile. */
  readonly onNewer: (settings: SettingsView) => void;
}

const stillYours = 'Nothing of yours was done: look at what would change now, and save it if you still want it.';

export function ApplyForm({ client, pool, row, settings, now, onClose, onSaved, onNewer }: ApplyFormProps) {
  const [isSending, setSending] = useState(false);
  const [words, setWords] = useState<ReactNode>(null);
  const form = useRef<HTMLFormElement>(null);
  // It stands below the table: whoever asked for it is brought there.
  useEffect(() => form.current?.focus(), []);
  const changes = changesOf(settings.settings, row);
  const send = async (): Promise<void> => {
    setSending(true);
    try {
      onSaved(await client.saveSettings(pool, { ...settings.settings, ...row.settings }, settings.revision));
    } catch (cause) {
      setWords(sentenceOf(cause));
      if (cause instanceof ServiceProblem && cause.status === 412) await readAgain(cause);
    } finally {
      setSending(false);
    }
  };
  const readAgain = async (overtaken: ServiceProblem): Promise<void> => {
    try {
      const theirs = await client.settings(pool);
      onNewer(theirs);
      setWords(
        <>
          <SavedWords settings={theirs} now={now} />. {stillYours}
        </>,
      );
    } catch (cause) {
      // The service's own words name whoever was faster.
      setWords(`${overtaken.message} ${stillYours} ${sentenceOf(cause)}`);
    }
  };
  return (
    <form
      ref={form}
      tabIndex={-1}
      className="weir-inset weir-pin"
      aria-label={`Apply ${rowName(row)}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p className="weir-strong">Change the settings of {pool}?</p>
      {changes.length === 0 ? (
        <p>Nothing would change: the pool has these settings already.</p>
      ) : (
        <ul className="weir-what-if-changes">
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
      <span className="weir-filters">
        <Button primary={true} type="submit" disabled={isSending || changes.length === 0} text="Change them" />
        <Button subtle={true} text="Keep what there is" onClick={onClose} />
      </span>
      <div role="alert">{words === null ? null : <p>{words}</p>}</div>
    </form>
  );
}
