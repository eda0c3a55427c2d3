// Asks before a connection token is revoked: pipelines may live on it, and it does not come back.
import { useState } from 'react';
import type { TokenView } from '../../contract/tokens.ts';
import { Name } from '../name.tsx';
import { Question } from '../question.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
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
  const [isRevoking, setRevoking] = useState(false);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  const revoke = async (): Promise<void> => {
    setRevoking(true);
    try {
      await client.revokeToken(pool, token.tokenId);
      onDone();
    } catch (cause) {
      setProblem(toProblem(cause));
      setRevoking(false);
    }
  };
  const { name, role, lastUsedAt } = token;
  return (
    <div className="weir-inset">
      <Question
        {...{ label: `Revoke ${name}`, doIt: 'Revoke the token', isDangerous: true, isDoing: isRevoking }}
        onDo={() => void revoke()}
        onLeave={onClose}
      >
        Pipelines that use <Name>{name}</Name> can no longer{' '}
        {role === 'pin' ? 'validate or pin images' : 'validate images'}.{' '}
        {lastUsedAt === null ? 'It was never used.' : `Last used ${exactWords(lastUsedAt)}.`}
      </Question>
      {problem === null ? null : (
        <p className="weir-inline-problem" role="alert">
          {problem.message} {problem.nextStep}
        </p>
      )}
    </div>
  );
}
