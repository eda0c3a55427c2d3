// A trial has its place in the maximum also where another process, which leads for a moment, too, asks for machines meanwhile.
import { expect, it } from '@jest/globals';
import type { ImageFacts } from '../../../service/domain/image-facts.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { ValidationPhase } from '../../../service/domain/validation.ts';
import { readValidation, validationWrite } from '../../../service/image-records.ts';
import { trialsOf } from '../../../service/service-images.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { fresh, now0, operation, scaleSet, stale, scaleSetId, settings } from '../../builders.ts';
import { passContext, pictureOf } from '../controller/pass-context.ts';
import { smallClouds } from '../controller/small-clouds.ts';
import { goodFacts } from '../domain/image-scene.ts';
import { validationOf } from '../domain/validation-scene.ts';
import { freshSweeps } from '../../../service/validation/sweep.ts';

/** Of a pool of three that has no machine, a trial that needs two; the scale-out of the other process is for two. */
async function scene(phase: ValidationPhase, found: ImageFacts['found'] = goodFacts().found) {
  const now = () => now0;
  const store = createMemoryStore({ now });
  const laneResourceGroup = scaleSetId.split('/providers/')[0] ?? null;
  const pool = settings({
    ...{ maxCapacity: 3, laneResourceGroup },
    images: [{ aliases: ['ubuntu'], source: null, version: 'latest', standbyPercent: '*' }],
  });
  await store.savePool(pool, null, false);
  const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  const clouds = smallClouds(scaleSet({ capacity: 0 }));
  const trialSet = scaleSet({ id: `${laneResourceGroup}-trial`, name: 'weir-trial-v', tags: { 'weir-trial': 'v' } });
  const trial = { phase, verdict: null, machines: [], scaleSetId: trialSet.id, deadlineAt: now0 + 3_600_000 };
  await store.writeRecords([validationWrite(null, validationOf('linux', trial))]);
  const azure = {
    ...clouds.azure,
    readScaleSet: (id: string) => Promise.resolve(id === scaleSetId ? clouds.scaleSet : trialSet),
    listScaleSets: () => Promise.resolve([]),
    readImageFacts: () => Promise.resolve({ ...goodFacts(), alias: 'ubuntu', version: '1.2.0', found }),
  };
  const parts = { store, lease, clouds, now };
  const picture = await pictureOf(parts);
  const advance = trialsOf(passContext(parts, { settings: pool, azure }), azure, now0, freshSweeps(), null);
  const { operationId: _id, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
  const asked = { ...row, ...({ kind: 'scaleOut', scaleSetId, instanceId: null, operationUrl: null } as const) };
  return {
    ...{ clouds, store },
    /** The row of the other process, written since the picture was made. */
    scaleOut: async () => (await store.openOperation(lease, { ...asked, fromCapacity: 0, toCapacity: 2 }))!,
    giveUp: (id: string) => store.changeOperation(lease, id, now0, { phase: 'failed' }),
    look: async (images?: Observation['images']) => {
      const { machines } = await advance(images === undefined ? picture : { ...picture, images });
      const kept = await readValidation(store, 'linux', 'v');
      return { machines, phase: kept?.value.phase, words: kept?.value.words, calls: clouds.calls };
    },
  };
}

const words = 'It waits for room: the pool has 2 of at most 3 machines, and the trial needs 2.';

it('takes no place that another process has asked for since the picture was made', async () => {
  const { scaleOut, look } = await scene('reserving');
  await scaleOut();
  expect(await look()).toEqual({ machines: 0, phase: 'reserving', words, calls: [] });
});

it('counts once more before its machines are asked for, and holds its place until the other has given way', async () => {
  const { scaleOut, giveUp, look } = await scene('creating');
  const { operationId } = await scaleOut();
  expect(await look()).toEqual({ machines: 2, phase: 'creating', words, calls: [] });
  await giveUp(operationId);
  expect(await look()).toMatchObject({ machines: 2, phase: 'booting', calls: ['setCapacity 2'] });
});

it('sees what the other process asked for and has closed already, in the capacity as it is now', async () => {
  const { clouds, look } = await scene('creating');
  clouds.scaleSet = scaleSet({ capacity: 2 });
  expect(await look()).toMatchObject({ phase: 'creating', words, calls: [] });
});

// Dealt seed 7016: Azure answered 412 for twenty minutes, and in the first of them the version was taken away.
it('asks for no machines of a version that has gone while it waited', async () => {
  const listed = fresh([{ alias: 'ubuntu', kind: 'gallery' as const, versions: [] }]);
  const gone = await scene('creating', null);
  const seen = await gone.look(listed);
  expect([seen.phase, seen.calls.filter((call) => call.startsWith('setCapacity'))]).toEqual(['cleaning', []]);
  expect((await readValidation(gone.store, 'linux', 'v'))?.value).toMatchObject({ verdict: 'failed' });
  for (const images of [listed, stale(listed.value), undefined])
    expect(await (await scene('creating')).look(images)).toMatchObject({ phase: 'booting', calls: ['setCapacity 2'] });
});
