// Asks before a validation is cancelled: what it has found so far is no verdict.
import type { ValidationReport } from '../../contract/validations.ts';
import { AskedDeed } from '../asked-deed.tsx';
import type { HubClient } from '../service.ts';

interface CancelValidationProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly report: ValidationReport;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const label = 'Cancel the validation';

export function CancelValidation({ client, pool, report, onDone, onClose }: CancelValidationProps) {
  const cancel = async (): Promise<void> => {
    await client.cancelValidation(pool, report.validationId);
    onDone();
  };
  return (
    <AskedDeed {...{ label, doIt: label, isDangerous: true }} deed={cancel} onLeave={onClose}>
      Its trial machines are deleted, and {report.image} {report.version} gets no verdict. A pipeline that waits for the
      verdict fails.
    </AskedDeed>
  );
}
