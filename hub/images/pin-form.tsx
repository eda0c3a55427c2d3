// Asks for the reason before an image is pinned, unpinned or rolled back. Whoever was faster is shown, and nothing is lost.
import { Button } from 'azure-devops-ui/Button';
import { useId, useState } from 'react';
import { ServiceProblem } from '../../contract/client.ts';
import type { ImageView, PinChange } from '../../contract/images.ts';
import { sentenceOf } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { useTakenFocus } from '../taken-focus.ts';

export interface PinWish {
  readonly action: PinChange['action'];
  readonly version: string | null;
}

interface PinFormProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly image: ImageView;
  readonly wish: PinWish;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const titles: Readonly<Record<PinChange['action'], string>> = { pin: 'Pin', unpin: 'Unpin', rollback: 'Roll back' };

export function PinForm({ client, pool, image, wish, onClose, onDone }: PinFormProps) {
  const id = useId();
  const form = useTakenFocus<HTMLFormElement>();
  // The revision that the person saw when the form opened: a change since then must not be overwritten unseen.
  const [revision, setRevision] = useState(image.revision);
  const [reason, setReason] = useState('');
  const [isOverride, setOverride] = useState(false);
  const [isSending, setSending] = useState(false);
  const [words, setWords] = useState<string | null>(null);
  const target = image.versions.find((one) => one.version === wish.version);
  const needsOverride = wish.action === 'pin' && image.requiresValidation && target?.validation?.verdict !== 'passed';
  const send = async (): Promise<void> => {
    setSending(true);
    try {
      const change: PinChange = {
        ...{ image: image.alias, action: wish.action, version: wish.version, scope: 'pool', reason },
        ...(isOverride ? { requireValidated: false } : {}),
      };
      await client.pin(pool, change, { revision, idempotencyKey: crypto.randomUUID() });
      onDone();
    } catch (cause) {
      setWords(await wordsOf(cause, client, pool, image, setRevision));
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      ref={form}
      className="weir-inset weir-pin"
      aria-label={`${titles[wish.action]} ${image.alias}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p className="weir-strong">{sentence(wish, image)}</p>
      {needsOverride ? (
        <label className="weir-check">
          <input type="checkbox" checked={isOverride} onChange={(event) => setOverride(event.target.checked)} />
          {wish.version} has not passed a validation. Pin it all the same; the reason stands in the history.
        </label>
      ) : null}
      <label htmlFor={id}>Reason</label>
      <input
        id={id}
        className="weir-input"
        value={reason}
        maxLength={500}
        required={isOverride}
        onChange={(event) => setReason(event.target.value)}
      />
      <span className="weir-filters">
        <Button
          primary={true}
          type="submit"
          disabled={isSending || (needsOverride && !isOverride)}
          text={titles[wish.action]}
        />
        <Button subtle={true} text="Cancel" onClick={onClose} />
      </span>
      <div role="alert">{words === null ? null : <p className="weir-inline-problem">{words}</p>}</div>
    </form>
  );
}

function sentence({ action, version }: PinWish, image: ImageView): string {
  const now = image.currentVersion ?? 'what the image names';
  if (action === 'pin') return `New machines get ${version ?? ''} instead of ${now}.`;
  if (action === 'unpin')
    return `New machines follow the newest version again; now it is ${image.latestVersion ?? 'not known'}.`;
  // A service of the version before does not say what it goes back to.
  if (image.rollback == null) return `New machines get the version before ${now} again.`;
  const { version: before } = image.rollback;
  return before === null
    ? `New machines follow the newest version again instead of ${now}.`
    : `New machines get ${before} again instead of ${now}.`;
}

/** A second try is made from what stands now, after the person has read who was faster. */
async function wordsOf(
  cause: unknown,
  client: HubClient,
  pool: string,
  image: ImageView,
  setRevision: (revision: number) => void,
): Promise<string> {
  if (!(cause instanceof ServiceProblem) || cause.status !== 412) {
    return sentenceOf(cause);
  }
  let now;
  try {
    now = (await client.images(pool)).images.find((one) => one.alias === image.alias);
  } catch (second) {
    return sentenceOf(second);
  }
  if (now === undefined) return 'The image is not part of the pool any more.';
  setRevision(now.revision);
  const [last] = now.history;
  const who = last === undefined ? 'Somebody' : last.by;
  return `${who} changed this image meanwhile: you saw ${image.currentVersion ?? 'no version'}, and it stands at ${now.currentVersion ?? 'no version'} now. Nothing of yours was done; send it again if you still want it.`;
}
