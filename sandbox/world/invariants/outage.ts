// I-18: while a cloud does not answer the service, nothing of what it says of that cloud is known, and nothing is
// destroyed on it. Told from the answers on the wire: the lines of the faults say when trouble began, never when it ended.
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

/** Two clean readings are not worth anything any more after this long. */
const readingSeconds = 600;
/** A delete that Azure took before the outage may end this much later: machines take their time to go. */
const graceSeconds = 600;

const readsOfAgents: ReadonlySet<string> = new Set(['listAgents', 'readAgent', 'jobRequests']);
const readsOfInstances: ReadonlySet<string> = new Set(['listInstances', 'readInstance']);

export function outageChecker(): Checker {
  const azureDevOps = silence(readsOfAgents);
  const azure = silence(readsOfInstances);
  const registered = new Map<number, string>();
  const isFree = new Set<string>();
  return (event, report) => {
    const [agent, vmId] = [numberIn(event, 'agent'), textIn(event, 'vmId')];
    azureDevOps.see(event);
    azure.see(event);
    if (event.kind === 'wire' && event.status !== null && Number(event.status) < 300) {
      const what = event.call === 'reimage' ? 'A reimage' : 'A delete';
      if ((event.call === 'reimage' || event.call === 'deleteInstances') && azure.lasted(event.t) > readingSeconds)
        report(event.t, `${what} was asked for while Azure had not told of its instances for 10 minutes.`, 'I-18');
    }
    if (event.kind === 'agentRegistered' && agent !== null && vmId !== null) registered.set(agent, vmId);
    if (event.kind === 'agentDeleted' && agent !== null) {
      if (isByController(event) && azureDevOps.lasted(event.t) > readingSeconds)
        report(event.t, `Agent ${String(agent)} was deleted while Azure DevOps did not answer.`, 'I-18');
      isFree.add(registered.get(agent) ?? '');
    }
    if (event.kind === 'instanceReimaged' && vmId !== null) isFree.delete(vmId);
    if (event.kind !== 'instanceDeleted' || vmId === null || !isByController(event)) return;
    const hadAgent = [...registered.values()].includes(vmId);
    if (hadAgent && !isFree.has(vmId) && azureDevOps.lasted(event.t) > graceSeconds)
      report(event.t, `Machine ${vmId} was deleted while Azure DevOps did not answer.`, 'I-18');
  };
}

/** For how long every one of these calls has failed, in seconds; 0 where the last one was answered. */
function silence(calls: ReadonlySet<string>) {
  let since: number | null = null;
  return {
    see: (event: { readonly kind: string; readonly t: number; readonly [field: string]: unknown }) => {
      if (event.kind !== 'wire' || !calls.has(String(event.call))) return;
      const isAnswer = typeof event.status === 'number' && (event.status < 300 || event.status === 404);
      if (isAnswer) since = null;
      else since ??= event.t;
    },
    lasted: (t: number) => (since === null ? 0 : t - since),
  };
}
