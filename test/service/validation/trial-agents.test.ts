// The agent of a trial stands disabled. Where somebody has enabled it, it may be given a job of the pool at any moment (I-10).
import { expect, it } from '@jest/globals';
import { validationWrite, trialWrite } from '../../../service/image-records.ts';
import { trialsOf } from '../../../service/service-images.ts';
import { newTrial } from '../../../service/validation/look.ts';
import { agent, hour, instance, now0, scaleSetId } from '../../builders.ts';
import { emptyPool } from '../controller/empty-pool.ts';
import { passContext, pictureOf } from '../controller/pass-context.ts';
import { validationOf } from '../domain/validation-scene.ts';
import { freshSweeps } from '../../../service/validation/sweep.ts';

/** A trial that is being cleaned, with one machine and its agent. `look`: a pass, so many seconds after the first. */
async function cleaned(own: Parameters<typeof agent>[0]) {
  let time = now0;
  const { store, clouds } = await emptyPool(() => time, { tags: { 'weir-trial': 'v' } });
  clouds.instances.set('1', instance());
  clouds.agents.set(1, agent(own));
  const validation = validationOf('linux', { scaleSetId, machines: [] });
  const claimed = { ...newTrial(validation, instance(), now0), agentId: 1, agentName: 'trial' };
  await store.writeRecords([validationWrite(null, validation), trialWrite(null, claimed)]);
  const look = async (seconds: number): Promise<readonly string[]> => {
    time = now0 + seconds * 1000;
    clouds.calls.length = 0;
    const parts = { store, lease: (await store.acquireLease('linux', 'me', hour))!, clouds, now: () => time };
    const context = passContext(parts);
    await trialsOf(context, context.azure, now0, freshSweeps(), null)(await pictureOf(parts));
    return clouds.calls.filter((call) => !call.startsWith('read'));
  };
  return { clouds, look };
}

// Dealt seed 7564: a person had enabled it, it ran a job of the pool, and was deleted while it was enabled.
it('is disabled first where a person has enabled it, and goes half a minute later', async () => {
  const { clouds, look } = await cleaned({ isEnabled: true });
  expect(await look(0)).toEqual(['disable 1']);
  expect(await look(29)).toEqual([]);
  expect(await look(30)).toEqual(['deleteAgent 1', 'deleteInstances 1']);
  expect(clouds.agents.size).toBe(0);
});

it('is disabled again where a person enables it meanwhile, and the half minute begins anew', async () => {
  const { clouds, look } = await cleaned({ isEnabled: true });
  await look(0);
  clouds.agents.set(1, agent({ isEnabled: true }));
  expect(await look(20)).toEqual(['disable 1']);
  expect(await look(40)).toEqual([]);
  expect(await look(50)).toEqual(['deleteAgent 1', 'deleteInstances 1']);
});

it('stays while it has a job, which Azure DevOps may not refuse to take from it', async () => {
  const { clouds, look } = await cleaned({ isEnabled: false, assignedRequestId: 6 });
  expect(await look(0)).toEqual([]);
  clouds.agents.set(1, agent({ isEnabled: false }));
  expect(await look(30)).toEqual(['deleteAgent 1', 'deleteInstances 1']);
});

it('goes half a minute after by a clock that was set back since', async () => {
  const { look } = await cleaned({ isEnabled: true });
  await look(7200);
  expect(await look(0)).toEqual([]);
  expect(await look(30)).toEqual(['deleteAgent 1', 'deleteInstances 1']);
});
