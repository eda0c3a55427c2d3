// The service is killed in the middle of a validation, at twenty moments drawn from a seed: it goes on where it stood,
// comes to the same verdict, and nothing of the trial stays.
import { expect, it } from '@jest/globals';
import { seededRandom } from '../../service/domain/chance.ts';
import { now0, minute } from '../builders.ts';
import { natures } from './bad-natures.ts';
import { validationWorld } from './validation-world.ts';

/** What a validation asks of the clouds and writes; reads of the pass are no moments of their own. */
const moments =
  /^(azure\.(createScaleSet|setCapacity|deleteInstances|deleteScaleSet|reimageInstance|listInstances|readScaleSet)|azureDevOps\.(registerAgent|deleteAgent|setAgentEnabled)|store\.writeRecords)$/;

const random = seededRandom(20_260_105);
const kills = Array.from({ length: 20 }, (_, index) => ({
  index,
  at: Math.floor(random() * 60),
  point: random() < 0.5 ? ('before' as const) : ('after' as const),
  // Every second version is good; each of the others is ill in its own way.
  bad: index % 2 === 0 ? null : (natures[(index - 1) / 2] ?? null),
}));

it.each(kills)(
  'killed $point call $at ($index, $bad.0)',
  async ({ at, point, bad }) => {
    const [nature = '', code = null] = bad ?? [];
    let [calls, isArmed, killed] = [0, false, 0];
    const told = await validationWorld({}, [], {
      crashAt: (call) => {
        if (!isArmed || !moments.test(call)) return null;
        calls += 1;
        // And once more, a little later: a process that comes back may die again.
        if (calls !== at + 1 && calls !== at + 9) return null;
        killed += 1;
        return point;
      },
      restartSeconds: () => 45,
      // The moments are counted in calls, and each pass makes some.
      skipsQuietPasses: false,
    });
    await told.publish('1.0.0', nature);
    await told.world.run(now0 + 59 * minute);
    isArmed = true;
    const id = await told.validate('1.0.0');
    const end = await told.ended(id);
    isArmed = false;
    expect(killed).toBeGreaterThan(0);
    expect(end.verdict).toBe(nature === '' ? 'passed' : 'failed');
    const failed = (await told.report(id)).checks.filter((check) => check.status === 'error');
    expect(failed.map((check) => check.code)).toEqual(code === null ? [] : expect.arrayContaining([code]));
    await told.world.run(told.world.clock.now() + 15 * minute);
    expect(await told.leftovers()).toEqual([]);
    const made = told.azure.filter((event) => event.kind === 'scaleSetCreated' && event.scaleSet.includes('trial'));
    expect(made).toHaveLength(end.attempt ?? 1);
  },
  240_000,
);
