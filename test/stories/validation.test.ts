// Images that prove themselves: a good version passes with real boots, every nature of a bad one gets its finding, and
// nothing of any trial stays.
import { describe, expect, it } from '@jest/globals';
import { now0, minute } from '../builders.ts';
import { readValidation, validationWrite } from '../../service/image-records.ts';
import { job } from './lane-world.ts';
import { natures } from './bad-natures.ts';
import { gold, goldWindows, validationWorld, type ValidationWorld } from './validation-world.ts';

describe('a good version', () => {
  it('passes: two machines boot, differ, run the probe, are reimaged and run it again; then all is gone', async () => {
    const told = await validationWorld();
    await told.publish('1.0.0');
    await told.world.run(now0 + 59 * minute);
    const id = await told.validate('1.0.0');
    const end = await told.ended(id);
    const report = await told.report(id);
    if (process.env.WEIR_SHOW) process.stdout.write(`${told.lines.join('\n')}\n${JSON.stringify(report, null, 1)}\n`);
    expect(report.checks.filter((check) => check.status === 'error').map((check) => check.words)).toEqual([]);
    expect(end).toMatchObject({ verdict: 'passed', phase: 'finished' });
    expect(end.machines).toHaveLength(2);
    expect(report.instances.map((instance) => instance.spans.map((span) => span.phase))).toEqual(
      Array.from({ length: 2 }, () => [
        'creating',
        'agentStarting',
        'probe',
        'reimaging',
        'agentStartingAgain',
        'probeAgain',
      ]),
    );
    expect(report.bootSeconds?.samples).toBe(2);
    expect(await told.leftovers()).toEqual([]);
  }, 900_000);

  it('is not blamed where every other list of its machines is empty, and its scale set is removed empty all the same', async () => {
    let lists = 0;
    const left: number[] = [];
    const told: ValidationWorld = await validationWorld({}, [], {
      sendOfService: (send) => async (request) => {
        const isOfTrial = request.url.includes('/weir-trial-');
        const path = new URL(request.url).pathname;
        if (isOfTrial && request.method === 'DELETE') left.push(told.world.clouds.azure.instances().length);
        const answer = await send(request);
        const isList =
          isOfTrial && request.method === 'GET' && path.endsWith('/virtualMachines') && (lists += 1) % 2 === 0;
        return isList && answer.status === 200 ? { ...answer, body: JSON.stringify({ value: [] }) } : answer;
      },
    });
    await told.publish('1.0.0');
    await told.world.run(now0 + 59 * minute);
    const end = await told.ended(await told.validate('1.0.0'));
    expect(end).toMatchObject({ verdict: 'passed', phase: 'finished' });
    expect([left, await told.leftovers()]).toEqual([[0], []]);
  }, 900_000);
});

describe('a bad version', () => {
  it.each(natures)(
    'whose nature is %s fails by %s, and leaves nothing behind',
    async (nature, code, words) => {
      const told = await validationWorld();
      await told.publish('1.0.0', nature);
      await told.world.run(now0 + 59 * minute);
      const id = await told.validate('1.0.0');
      const end = await told.ended(id);
      const report = await told.report(id);
      if (process.env.WEIR_SHOW) process.stdout.write(`${told.lines.join('\n')}\n${JSON.stringify(report, null, 1)}\n`);
      expect(end.verdict).toBe('failed');
      const check = report.checks.find((one) => one.code === code);
      expect(check).toMatchObject({ status: 'error' });
      expect(check?.words).toMatch(words);
      expect(await told.leftovers()).toEqual([]);
    },
    240_000,
  );
});

