// One job's whole life, from queued to finished, with the real service and its real clients against both emulators.
import { expect, it } from '@jest/globals';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

it('serves one job on a machine that did not exist when it was queued, and takes the machine away after', async () => {
  const events: AzureDevOpsEvent[] = [];
  const lines: string[] = [];
  const world = await createWorld({
    seed: 1,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { desiredIdle: 0, maxCapacity: 4 },
    arrivals: [
      {
        at: 60,
        durationSeconds: 120,
        label: '',
        jobName: 'build',
        definitionName: 'web shop',
        runName: 'run 1',
        runId: 1,
      },
    ],
    generateKeys: await fixedKeys(),
    onAzureDevOpsEvent: (event) => events.push(event),
    line: (level, words, fields) => lines.push(`${level} ${words} ${JSON.stringify(fields)}`),
  });
  await world.run(now0 + 3 * 3_600_000, () => false);
  if (process.env.WEIR_SHOW) {
    process.stdout.write(
      lines.join('\n') +
        '\n' +
        events.map((event) => JSON.stringify({ ...event, at: (event.at - now0) / 1000 })).join('\n') +
        '\n',
    );
    for (const entry of (await world.store.listLog('linux', 100, null)).toReversed())
      process.stdout.write(
        `${(entry.at - now0) / 1000} ${entry.decision.kind} ${entry.decision.reason.words} → ${entry.outcome}\n`,
      );
  }
  expect(world.failed).toEqual([]);
  const kinds = events.filter((event) => 'requestId' in event).map((event) => event.kind);
  expect(kinds).toEqual(['jobQueued', 'jobAssigned', 'jobStarted', 'jobFinished']);
  expect(events.find((event) => event.kind === 'jobFinished')).toMatchObject({ result: 'succeeded' });
  expect(world.clouds.azure.instances()).toEqual([]);
  // The placeholders, one for each priority.
  expect(world.clouds.azureDevOps.agents().length).toBe(3);
  const log = await world.store.listLog('linux', 100, null);
  expect(log.every((entry) => entry.decision.reason.words.length > 0)).toBe(true);
});
