// One look at the trial machines: what Azure, Azure DevOps and the machines themselves say, put into the validation.
import type { Agent } from '../domain/agent.ts';
import type { Instance } from '../domain/instance.ts';
import type { TrialLife, TrialMachine, TrialRecord, Validation } from '../domain/validation.ts';
import { readTrials, trialWrite, type Kept } from '../image-records.ts';
import type { TrialParts } from './parts.ts';
import { standingMachines } from './standing.ts';

/** Begins the first life of machines that were not seen before: from then on they may claim. */
export async function look(parts: TrialParts, validation: Validation): Promise<Validation> {
  const { azure, store, lease, observation, clock } = parts;
  if (validation.scaleSetId === null) return validation;
  const before = validation.machines.filter((one) => one.provisioningState !== null);
  const listed = await standingMachines(azure, validation.scaleSetId, before);
  const known = await readTrials(store, validation);
  const begun = listed
    .filter((one) => one.provisioningState !== 'deleting' && !known.some(({ value }) => value.vmId === one.vmId))
    .map((one) => newTrial(validation, one, clock.now()));
  // Another look may have begun them: both writes would be the same, so one of them is enough.
  for (const trial of begun) await store.writeRecords([trialWrite(null, trial)], lease);
  const trials = begun.length === 0 ? known : await readTrials(store, validation);
  const agents = new Map(observation.agents.value.map((agent) => [agent.agentId, agent]));
  const machines = [...validation.machines];
  for (const instance of listed) {
    const at = machines.findIndex((one) => one.vmId === instance.vmId);
    const seen = seenMachine(machines[at] ?? null, instance, trials, agents, clock.now());
    if (at < 0) machines.push(seen);
    else machines[at] = seen;
  }
  const present = new Set(listed.map((one) => one.vmId));
  const after = machines.map((one) => (present.has(one.vmId) ? one : { ...one, provisioningState: null }));
  return JSON.stringify(after) === JSON.stringify(validation.machines)
    ? validation
    : { ...validation, machines: after };
}

export function newTrial(
  { validationId, pool, probeScript }: Validation,
  instance: Pick<Instance, 'vmId' | 'instanceId' | 'scaleSetId' | 'createdAt'>,
  now: number,
  life: 1 | 2 = 1,
): TrialRecord {
  const { vmId, instanceId, scaleSetId, createdAt } = instance;
  return {
    ...{ validationId, pool, probeScript, vmId, instanceId, scaleSetId, life },
    startedAt: life === 1 ? Math.min(now, createdAt ?? now) : now,
    state: 'open',
    claimedAt: null,
    agentId: null,
    agentName: null,
    claim: null,
    reportDigest: null,
    report: null,
    reportedAt: null,
  };
}

/** Online, whole and heard; or failed; either way there is nothing more to wait for. */
export function isReady(machine: TrialMachine): boolean {
  return machine.first.onlineAt !== null && machine.succeededAt !== null;
}

export function hasFailed(machine: TrialMachine): boolean {
  return (
    machine.provisioningState === 'failed' ||
    machine.provisioningState === null ||
    machine.extensions.some((one) => one.isError)
  );
}

function seenMachine(
  before: TrialMachine | null,
  instance: Instance,
  trials: readonly Kept<TrialRecord>[],
  agents: ReadonlyMap<number, Agent>,
  now: number,
): TrialMachine {
  const { vmId, instanceId, name, computerName, provisioningState, failures } = instance;
  const createdAt = before?.createdAt ?? instance.createdAt ?? now;
  const lifeOf = (life: 1 | 2) => trials.find(({ value }) => value.vmId === vmId && value.life === life)?.value ?? null;
  const [first, second] = [lifeOf(1), lifeOf(2)];
  const isFirst = second === null && before?.reimage == null;
  return {
    ...{ vmId, instanceId, name, computerName, createdAt, provisioningState },
    succeededAt: before?.succeededAt ?? (provisioningState === 'succeeded' ? now : null),
    // A reimage runs the extensions again; what the first life showed is the finding.
    extensions: isFirst ? extensionsOf(instance) : (before?.extensions ?? []),
    failures: isFirst || failures.length > 0 ? failures : (before?.failures ?? []),
    first: seenLife(before?.first ?? null, first, agents, createdAt, now),
    second: second === null ? null : seenLife(before?.second ?? null, second, agents, second.startedAt, now),
    reimage: before?.reimage ?? null,
    isKept: before?.isKept ?? false,
  };
}

function seenLife(
  before: TrialLife | null,
  record: TrialRecord | null,
  agents: ReadonlyMap<number, Agent>,
  startedAt: number,
  now: number,
): TrialLife {
  const agent = record?.agentId == null ? undefined : agents.get(record.agentId);
  const onlineAt = before?.onlineAt ?? (agent?.isOnline === true ? now : null);
  return {
    startedAt,
    claimedAt: record?.claimedAt ?? null,
    agentName: record?.agentName ?? null,
    onlineAt,
    agentVersion: before?.agentVersion ?? (onlineAt === null ? null : (agent?.version ?? null)),
    claim: record?.claim ?? null,
    report: record?.report ?? null,
    reportedAt: record?.reportedAt ?? null,
  };
}

function extensionsOf({ extensions, failures }: Instance): TrialMachine['extensions'] {
  if (extensions !== undefined)
    return extensions.map(({ name, code, level, message }) => ({ name, code, isError: level === 'error', message }));
  const inside = failures.filter((one) => !['instance', 'operatingSystem', 'vmAgent'].includes(one.source));
  return inside.map(({ source, code, message }) => ({ name: source, code, isError: true, message }));
}