describe('a version of Windows, whose script the Custom Script Extension brings', () => {
  const trialOf = async (nature: string, settings: Record<string, unknown> = {}) => {
    const told = await validationWorld({ images: [goldWindows], ...settings });
    // The template runs Linux: nothing of Windows may wait for its script.
    await told.addScript(0);
    await told.publish('1.0.0', nature);
    await told.world.run(now0 + 59 * minute);
    const end = await told.ended(await told.validate('1.0.0'));
    const report = await told.report('validation-1');
    if (process.env.WEIR_SHOW) process.stdout.write(`${told.lines.join('\n')}\n${JSON.stringify(report, null, 1)}\n`);
    const failed = report.checks.filter((check) => check.status === 'error');
    const codes = failed.map((check) => check.code);
    expect(await told.leftovers()).toEqual([]);
    return { end, codes, words: failed.map((check) => check.words).join(' '), fixes: JSON.stringify(failed) };
  };

  it('passes, also where its machines restart first for interactive tests', async () => {
    const { end, codes } = await trialOf('', { agentInteractiveUI: true });
    expect(codes).toEqual([]);
    expect(end).toMatchObject({ verdict: 'passed', osType: 'windows' });
    const [machine] = end.machines;
    expect(machine?.extensions.map((one) => one.message)).toEqual([
      expect.stringMatching(/^Finished executing command\nweir: /),
    ]);
    expect(machine?.second?.report).toMatchObject({ workFolder: 'D:\\_work', isRebootPending: false });
  }, 240_000);

  it('fails where the image waits for a restart and sets a variable that is forbidden, and says how to mend it there', async () => {
    const { codes, words, fixes } = await trialOf('needs-reboot, forbidden-variable, other-agent');
    expect(codes).toEqual(['noAgentPreinstalled', 'noForbiddenVariables', 'noRebootPending']);
    expect(words).toContain('C:\\vsts-agent');
    expect(words).toContain('waits for a restart');
    expect(words).toContain('VSTS_AGENT_INPUT_POOL');
    expect(fixes).toContain('reg delete');
    expect(fixes).not.toContain('sudo');
  }, 240_000);
});

describe('a version that is not good enough', () => {
  it('boots slowly, which is a warning, and passes', async () => {
    const told = await validationWorld({ sizing: { stepMinutes: 10 } });
    await told.publish('1.0.0', 'slow');
    await told.world.run(now0 + 59 * minute);
    const id = await told.validate('1.0.0');
    const end = await told.ended(id);
    const report = await told.report(id);
    expect(end.verdict).toBe('passed');
    expect(report.checks.find((check) => check.code === 'bootTime')).toMatchObject({ status: 'warning' });
  }, 900_000);

  it('fails the script of the template, whose exit code and output are kept', async () => {
    const told = await validationWorld();
    await told.addScript(0);
    await told.publish('1.0.0', 'script-fails');
    await told.world.run(now0 + 59 * minute);
    const id = await told.validate('1.0.0');
    await told.ended(id);
    const report = await told.report(id);
    const check = report.checks.find((one) => one.code === 'extensionsSucceeded');
    expect(check).toMatchObject({ status: 'error' });
    expect(check?.words).toMatch(/warm-up failed on .* with exit code 3/);
    expect(report.instances[0]?.consoleTail).toContain('dotnet: command not found');
    expect(await told.leftovers()).toEqual([]);
  }, 900_000);

  it('fails statically where its disk is too large for the cache of the size, and no machine is made', async () => {
    const told = await validationWorld({ images: [{ ...gold, size: 'Standard_D2ps_v5' }] });
    await told.publish('1.0.0');
    await told.world.run(now0 + 59 * minute);
    const id = await told.validate('1.0.0');
    const end = await told.ended(id);
    expect(end).toMatchObject({ verdict: 'failed', scaleSetId: null });
    expect(
      (await told.report(id)).checks.filter((check) => check.status === 'error').map((check) => check.code),
    ).toEqual(['architectureMatches']);
    expect(told.azure.filter((event) => event.scaleSet.includes('trial'))).toEqual([]);
  }, 900_000);

  it('is only looked at where only that was asked for', async () => {
    const told = await validationWorld();
    await told.publish('1.0.0', 'never-online');
    await told.world.run(now0 + 59 * minute);
    const end = await told.ended(await told.validate('1.0.0', { staticOnly: true }));
    expect(end.verdict).toBe('passed');
    const missing = await told.ended(await told.validate('7.0.0', { staticOnly: true }));
    expect(missing).toMatchObject({ verdict: 'failed', words: expect.stringContaining('There is no version 7.0.0') });
  }, 900_000);
});

