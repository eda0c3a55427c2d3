// A full pool whose machines always find another job of their own image: a job of another image gets its turn all the same.
import { expect, it } from '@jest/globals';
import { hour, minute, now0 } from '../builders.ts';
import { alma, job, laneWorld, ubuntu, windows } from './lane-world.ts';

/** More than two machines can do: one every minute, of two minutes each and the wiping between them. */
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_one, place) => job(from + place * 60, place + 1));
const images = [
  { ...ubuntu, standbyPercent: 100 },
  { ...windows, standbyPercent: 0 },
];

it.each([
  ['with a new machine for each job', { recycleAfterEachUse: true }, {}],
  ['with machines that run job after job', { recycleAfterEachUse: false }, {}],
  // A machine of the other image has four cores, and one of the usual two.
  ['where the quota is fuller than the pool', { recycleAfterEachUse: true, maxCapacity: 6 }, { coresLimit: 8 }],
])(
  'the job of another image goes before those that came much later, %s',
  async (_how, settings, options) => {
    const jobs = [...many(60, 120), job(600, 999, 'ImageOverride -equals windows-2022')];
    const inOrder = jobs.toSorted((a, b) => a.at - b.at);
    const told = await laneWorld({ images, maxCapacity: 2, desiredIdle: 0, ...settings }, inOrder, options);
    const other = () => told.started().find(({ labels }) => labels.ImageOverride === 'windows-2022');
    await told.world.run(now0 + 1.2 * hour, () => other() !== undefined);
    const waited = (other()?.at ?? Infinity) - (now0 + 10 * minute);
    expect(waited).toBeLessThan(60 * minute);
  },
  240_000,
);

// With windows-2022 or without, which the customer's own set has not.
it.each([
  ['of the customer’s own set', { laneResourceGroup: null }, []],
  ['of several images', { images }, [job(601, 999, 'ImageOverride -equals windows-2022')]],
])(
  'a job with a work folder of its own gets its turn on machines %s, and no place is taken in vain',
  async (_whose, settings, others) => {
    const jobs = [...many(60, 120), job(600, 998, 'WorkFolder -equals /mnt/a'), ...others];
    const inOrder = jobs.toSorted((a, b) => a.at - b.at);
    const demands = { discovery: true, workFolders: ['/mnt/a'] };
    const told = await laneWorld(
      { maxCapacity: 2, desiredIdle: 0, recycleAfterEachUse: false, demands, ...settings },
      inOrder,
    );
    const served = () =>
      told.started().filter(({ labels: { WorkFolder, ImageOverride } }) => {
        return WorkFolder === '/mnt/a' || ImageOverride === 'windows-2022';
      });
    await told.world.run(now0 + 1.5 * hour, () => served().length > others.length);
    expect(served()).toHaveLength(others.length + 1);
    // Two to begin with, and one in the place of another for each of them; what stood for the other image makes way, too.
    expect(told.azure.filter(({ kind }) => kind === 'instanceCreated').length).toBe(3 + 2 * others.length);
  },
  240_000,
);

// Azure refuses the image until somebody accepts its terms.
it.each([[true], [false]])(
  'jobs whose scale set Azure refuses to make take no place from the others (a machine for each job: %s)',
  async (recycleAfterEachUse) => {
    const refused = [1, 2, 3].map((one) => job(30 + one, 900 + one, 'ImageOverride -equals alma'));
    const told = await laneWorld(
      {
        images: [...images.slice(0, 1), { ...alma, standbyPercent: 0 }],
        maxCapacity: 2,
        desiredIdle: 0,
        recycleAfterEachUse,
      },
      [...refused, ...many(60, 120)],
    );
    await told.world.run(now0 + 2 * hour);
    const lastHour = told.started().filter(({ at }) => at > now0 + hour);
    expect(lastHour.length).toBeGreaterThan(20);
    const created = told.azure.filter(({ kind }) => kind === 'instanceCreated').length;
    expect(created).toBeLessThanOrEqual(4);
  },
  240_000,
);
