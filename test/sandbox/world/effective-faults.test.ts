// A fault counts where the service saw another answer, or saw it at another time; nothing else is an injection. And what has too
// few is told.
import { expect, it } from '@jest/globals';
import { dealRun, dealt } from '../../../sandbox/world/dealt-faults.ts';
import { tallyLines, tallyOf } from '../../../sandbox/world/fault-tally.ts';
import { Faults } from '../../../sandbox/world/faults.ts';
import { allFaultIds, unlimitedCores, type RunOptions } from '../../../sandbox/world/options.ts';
import { VirtualClock } from '../../../sandbox/world/virtual-clock.ts';
import { validatePoolSettings } from '../../../service/domain/pool-rules.ts';
import { now0, scaleSetId } from '../../builders.ts';
import { keptDealt } from '../../simulation/kept-seeds.ts';

const always = { rate: 1, everySeconds: 1e-9, lastsSeconds: 1e9 };
const headers = {};
const scaleSet =
  'https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/agents';

function faultsOf(id: string, digest?: () => string) {
  const clock = new VirtualClock(now0);
  const faults = new Faults({
    seed: 1,
    startAt: now0,
    strengths: { [id]: always },
    onFault: () => undefined,
    ...(digest === undefined ? {} : { digest }),
  });
  return { clock, faults };
}

it('an old list counts only when something has changed since', async () => {
  let state = 'as it was';
  const { clock, faults } = faultsOf('A23', () => state);
  const send = faults.between(() => Promise.resolve({ status: 200, headers, body: '{"value":[]}' }), clock);
  const ask = () => send({ method: 'GET', url: `${scaleSet}/virtualMachines?api-version=1`, headers });
  await ask();
  clock.reach(now0 + 60_000);
  await ask();
  expect(faults.effective.get('A23')).toBeUndefined();
  state = 'another';
  await ask();
  expect(faults.effective.get('A23')).toBe(1);
});

it.each([
  ['A23', `${scaleSet}/virtualMachines?api-version=1`, 600],
  ['D5', 'https://dev.azure.com/fabrikam/_apis/distributedtask/pools/7/agents', 120],
])('an answer of %s is never older than the catalogue says', async (id, url, most) => {
  const { clock, faults } = faultsOf(id);
  let body = 'then';
  const send = faults.between(() => Promise.resolve({ status: 200, headers, body }), clock);
  const ask = async () => (await send({ method: 'GET', url, headers })).body;
  await ask();
  body = 'now';
  clock.reach(now0 + most * 1000);
  expect(await ask()).toBe('then');
  clock.reach(now0 + (most + 1) * 1000);
  expect(await ask()).toBe('now');
});

it('a list that is reversed or told twice counts only when that makes another list', async () => {
  const { clock, faults } = faultsOf('D7');
  let body = '{"count":0,"value":[]}';
  const send = faults.between(() => Promise.resolve({ status: 200, headers, body }), clock);
  const url = 'https://dev.azure.com/fabrikam/_apis/distributedtask/pools/7/jobrequests?completedRequestCount=0';
  const ask = async () => {
    for (let times = 0; times < 20; times += 1) await send({ method: 'GET', url, headers });
  };
  await ask();
  expect(faults.effective.size).toBe(0);
  body = '{"count":2,"value":[{"requestId":1},{"requestId":2}]}';
  await ask();
  expect(faults.effective.get('D7')).toBeGreaterThan(5);
});

it('a refusal always counts', async () => {
  const { clock, faults } = faultsOf('A1');
  const send = faults.between(() => Promise.resolve({ status: 202, headers, body: '' }), clock);
  await send({ method: 'POST', url: `${scaleSet}/delete?api-version=1`, headers, body: '{"instanceIds":["1"]}' });
  expect(faults.effective.get('A1')).toBe(1);
});

it('what was under way when the faults stopped counts no more', async () => {
  const { clock, faults } = faultsOf('p');
  const send = faults.between(() => Promise.resolve({ status: 200, headers, body: '{"value":[]}' }), clock);
  const asked = send({ method: 'GET', url: `${scaleSet}/virtualMachines?api-version=1`, headers });
  const refused = expect(asked).rejects.toThrow();
  await new Promise((resolve) => setImmediate(resolve));
  faults.isCalm = true;
  clock.reach(now0 + 3_600_000);
  await refused;
  expect(faults.effective.size).toBe(0);
});

it.each([0, 4, 1200, 40_000])(
  'four seeds in a row from %i meet every fault once, and each about a quarter of them',
  (first) => {
    const hands = [0, 1, 2, 3].map((offset) => [...dealt(first + offset)]);
    expect(hands.flat().toSorted()).toEqual([...allFaultIds].toSorted());
    for (const hand of hands) expect(Math.abs(hand.length - allFaultIds.length / 4)).toBeLessThan(1);
  },
);

/** The faults of which something is to be seen in the options of a run. */
function marks(run: RunOptions): readonly string[] {
  const { strengths, people, machines, meddlers, surroundings, coresLimit, rules, crash, validationSeconds } = run;
  const named = new Set([strengths, people, machines, meddlers, surroundings].flatMap((one) => Object.keys(one)));
  if (coresLimit < unlimitedCores) named.add('A11');
  if ((rules.assignAfterRead ?? 0) > 0) named.add('D11');
  if (crash > 0) named.add('S1');
  if (validationSeconds === undefined || run.images.length === 0) named.delete('V1');
  return [...named].toSorted();
}

it('what is dealt to a seed is in its run, and nothing else', () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  const runs = seeds.map((seed) => [seed, marks(dealRun(seed, 2))] as const);
  expect(runs).toEqual(seeds.map((seed) => [seed, [...dealt(seed)].toSorted()]));
});

it('is dealt to pools whose settings hold together', () => {
  const place = { name: 'linux', organization: 'https://dev.azure.com/fabrikam', poolId: 3, scaleSet: scaleSetId };
  const refused = Array.from({ length: 60 }, (_, offset) => 4000 + offset).filter(
    (seed) => 'problems' in validatePoolSettings({ ...place, ...dealRun(seed, 2).settings }),
  );
  expect(refused).toEqual([]);
});

it('a kept dealt seed still holds the cards that made it worth keeping', () => {
  expect(keptDealt.map(({ seed, needs }) => [seed, needs.filter((id) => !dealt(seed).has(id))])).toEqual(
    keptDealt.map(({ seed }) => [seed, []]),
  );
});

it('what had fewer than a hundred effects in all runs together counts as untested, by its id', () => {
  const most = Object.fromEntries(allFaultIds.map((id) => [id, 60]));
  const tally = tallyOf([{ effectiveFaults: { ...most, A1: 99 } }, { effectiveFaults: { ...most, A1: 0, V1: 39 } }]);
  expect(tally.effects).toMatchObject({ A1: 99, A2: 120, V1: 99 });
  expect(tallyLines(tally)[1]).toBe('fewer than 100, so untested here: A1, V1');
});
