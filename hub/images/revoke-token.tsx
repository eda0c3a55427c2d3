// Asks before a connection token is revoked: pipelines may live on it, and it does not come back.
import type { TokenView } from '../../contract/tokens.ts';
import { AskedDeed } from '../asked-deed.tsx';
import { Name } from '../name.tsx';
import type { HubClient } from '../service.ts';
import { exactWords } from '../time.ts';

interface RevokeTokenProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly token: TokenView;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function RevokeToken({ client, pool, token, onDone, onClose }: RevokeTokenProps) {
  const { name, role, lastUsedAt } = token;
  const revoke = async (): Promise<void> => {
    await client.revokeToken(pool, token.tokenId);
    onDone();
  };
  return (
    <AskedDeed
      {...{ label: `Revoke ${name}`, doIt: 'Revoke the token', isDangerous: true }}
      deed={revoke}
      onLeave={onClose}
    >
      Pipelines that use <Name>{name}</Name> can no longer{' '}
      {role === 'pin' ? 'validate or pin images' : 'validate images'}.{' '}
      {lastUsedAt === null ? 'It was never used.' : `Last used ${exactWords(lastUsedAt)}.`}
    </AskedDeed>
  );
}
