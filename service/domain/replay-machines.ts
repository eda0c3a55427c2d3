// The machines of a replay: how long they boot, which agent they carry, and the picture of them that decide is shown.
import type { Agent } from './agent.ts';
import { drawLognormal, type Lognormal } from './chance.ts';
import type { Instance, ScaleSet } from './instance.ts';
import type { Generation, OpenOperation } from './observation.ts';

export interface BootProfile {
  readonly create: Lognormal;
  readonly reimage: Lognormal;
  /** Share of creates that never come online. */
  readonly neverOnline: number;
}

/** Seconds; from published figures of scale set agents (performance.md 2), to be replaced by what a pool measures itself. */
export const bootProfiles: Readonly<Record<'linux' | 'windows' | 'fast', BootProfile>> = {
  linux: { create: { p50: 150, p95: 300 }, reimage: { p50: 90, p95: 180 }, neverOnline: 0.01 },
  windows: { create: { p50: 270, p95: 540 }, reimage: { p50: 180, p95: 360 }, neverOnline: 0.01 },
  fast: { create: { p50: 60, p95: 90 }, reimage: { p50: 35, p95: 60 }, neverOnline: 0.01 },
};

export interface Machine {
  readonly number: number;
  readonly createdAt: number;
  instance: Instance;
  generation: Generation;
  agent: Agent | null;
  /** The open reimage of this machine. */
  operation: OpenOperation | null;
  /** When the agent comes online; null once it is, Infinity where it never will. */
  readyAt: number | null;
  idleSince: number | null;
}

const scaleSetId =
  '/subscriptions/replay/resourceGroups/replay/providers/Microsoft.Compute/virtualMachineScaleSets/replay';

export function replayScaleSet(capacity: number, singlePlacementGroup = false): ScaleSet {
  return {
    id: scaleSetId,
    name: 'replay',
    location: 'replay',
    etag: '"1"',
    sku: { name: 'Standard', tier: null },
    capacity,
    provisioningState: 'succeeded',
    orchestrationMode: 'uniform',
    osType: 'linux',
    image: { id: null, publisher: null, offer: null, sku: null, version: null },
    isEphemeral: true,
    overprovision: false,
    upgradePolicyMode: 'Manual',
    singlePlacementGroup,
    tags: {},
    extensions: [],
  };
}

export function bootMachine(number: number, now: number, profile: BootProfile, random: () => number): Machine {
  const isLost = random() < profile.neverOnline;
  const seconds = drawLognormal(profile.create, random);
  const instanceId = String(number);
  return {
    number,
    createdAt: now,
    instance: {
      scaleSetId,
      instanceId,
      vmId: `vm-${instanceId}`,
      name: `replay_${instanceId}`,
      computerName: `replay${instanceId}`,
      createdAt: now,
      provisioningState: 'succeeded',
      powerState: 'running',
      failures: [],
      isLatestModelApplied: true,
    },
    generation: generationOf(number, 0, now, 'create'),
    agent: null,
    operation: null,
    readyAt: isLost ? Infinity : now + seconds * 1000,
    idleSince: null,
  };
}

function generationOf(number: number, life: number, now: number, startedBy: 'create' | 'reimage'): Generation {
  return {
    generationId: `g-${String(number)}-${String(life)}`,
    scaleSetId,
    instanceId: String(number),
    vmId: `vm-${String(number)}`,
    startedAt: now,
    startedBy,
    agentId: null,
    agentName: null,
    claimedAt: null,
    firstOnlineAt: null,
    isDisabledByWeir: true,
    isSaved: false,
  };
}

/** The agent of the machine connects. `isEnabled` false: Weir's gate has still to let it take jobs. */
export function bringOnline(machine: Machine, agentId: number, now: number, isEnabled: boolean): void {
  const name = `replay-${String(machine.number)}-${String(agentId)}`;
  machine.readyAt = null;
  machine.operation = null;
  machine.generation = {
    ...machine.generation,
    agentId,
    agentName: name,
    claimedAt: now,
    firstOnlineAt: now,
    isDisabledByWeir: !isEnabled,
  };
  machine.agent = {
    agentId,
    name,
    version: '5.0.0',
    isEnabled,
    isOnline: true,
    createdAt: now,
    statusChangedAt: now,
    systemCapabilities: { 'Agent.Version': '5.0.0' },
    userCapabilities: {},
    assignedRequestId: null,
    lastCompletedRequestId: null,
    lastCompletedAt: null,
  };
  machine.idleSince = now;
}

/** The agent goes, the disk is wiped, a new life of the same machine begins when the boot is over. */
export function beginReimage(
  machine: Machine,
  now: number,
  profile: BootProfile,
  random: () => number,
  reason: OpenOperation['reason'],
): void {
  const old = machine.generation;
  machine.operation = {
    operationId: `reimage-${old.generationId}`,
    kind: 'reimage',
    phase: 'requested',
    scaleSetId,
    generationId: old.generationId,
    instanceId: old.instanceId,
    vmId: old.vmId,
    agentId: old.agentId,
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: now,
    phaseSince: now,
    deadlineAt: null,
    attempts: 0,
    reason,
    lastProblem: null,
  };
  machine.agent = null;
  machine.idleSince = null;
  machine.readyAt = now + drawLognormal(profile.reimage, random) * 1000;
}

export function finishReimage(machine: Machine, life: number, now: number): void {
  const startedAt = machine.operation?.startedAt ?? now;
  machine.generation = generationOf(machine.number, life, startedAt, 'reimage');
}
