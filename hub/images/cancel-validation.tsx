// Asks before a validation is cancelled: what it has found so far is no verdict.
import { useState } from 'react';
import type { ValidationReport } from '../../contract/validations.ts';
import { Question } from '../question.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
import type { HubClient } from '../service.ts';

interface CancelValidationProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly report: ValidationReport;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function CancelValidation({ client, pool, report, onDone, onClose }: CancelValidationProps) {
  const [isCancelling, setCancelling] = useState(false);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  const cancel = async (): Promise<void> => {
    setCancelling(true);
    try {
      await client.cancelValidation(pool, report.validationId);
      onDone();
    } catch (cause) {
      setProblem(toProblem(cause));
      setCancelling(false);
    }
  };
  const label = 'Cancel the validation';
  return (
    <div className="weir-inset">
      <Question
        {...{ label, doIt: label, isDangerous: true, isDoing: isCancelling }}
        onDo={() => void cancel()}
        onLeave={onClose}
      >
        Its trial machines are deleted, and {report.image} {report.version} gets no verdict. A pipeline that waits for
        the verdict fails.
      </Question>
      {problem === null ? null : (
        <p className="weir-inline-problem" role="alert">
          {problem.message} {problem.nextStep}
        </p>
      )}
    </div>
  );
}
