// How often Azure DevOps is asked for an agent: what it has and what it lacks is kept, and what failed is asked again.
import { expect, it } from '@jest/globals';
import { keptPackages } from '../../service/agent-packages.ts';
import { CloudError, type CloudErrorKind } from '../../service/problem.ts';
import { hour, minute, now0 } from '../builders.ts';

const found = { version: '5.1.0', downloadUrl: 'https://x/agent', fileName: 'agent.tar.gz', sha256: 'a'.repeat(64) };

it.each<[string, CloudErrorKind | null, number]>([
  ['one that is there', null, 1],
  ['one that is not there', 'notFound', 1],
  ['one of which no answer came', 'unavailable', 3],
])('asks for %s so often in ten minutes, and once more after them', async (_, problem, most) => {
  let now = now0;
  let asked = 0;
  const readAgentPackage = () => {
    asked += 1;
    return problem === null
      ? Promise.resolve(found)
      : Promise.reject(new CloudError(problem, 'readAgentPackage', 'There is no such agent.'));
  };
  const read = keptPackages({ now: () => now }, () => ({ readAgentPackage }));
  const answer = async () =>
    await read({ organization: 'contoso', platform: 'linux-x64', version: '5.1.0' }).catch((error: unknown) => error);
  const expected = problem === null ? found : expect.objectContaining({ kind: problem });
  for (let pass = 0; pass < 3; pass += 1) expect(await answer()).toEqual(expected);
  expect(asked).toBe(most);
  now += 10 * minute;
  expect(await answer()).toEqual(expected);
  expect(asked).toBe(most + 1);
});

it('asks again after ten minutes of its own counting, though the clock was set back', async () => {
  const time = { now: now0, elapsed: 0 };
  let asked = 0;
  const readAgentPackage = () => Promise.resolve({ ...found, version: `5.1.${(asked += 1)}` });
  const clock = { now: () => time.now, elapsed: () => time.elapsed };
  const read = keptPackages(clock, () => ({ readAgentPackage }));
  const version = async () =>
    (await read({ organization: 'contoso', platform: 'linux-x64', version: 'latest' })).version;
  expect(await version()).toBe('5.1.1');
  time.now -= 3 * hour;
  time.elapsed += 9 * minute;
  expect(await version()).toBe('5.1.1');
  time.elapsed += minute;
  expect(await version()).toBe('5.1.2');
});
