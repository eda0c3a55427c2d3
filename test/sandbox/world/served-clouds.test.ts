// Both clouds on ports: time goes on by itself, and a process that stood still catches up in steps.
import { expect, it } from '@jest/globals';
import { selfSignedCertificate } from '../../../sandbox/certificate.ts';
import { createClouds } from '../../../sandbox/world/clouds.ts';
import { serveClouds } from '../../../sandbox/world/served-clouds.ts';
import { seededRandom } from '../../../service/domain/chance.ts';
import { now0 } from '../../builders.ts';
import { until } from '../../end-to-end/until.ts';

it('a process that stood still for ten minutes catches up in steps in which no lock runs out, in order', async () => {
  const clouds = createClouds({
    now: now0,
    random: seededRandom(1),
    organization: 'fabrikam',
    sendElsewhere: () => Promise.reject(new Error('nobody is elsewhere')),
  });
  const reached: number[] = [];
  let now = now0;
  const problems: unknown[] = [];
  const served = await serveClouds({
    clouds,
    now: () => now,
    speed: 1,
    httpPort: 0,
    httpsPort: 0,
    certificate: await selfSignedCertificate(),
    onMoved: (instant) => void reached.push(instant),
    onProblem: (problem) => void problems.push(problem),
  });
  try {
    now += 600_000;
    await until('time has caught up', 20, () => reached.at(-1) === now);
  } finally {
    await served.close();
  }
  const steps = reached.map((instant, index) => instant - (reached[index - 1] ?? now0));
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...steps)).toBe(30_000);
  expect(problems).toEqual([]);
});
