// Asks before a version is validated: trial machines cost money.
import { useState } from 'react';
import { AskedDeed } from '../asked-deed.tsx';
import type { HubClient } from '../service.ts';

interface AskValidationProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly image: string;
  readonly version: string;
  readonly onReport: (validationId: string) => void;
  readonly onClose: () => void;
}

export function AskValidation({ client, pool, image, version, onReport, onClose }: AskValidationProps) {
  // The same for every try, so that a lost answer and a second click start one validation.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const validate = async (): Promise<void> => {
    onReport((await client.startValidation(pool, { image, version }, { idempotencyKey })).validationId);
  };
  const label = `Validate ${version}`;
  return (
    <AskedDeed {...{ label, doIt: label }} deed={validate} onLeave={onClose}>
      Weir starts trial machines of version {version}, which cost money, and deletes them when it knows.
    </AskedDeed>
  );
}