describe('a trial', () => {
  it('waits for room in the maximum of the pool, and takes it from nobody else', async () => {
    const busy = [1, 2, 3].map((run) => ({ ...job(3600, run), durationSeconds: 1800 }));
    const told = await validationWorld({ maxCapacity: 3 }, busy);
    await told.publish('1.0.0');
    await told.world.run(now0 + 70 * minute);
    const id = await told.validate('1.0.0');
    await told.world.run(now0 + 75 * minute);
    expect((await told.validation(id)).words).toMatch(/^It waits for room: the pool has 3 of at most 3 machines/);
    expect((await told.ended(id)).verdict).toBe('passed');
    expect(mostMachines(told)).toBeLessThanOrEqual(3);
    expect(told.finished()).toBe(3);
  }, 900_000);

  it('leaves its place to nobody: jobs that are queued meanwhile wait for the rest', async () => {
    const told = await validationWorld(
      { maxCapacity: 3 },
      [1, 2, 3].map((run) => job(3660, run)),
    );
    await told.publish('1.0.0');
    await told.world.run(now0 + 59 * minute);
    expect((await told.ended(await told.validate('1.0.0'))).verdict).toBe('passed');
    await told.world.run(told.world.clock.now() + 60 * minute, () => told.finished() === 3);
    expect(told.finished()).toBe(3);
    expect(mostMachines(told)).toBeLessThanOrEqual(3);
  }, 900_000);

  it('without quota comes to no verdict and leaves nothing', async () => {
    const told = await validationWorld({}, [], { coresLimit: 2 });
    await told.publish('1.0.0');
    await told.world.run(now0 + 59 * minute);
    const end = await told.ended(await told.validate('1.0.0'));
    expect(end).toMatchObject({ verdict: 'broken', words: expect.stringContaining('quota') });
    expect(await told.leftovers()).toEqual([]);
  }, 900_000);

  it('keeps a failed machine where the settings want one, until it is cancelled or two days are over', async () => {
    const told = await validationWorld({ maxSavedNodeCount: 1 }, [], { restSeconds: 120 });
    await told.publish('1.0.0', 'enable-fails');
    await told.world.run(now0 + 59 * minute);
    const id = await told.validate('1.0.0');
    const end = await told.ended(id);
    expect(end).toMatchObject({ verdict: 'failed', words: expect.stringContaining('1 of the machines stay') });
    expect(end.machines.filter((machine) => machine.isKept)).toHaveLength(1);
    await told.world.run(told.world.clock.now() + 47 * 60 * minute);
    expect(await told.leftovers()).toContain('weir-trial-validation1');
    await told.world.run(told.world.clock.now() + 2 * 60 * minute);
    expect(await told.leftovers()).toEqual([]);
    expect((await told.validation(id)).verdict).toBe('failed');
  }, 900_000);

  it.each([
    ['creating', 10],
    ['booting', 60],
    ['reimaging', 190],
  ])(
    'that is cancelled while it is %s leaves nothing behind',
    async (_phase, seconds) => {
      const told = await validationWorld();
      await told.publish('1.0.0');
      await told.world.run(now0 + 59 * minute);
      const id = await told.validate('1.0.0');
      await told.world.run(told.world.clock.now() + seconds * 1000);
      const kept = await readValidation(told.world.store, 'linux', id);
      await told.world.store.writeRecords([
        validationWrite(kept!.revision, { ...kept!.value, isCancelRequested: true }),
      ]);
      expect((await told.ended(id)).verdict).toBe('cancelled');
      expect(await told.leftovers()).toEqual([]);
    },
    240_000,
  );
});

/** The most machines that there were at once, trial machines among them. */
function mostMachines(told: Awaited<ReturnType<typeof validationWorld>>): number {
  let [now, most] = [0, 0];
  for (const event of told.azure) {
    if (event.kind === 'instanceCreated') now += 1;
    if (event.kind === 'instanceDeleted') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}
