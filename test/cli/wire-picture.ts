// Pieces of a snapshot in the wire shapes of both clouds, with plain defaults: what a test writes down is what it means.
import { expect } from '@jest/globals';
import { callWeir, withFile } from './run-weir.ts';

const pictureTime = '2026-11-22T10:00:00Z';
const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute';
export const galleryImage = (name: string): string => `${group}/galleries/G/images/${name}`;

export interface Verdict {
  readonly requestId: number;
  readonly verdict: string;
  readonly words: string;
  readonly nextStep: string | null;
  readonly resolvesItself: boolean;
  readonly position: number | null;
  readonly estimatedStartSeconds: number | null;
  readonly evidence: readonly Record<string, unknown>[];
}

export interface Decided {
  readonly decisions: readonly {
    readonly kind: string;
    readonly reason: { readonly code: string; readonly words: string };
    readonly node?: string;
    readonly scaleSet?: string;
    readonly request?: number;
    readonly from?: number;
    readonly to?: number;
  }[];
  readonly newNodes: number;
  readonly extraNodes: number;
}

export async function explained(snapshot: object): Promise<readonly Verdict[]> {
  return (await ask<{ readonly verdicts: readonly Verdict[] }>('explain', snapshot)).verdicts;
}

export function decided(snapshot: object): Promise<Decided> {
  return ask<Decided>('decide', snapshot);
}

async function ask<T>(verb: string, snapshot: object): Promise<T> {
  const text = JSON.stringify({ now: pictureTime, ...snapshot });
  const { code, out, note } = await withFile(text, (file) => callWeir(verb, file, '--json'));
  expect([code, note]).toEqual([0, '']);
  return JSON.parse(out) as T;
}

/** Queued a minute ago, the smaller number first. */
export function request(requestId: number, demands: readonly string[] = [], more: object = {}): object {
  const queueTime = new Date(Date.parse(pictureTime) - 60_000 + requestId * 1000).toISOString();
  return { requestId, queueTime, demands, ...more };
}

export interface Machine {
  readonly set: string;
  readonly number: number;
  readonly capabilities?: Readonly<Record<string, string>>;
  readonly agent?: object;
}

const computerOf = ({ set, number }: Machine): string => `${set}${String(number).padStart(6, '0')}`;

/** Online and idle for a few minutes, unless told. */
export function agentOf(machine: Machine, agentId: number): object {
  const name = computerOf(machine);
  return {
    ...{ id: agentId, name, status: 'online', enabled: true, createdOn: '2026-11-22T09:40:00Z' },
    statusChangedOn: '2026-11-22T09:57:00Z',
    systemCapabilities: { 'Agent.Name': name, 'Agent.Version': '4.260.0', 'Agent.ComputerName': name },
    userCapabilities: machine.capabilities ?? {},
    ...machine.agent,
  };
}

function instanceOf(machine: Machine): object {
  return {
    instanceId: String(machine.number),
    name: `${machine.set}_${machine.number}`,
    properties: {
      ...{ vmId: `vm-${computerOf(machine)}`, provisioningState: 'Succeeded', timeCreated: '2026-11-22T09:39:00Z' },
      osProfile: { computerName: computerOf(machine) },
      instanceView: { statuses: [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/running' }] },
    },
  };
}

export function scaleSet(name: string, image: object, machines: readonly Machine[] = [], more: object = {}): object {
  return {
    scaleSet: {
      ...{ id: `${group}/virtualMachineScaleSets/${name}`, name, location: 'westeurope' },
      sku: { name: 'Standard_D2s_v5', tier: 'Standard', capacity: machines.length },
      properties: {
        provisioningState: 'Succeeded',
        virtualMachineProfile: { storageProfile: { imageReference: image } },
      },
      ...more,
    },
    instances: machines.map(instanceOf),
  };
}

export interface VersionWords {
  readonly state?: string;
  readonly excluded?: boolean;
  readonly regions?: readonly { readonly name: string; readonly excludeFromLatest?: boolean }[];
  readonly endOfLife?: string;
  readonly provisioning?: string;
  /** How far the copy to the pool's region is. */
  readonly copy?: { readonly progress?: number; readonly details?: string };
}

/** As a gallery lists it; `state` is the replication in the pool's region. */
export function galleryVersion(name: string, words: VersionWords = {}): object {
  const { state, excluded, regions = [{ name: 'westeurope' }], endOfLife, provisioning = 'Succeeded', copy } = words;
  return {
    name,
    properties: {
      provisioningState: provisioning,
      publishingProfile: {
        targetRegions: regions,
        ...(excluded === undefined ? {} : { excludeFromLatest: excluded }),
        ...(endOfLife === undefined ? {} : { endOfLifeDate: endOfLife }),
      },
      ...(state === undefined ? {} : { replicationStatus: { summary: [{ region: 'West Europe', state, ...copy }] } }),
    },
  };
}
