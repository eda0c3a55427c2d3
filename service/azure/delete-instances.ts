// Deletes instances by id. One id that Azure no longer knows makes it refuse the whole batch (azure-wire.md 3), so such
// ids are set aside, reported, and the rest is sent again: a refused batch has changed nothing.
import type { Accepted, NonEmpty } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { accepted, assertInstanceId } from './accepted.ts';
import { mutate } from './call.ts';
import { isMachineGone } from './failure.ts';
import type { CallContext } from './plain-call.ts';
import { readScaleSetId } from './endpoint.ts';

export async function deleteInstances(
  context: CallContext,
  scaleSetId: string,
  instanceIds: NonEmpty<string>,
): Promise<Accepted> {
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSetId);
  instanceIds.forEach(assertInstanceId);
  const left = new Set(instanceIds);
  const absent: string[] = [];
  while (left.size > 0) {
    try {
      const ids = [...left];
      const answer = await mutate(context, 'deleteInstances', subscriptionId, (client) =>
        client.virtualMachineScaleSets.deleteInstances(resourceGroup, name, { instanceIds: ids }),
      );
      return { ...accepted(context, 'deleteInstances', answer), absentInstanceIds: absent };
    } catch (problem) {
      const gone = absentIds(problem, left);
      gone.forEach((id) => left.delete(id));
      absent.push(...gone);
    }
  }
  return { operationUrl: null, absentInstanceIds: absent };
}

/** The ids that are gone already; throws the problem on where it is another one. */
function absentIds(problem: unknown, asked: ReadonlySet<string>): readonly string[] {
  if (!(problem instanceof CloudError)) throw problem;
  if (isMachineGone(problem)) return [...asked];
  // Two words of Azure for one thing (azure-wire.md 3; reliability-security.md R8).
  const isAboutIds = problem.code === 'InvalidParameter' && /instanceId/i.test(problem.message);
  if (!isAboutIds && problem.code !== 'InstanceIdsListInstanceIdNotActiveVM') throw problem;
  if (asked.size === 1) return [...asked];
  const named = [...problem.message.matchAll(/instanceId\s+"?([\w-]+)"?\s+is not an active/gi)].flatMap(
    ([, id]) => id ?? [],
  );
  const gone = named.filter((id) => asked.has(id));
  if (gone.length > 0) return gone;
  throw new CloudError(
    'conflict',
    'deleteInstances',
    `Azure refused the batch without naming the id: ${problem.message}`,
    { cause: problem },
  );
}
