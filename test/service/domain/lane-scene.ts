// Pictures of a pool with lanes of one image: its versions, its machines, and one job that waits.
import { decide } from '../../../service/domain/decide.ts';
import type { ImageVersion } from '../../../service/domain/image-state.ts';
import { laneIdOf } from '../../../service/domain/lane-owner.ts';
import { laneName, type LaneKey } from '../../../service/domain/lane.ts';
import type { Lane, Observation } from '../../../service/domain/observation.ts';
import * as build from '../../builders.ts';

export const version = (number: string, overrides: Partial<ImageVersion> = {}): ImageVersion => ({
  ...{ version: number, publishedAt: null, provisioningState: 'succeeded', isExcludedFromLatest: false },
  ...{ endOfLifeAt: null, replication: 'replicated' },
  ...overrides,
});
const source = { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/G/images/linux' };
export const pool = build.settings({
  ...{ laneResourceGroup: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lanes' },
  images: [{ aliases: ['linux'], source, version: 'latest', standbyPercent: '*' }],
  demands: { ...build.settings().demands, versionOverride: 'any' },
});
/** The image's own source is a part of the text that tells templates apart. */
export const keyOf = (number: string, digest = 'a'): LaneKey => {
  const { lane } = decide(picture([], { digest, versions: [number] }), pool, build.memory()).decisions[0]!.target!;
  return lane!;
};
export const idOf = (key: LaneKey): string => laneIdOf(pool, key)!;
export const laneOf = (key: LaneKey, machines: readonly build.Machine[] = []): Lane => ({
  ...build.lane(
    machines.map((one) => one.instance),
    { id: idOf(key), name: laneName(pool, key) },
  ),
  key,
});

export interface Parts {
  readonly digest?: string;
  readonly versions?: readonly (string | ImageVersion)[];
  readonly machines?: readonly build.Machine[];
  readonly demands?: readonly string[] | null;
  readonly more?: Partial<Observation>;
}

/** One job waits, unless told. */
export function picture(lanes: readonly Lane[], parts: Parts = {}): Observation {
  const { digest = 'a', versions = ['1.0.0'], machines = [], demands = [], more = {} } = parts;
  const listed = versions.map((one) => (typeof one === 'string' ? version(one) : one));
  return build.observation({
    jobRequests: build.fresh(demands === null ? [] : [build.jobRequest({ demands })]),
    agents: build.fresh(machines.flatMap((one) => one.agent ?? [])),
    generations: machines.map((one) => one.generation),
    lanes: [{ ...build.lane([], { name: 'template' }), key: null }, ...lanes],
    images: build.fresh([{ alias: 'linux', kind: 'gallery', versions: listed }]),
    template: build.fresh({ digest, scaleSet: build.scaleSet() }),
    ...more,
  });
}

export const machineIn = (key: LaneKey, number: number, agent: build.MachineOverrides['agent'] = {}): build.Machine => {
  const scaleSetId = idOf(key);
  const labels = { ImageOverride: 'linux', ImageVersionOverride: key.version ?? '' };
  const capabilities = { ...build.agent().systemCapabilities, ...labels };
  return build.machine(number, {
    generation: { scaleSetId },
    instance: { scaleSetId },
    agent: { systemCapabilities: capabilities, statusChangedAt: build.now0 - build.minute, ...agent },
  });
};
export const acts = (lines: readonly string[]) => lines.filter((line) => !line.includes('Placeholder'));
