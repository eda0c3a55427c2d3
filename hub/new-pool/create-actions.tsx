// The two ways to a new scale set: the service makes it, or somebody runs the command.
import { useCallback, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { ScaleSetMade, ScaleSetWish } from '../../contract/azure-places.ts';
import { CheckFix } from '../images/check-fix.tsx';
import { ProblemMessage } from '../messages.tsx';
import { sentenceOf } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { useAnswer } from './use-answer.ts';
import { missingIn } from './wish.ts';

interface CreateActionsProps {
  readonly client: HubClient;
  readonly proof: number;
  readonly wish: ScaleSetWish;
  readonly onMade: (words: string) => void;
}

export function CreateActions({ client, proof, wish, onMade }: CreateActionsProps) {
  const missing = missingIn(wish);
  const [isSending, setSending] = useState(false);
  const [told, setTold] = useState<Pick<ScaleSetMade, 'isAccepted' | 'words'> | null>(null);
  const key = JSON.stringify(wish);
  const ask = useCallback(
    (signal: AbortSignal) => client.createCommands(proof, JSON.parse(key) as ScaleSetWish, signal),
    [client, proof, key],
  );
  const commands = useAnswer(missing === null ? ask : null);
  if (missing !== null) return <p className="weir-secondary">{missing}</p>;
  const make = async (): Promise<void> => {
    setSending(true);
    try {
      const made = await client.createScaleSet(proof, wish);
      setTold(made);
      if (made.isAccepted) onMade(made.words);
    } catch (cause) {
      setTold({ isAccepted: false, words: sentenceOf(cause) });
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      {wish.subnetId === null ? (
        <p className="weir-secondary">Choose a network to have Weir make it, or run this command yourself.</p>
      ) : (
        <p>
          <Button primary={true} text="Make it now" disabled={isSending} onClick={() => void make()} />
        </p>
      )}
      <div role="status">
        {told === null ? null : (
          <p className="weir-anywhere">
            {told.isAccepted ? told.words : `Weir could not make it: ${told.words} Run the command below instead.`}
          </p>
        )}
      </div>
      {commands.problem === null ? null : <ProblemMessage problem={commands.problem} retry={commands.again} />}
      {commands.data === null ? null : (
        <CheckFix fix={{ words: 'The same by hand, then look again:', commands: commands.data }} />
      )}
    </>
  );
}
