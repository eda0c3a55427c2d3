// Asks before a version is validated: trial machines cost money.
import { useState } from 'react';
import { Question } from '../question.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
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
  const [isStarting, setStarting] = useState(false);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  // The same for every try, so that a lost answer and a second click start one validation.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const validate = async (): Promise<void> => {
    setStarting(true);
    try {
      onReport((await client.startValidation(pool, { image, version }, { idempotencyKey })).validationId);
    } catch (cause) {
      setProblem(toProblem(cause));
      setStarting(false);
    }
  };
  const label = `Validate ${version}`;
  return (
    <div className="weir-inset">
      <Question {...{ label, doIt: label, isDoing: isStarting }} onDo={() => void validate()} onLeave={onClose}>
        Weir starts trial machines of version {version}, which cost money, and deletes them when it knows.
      </Question>
      {problem === null ? null : (
        <p className="weir-inline-problem" role="alert">
          {problem.message} {problem.nextStep}
        </p>
      )}
    </div>
  );
}
