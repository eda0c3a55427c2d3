// A scale set by its resource id, where Azure does not let the service list scale sets but lets it see this one.
import { useId, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { ScaleSetChoice } from '../../contract/azure-places.ts';
import { sentenceOf } from '../problem.ts';
import type { HubClient } from '../service.ts';

interface TypedSetProps {
  readonly client: HubClient;
  readonly proof: number;
  readonly onFound: (scaleSet: ScaleSetChoice) => void;
}

export function TypedSet({ client, proof, onFound }: TypedSetProps) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const look = async (): Promise<void> => {
    setSaid(null);
    try {
      const { scaleSet } = await client.standingMachines(proof, typed.trim());
      if (scaleSet.refusal === null) onFound(scaleSet);
      setSaid(scaleSet.refusal);
    } catch (cause) {
      setSaid(sentenceOf(cause));
    }
  };
  return (
    <form
      className="weir-field"
      onSubmit={(event) => {
        event.preventDefault();
        void look();
      }}
    >
      <label htmlFor={id}>Resource id of the scale set</label>
      <div className="weir-field-control">
        <input
          id={id}
          className="weir-input weir-input-text"
          autoComplete="off"
          spellCheck={false}
          maxLength={400}
          aria-describedby={`${id}fault`}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button type="submit" text="Use it" disabled={typed.trim() === ''} />
      </div>
      <div id={`${id}fault`} role="alert">
        {said === null ? null : <p className="weir-fault">{said}</p>}
      </div>
    </form>
  );
}
