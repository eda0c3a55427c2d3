// A job whose image has no version left: what other machines could take by its demands alone does not answer why it waits.
import { expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import * as build from '../../builders.ts';
import { laneOf, picture, pool, version, idOf } from './lane-scene.ts';

const [linux] = pool.images;
const gold = { ...linux!, aliases: ['gold'], source: { id: `${(linux!.source as { id: string }).id}-gold` } };
const settings = {
  ...pool,
  images: [
    { ...linux!, version: '9.9.9' },
    { ...gold, version: 'latest' },
  ],
};
const images = build.fresh(
  ['linux', 'gold'].map((alias) => ({ alias, kind: 'gallery' as const, versions: [version('1.0.0')] })),
);
const key = decide(picture([], { demands: ['ImageOverride -equals gold'], more: { images } }), settings, build.memory())
  .decisions[0]!.target!.lane!;

/** One machine of the other image, which Azure DevOps would give any job that names none. */
function verdictBeside(labels: Readonly<Record<string, string>>) {
  const scaleSetId = idOf(key);
  const machine = build.machine(1, {
    ...{ generation: { scaleSetId, isDisabledByWeir: true }, instance: { scaleSetId } },
    agent: { isEnabled: false, systemCapabilities: { ...build.agent().systemCapabilities, ...labels } },
  });
  const seen = picture([laneOf(key, [machine])], { machines: [machine], demands: [], more: { images } });
  const { nodes } = decide(seen, settings, build.memory());
  return diagnose(seen.jobRequests.value[0]!, seen, nodes, settings, build.memory());
}

// Dealt seed 7640: 25 jobs were told that somebody had disabled the agents, which stood closed for jobs of their own image.
it('is told of the version that is missing, and not of the agents of another image', () => {
  const found = verdictBeside({ ImageOverride: 'gold', ImageVersionOverride: '1.0.0' });
  expect([found.verdict, found.words]).toEqual(['versionUnknown', expect.stringContaining('9.9.9')]);
});

it('is told of an agent of its own image, which serves it though its version is gone', () => {
  const found = verdictBeside({ ImageOverride: 'linux', ImageVersionOverride: '9.9.9' });
  expect(found.verdict).not.toBe('versionUnknown');
});
