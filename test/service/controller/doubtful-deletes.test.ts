// Machines whose delete had no answer: how many there are is asked for where it decides, and only there.
import { beforeEach, expect, it } from '@jest/globals';
import { act } from '../../../service/controller/act.ts';
import { freshRecollection } from '../../../service/controller/context.ts';
import { requestDestruction } from '../../../service/controller/destroy.ts';
import { scaleOut } from '../../../service/controller/scale-out.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import type { Instance } from '../../../service/domain/instance.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { CloudError, type CloudErrorKind } from '../../../service/problem.ts';
import { fresh, instance, minute, now0, operation, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { oneMachine, scaleOutScene } from './scale-out-scene.ts';
import type { SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  ({ store, lease, clouds } = await scaleOutScene());
});

const deleting = { provisioningState: 'deleting' } as const;

it.each<[string, Partial<Instance> | null, string]>([
  ['counts one whose delete had no answer as gone from the capacity where Azure deletes it', deleting, 'Not taken: 2 '],
  ['counts it no more where it is gone from Azure', null, 'Capacity 1 → 2.'],
  ['lets no job wait for a delete that Azure has not taken', {}, 'Capacity 1 → 2.'],
])('%s', async (_what, since, words) => {
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
  clouds.instances.set('1', instance());
  const { operationId: _id, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
  const opened = await store.openOperation(lease, { ...row, kind: 'delete', phase: 'deregistered' });
  const doubt = { attempts: 1, lastProblem: 'reset', isInDoubt: true } as const;
  await store.changeOperation(lease, opened!.operationId, now0, doubt);
  const parts = { store, lease, clouds, now: () => now0 };
  const picture = await pictureOf(parts);
  if (since === null) clouds.instances.clear();
  else clouds.instances.set('1', instance(since));
  const context = passContext(parts, { settings: settings({ maxCapacity: 2 }) });
  expect((await scaleOut(context, picture, { ...oneMachine, to: 2 })).words).toContain(words);
});

/** Two machines of two are to go; then each of two lanes of a pool that may have so many wants one more. */
it.each<[string, CloudErrorKind[], number, string[]]>([
  ['asks once in a pass for each machine whose delete had no answer, for all lanes', ['unavailable'], 4, ['1', '2']],
  ['asks likewise where a later try was refused', ['unreadable', 'throttled'], 4, ['1', '2']],
  ['asks for none where there is room whatever came of the deletes', ['unavailable'], 9, []],
  ['asks for none where Azure refused the deletes, however many', ['throttled'], 4, []],
])('%s', async (_what, kinds, maxCapacity, expected) => {
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 2 };
  const { operationId: _id, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
  for (const id of ['1', '2']) {
    const names = { generationId: `g-${id}`, vmId: `vm-${id}`, instanceId: id };
    clouds.instances.set(id, instance(names));
    await store.openOperation(lease, { ...row, ...names, kind: 'delete', phase: 'deregistered' });
  }
  let now = now0;
  const parts = { store, lease, clouds, now: () => now };
  for (const kind of kinds) {
    clouds.before = (call) => {
      if (call.startsWith('deleteInstances')) throw new CloudError(kind, call, 'No.');
    };
    await requestDestruction(passContext(parts), await store.listOpenOperations('linux'));
    now += minute;
  }
  expect((await store.listOpenOperations('linux')).map(({ attempts }) => attempts)).toEqual([
    kinds.length,
    kinds.length,
  ]);
  const asked: string[] = [];
  const other = `${scaleSetId}-b`;
  const { azure } = clouds;
  const context = passContext(parts, {
    settings: settings({ maxCapacity }),
    azure: {
      ...azure,
      readScaleSet: (id) => (id === other ? Promise.resolve(scaleSet({ id, capacity: 0 })) : azure.readScaleSet(id)),
      readInstance: (id, instanceId) => {
        asked.push(instanceId);
        return azure.readInstance(id, instanceId);
      },
    },
  });
  const picture = await pictureOf(parts);
  const lanes = [...picture.lanes, { scaleSet: fresh(scaleSet({ id: other, capacity: 0 })), instances: fresh([]) }];
  const decisions: Decision[] = [
    { ...oneMachine, to: 3 },
    { ...oneMachine, target: { ...oneMachine.target!, scaleSetId: other } },
  ];
  const { entries } = await act(context, { ...picture, lanes }, decisions, freshRecollection());
  expect(entries.map(({ outcome }) => outcome)).toEqual(['Capacity 2 → 3.', 'Capacity 0 → 1.']);
  expect(asked).toEqual(expected);
});
