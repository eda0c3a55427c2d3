// The world of one pool with a gallery image whose versions may be ill, and its validations: the real service on both
// emulators in virtual time.
import { reportOf } from '../../service/api/validation-views.ts';
import type { Validation } from '../../service/domain/validation.ts';
import { readValidation, runningWrite, validationWrite } from '../../service/image-records.ts';
import type { WorldOptions } from '../../sandbox/world/world.ts';
import type { Arrival } from '../../sandbox/workload/arrivals.ts';
import { minute } from '../builders.ts';
import { galleryImage, laneWorld, subscription, type LaneWorld } from './lane-world.ts';

const location = 'westeurope';
export const gold = { aliases: ['gold'], source: { id: galleryImage } };
export const goldWindows = { ...gold, osType: 'windows' };
const templateId = `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;

export interface ValidationWorld extends LaneWorld {
  /** A version of the image, with what is wrong with it: words of sandbox/machine/natures.ts. */
  publish(version: string, nature?: string, isExcluded?: boolean): Promise<void>;
  /** The customer's script in the template, with its exit code. */
  addScript(exitCode: number): Promise<void>;
  validate(version: string, change?: Partial<Validation>): Promise<string>;
  validation(id: string): Promise<Validation>;
  /** Runs until the validation has ended, at most for some hours. */
  ended(id: string, hours?: number): Promise<Validation>;
  report(id: string): Promise<ReturnType<typeof reportOf>>;
  /** What stands in the world of any trial: scale sets, agents and records. */
  leftovers(): Promise<readonly string[]>;
}

export async function validationWorld(
  settings: Record<string, unknown> = {},
  arrivals: readonly Arrival[] = [],
  options: Partial<WorldOptions> = {},
): Promise<ValidationWorld> {
  const quietly = { skipsQuietPasses: true, ...options };
  const told = await laneWorld({ images: [gold], maxCapacity: 6, ...settings }, arrivals, quietly);
  const { world } = told;
  const isWindows = (settings.images as readonly unknown[] | undefined)?.[0] === goldWindows;
  await told.put(galleryImage.replace(/\/images\/.*$/, ''), { location });
  const identifier = { publisher: 'weir', offer: 'agents', sku: 'linux' };
  await told.put(galleryImage, {
    location,
    properties: {
      osType: isWindows ? 'Windows' : 'Linux',
      osState: 'Generalized',
      hyperVGeneration: 'V2',
      architecture: 'x64',
      identifier,
    },
  });
  let count = 0;
  const validation = async (id: string): Promise<Validation> => {
    const kept = await readValidation(world.store, 'linux', id);
    if (kept === null) throw new Error(`There is no validation ${id}.`);
    return kept.value;
  };
  return Object.assign(told, {
    async publish(version: string, nature = '', isExcluded = false): Promise<void> {
      const source = { id: `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/snapshots/s` };
      const targetRegions = [{ name: 'West Europe', regionalReplicaCount: 1 }];
      await told.put(`${galleryImage}/versions/${version}`, {
        location,
        ...(nature === '' ? {} : { tags: { 'weir-sandbox-nature': nature } }),
        properties: {
          publishingProfile: { targetRegions, excludeFromLatest: isExcluded },
          storageProfile: { osDiskImage: { source } },
        },
      });
    },
    async addScript(exitCode: number): Promise<void> {
      await told.put(`${templateId}/extensions/warm-up`, {
        properties: {
          publisher: 'Microsoft.Azure.Extensions',
          type: 'CustomScript',
          typeHandlerVersion: '2.0',
          settings: { commandToExecute: `echo warm; exit ${exitCode}` },
        },
      });
    },
    async validate(version: string, change: Partial<Validation> = {}): Promise<string> {
      count += 1;
      const asked = newValidation(`validation-${count}`, version, world.clock.now(), change);
      await world.store.writeRecords([runningWrite(asked), validationWrite(null, asked)]);
      return asked.validationId;
    },
    validation,
    async ended(id: string, hours = 4): Promise<Validation> {
      const until = world.clock.now() + hours * 60 * minute;
      while (world.clock.now() < until && (await validation(id)).phase !== 'finished')
        await world.run(Math.min(until, world.clock.now() + minute));
      return await validation(id);
    },
    report: async (id: string) =>
      reportOf(await validation(id), world.settings.sizing.stepMinutes * minute, world.clock.now()),
    async leftovers(): Promise<readonly string[]> {
      const sets = world.clouds.azure.exportState().scaleSets;
      const names = Object.values(sets).map((set) => set.name);
      const agents = world.clouds.azureDevOps.agents().map((agent) => agent.name);
      const records = await Promise.all(
        ['trial', 'trialToken', 'validationRunning'].map(async (kind) => await world.store.listRecords(kind, 'linux')),
      );
      return [
        ...names.filter((name) => name.includes('trial')),
        ...agents.filter((name) => name.includes('trial')),
        ...records.flat().map((row) => row.key),
      ];
    },
  });
}

function newValidation(validationId: string, version: string, now: number, change: Partial<Validation>): Validation {
  return {
    validationId,
    pool: 'linux',
    image: 'gold',
    version,
    instanceCount: 2,
    probeScript: 'dotnet --info',
    staticOnly: false,
    startedAt: now,
    startedBy: 'Ada',
    deadlineAt: now + 120 * minute,
    phase: 'staticChecks',
    phaseSince: now,
    verdict: null,
    finishedAt: null,
    words: 'It was asked for.',
    isCancelRequested: false,
    scaleSetId: null,
    operationUrl: null,
    staticChecks: [],
    machines: [],
    agentVersion: null,
    events: [],
    keptUntil: null,
    ...change,
  };
}
