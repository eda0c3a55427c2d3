// What people call a job. A name may be left empty, and a button without words is nobody's.
import type { JobRequestView } from '../../contract/api.ts';

export function nameOfJob({ jobName, requestId }: JobRequestView): string {
  return jobName.trim() === '' ? `Job request ${requestId}` : jobName;
}
