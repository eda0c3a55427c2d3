// `weir replay` as people and scripts use it: its stable shape, its errors, and the promise it makes on the real trace.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { windowWords } from '../../cli/replay-window.ts';
import type { ReplayWindow } from '../../service/domain/replay-window.ts';
import { callWeir, withFile } from './run-weir.ts';

const trace = ['# three jobs', 'arrival_seconds,duration_seconds,label', '0,600,linux', '0,300,linux', '4000,60,'].join(
  '\n',
);
const settings = JSON.stringify({ name: 'linux', maxCapacity: 10, recycleAfterEachUse: false });

interface Replayed {
  readonly policy: string;
  readonly jobs: number;
  readonly waitSeconds: { readonly mean: number; readonly p50: number; readonly p95: number; readonly p99: number };
  readonly vmHours: number;
  readonly c0VmHours: number;
  readonly workVmHours: number;
  readonly maximumInstances: number;
  readonly creates: number;
  readonly deletes: number;
  readonly reimages: number;
}

async function replayed(...args: readonly string[]): Promise<Replayed> {
  const ran = await callWeir('replay', ...args, '--json');
  expect(ran.code).toBe(0);
  return JSON.parse(ran.out) as Replayed;
}

function withBoth<T>(
  traceText: string,
  settingsText: string,
  use: (trace: string, settings: string) => Promise<T>,
): Promise<T> {
  return withFile(traceText, (one) => withFile(settingsText, (other) => use(one, other)), 'trace.csv');
}

describe('weir replay', () => {
  it('prints one JSON document of the stable shape', async () => {
    const result = await withBoth(trace, settings, (one, other) => replayed(one, '--settings', other));
    expect(Object.keys(result)).toEqual([
      ...['policy', 'jobs', 'waitSeconds', 'vmHours', 'c0VmHours', 'workVmHours'],
      ...['maximumInstances', 'creates', 'deletes', 'reimages'],
    ]);
    expect(result).toMatchObject({ policy: 'eventDriven', jobs: 3, workVmHours: 0.27, reimages: 0 });
    expect(Object.keys(result.waitSeconds)).toEqual(['mean', 'p50', 'p95', 'p99']);
    expect(result.vmHours).toBeGreaterThan(result.workVmHours);
  });

  it('gives the same answer for the same boot seed and another for another', async () => {
    await withBoth(trace, settings, async (one, other) => {
      const first = await replayed(one, '--settings', other, '--boot-seed', '7');
      expect(await replayed(one, '--settings', other, '--boot-seed', '7')).toEqual(first);
      expect((await replayed(one, '--settings', other, '--boot-seed', '8')).waitSeconds).not.toEqual(first.waitSeconds);
    });
  });

  it('counts only the window that it is given', async () => {
    const result = await withBoth(trace, settings, (one, other) => replayed(one, '--settings', other, '--from', '100'));
    expect(result.jobs).toBe(1);
  });

  it('counts a standby in the hours before the first job and after the last one that were asked for', async () => {
    const lone = '36000,600,linux\n';
    const standing = JSON.stringify({ name: 'linux', maxCapacity: 5, desiredIdle: 2, recycleAfterEachUse: false });
    await withBoth(lone, standing, async (one, other) => {
      const hours = async (...more: readonly string[]) => replayed(one, '--settings', other, '--boot', 'fast', ...more);
      const plain = await hours();
      expect(plain.vmHours).toBeLessThan(2);
      for (const policy of ['eventDriven', 'sampled', 'keda']) {
        const early = await hours('--policy', policy, '--from', '0');
        expect([policy, early.waitSeconds.mean]).toEqual([policy, 5]);
        expect(early.vmHours).toBeGreaterThan(20);
        const late = await hours('--policy', policy, '--to', '108000');
        expect(late.vmHours).toBeGreaterThan(39);
        expect([early.c0VmHours, late.c0VmHours]).toEqual([plain.c0VmHours, plain.c0VmHours]);
      }
      const whole = await hours('--from', '0', '--to', '108000');
      expect((await hours('--from', '0', '--to', '108000', '--whole')).vmHours).toBeCloseTo(whole.vmHours, 0);
      // Two machines for thirty hours, and no job.
      const empty = await withBoth('0,1,\n', standing, (bare) =>
        callWeir('replay', bare, '--settings', other, '--from', '10', '--to', '108010', '--json'),
      );
      expect(empty.note).toContain('no job of the trace comes between --from and --to');
      expect(JSON.parse(empty.out)).toMatchObject({ jobs: 0, c0VmHours: 0, vmHours: expect.closeTo(60, 0) });
      const before = await callWeir('replay', one, '--settings', other, '--to', '1', '--json');
      expect(before.note).toMatch(/no job of the trace comes before --to, so nothing is counted; give --from/);
      expect(before.note).not.toMatch(/only/);
      expect(JSON.parse(before.out)).toMatchObject({ jobs: 0, vmHours: 0 });
    });
  });

  it.each<[string, ReplayWindow, readonly number[], RegExp | null]>([
    ['a far end', { begins: 0, ends: 1e12 }, [36_000], /only a year is counted/],
    ['an early beginning', { begins: 0, ends: null }, [1e9], /only a year is counted/],
    ['a far end without a job', { begins: 0, ends: 1e12 }, [], /no job.*only machines are counted.*only a year/s],
    ['a window of thirty hours', { begins: 0, ends: 108_000 }, [36_000], null],
    ['a window before the first job, without a beginning', { begins: null, ends: 1 }, [], /nothing is counted/],
  ])('says what it leaves out of %s', (_what, window, arrivals, words) => {
    const said = windowWords(
      arrivals.map((arrival) => ({ arrival, duration: 60, label: '' })),
      window,
    ).join('\n');
    if (words === null) expect(said).toBe('');
    else expect(said).toMatch(words);
    expect(said.includes('a year')).toBe(String(words).includes('a year'));
  });

  it('lets --policy win over the settings, and reads settings as YAML too', async () => {
    const yaml = 'name: linux\nsizing: { policy: sampled }\n';
    await withBoth(trace, yaml, async (one, other) => {
      expect((await replayed(one, '--settings', other)).policy).toBe('sampled');
      expect((await replayed(one, '--settings', other, '--policy', 'eventDriven')).policy).toBe('eventDriven');
    });
  });

  it.each(['keda', 'terraformAws', 'buildkite', 'gitlab', 'clusterAutoscaler', 'managedPools90', 'managedPoolsOff'])(
    'sizes the same jobs by the rule of %s',
    async (policy) => {
      const result = await withBoth(trace, settings, (one, other) =>
        replayed(one, '--settings', other, '--policy', policy),
      );
      expect(result).toMatchObject({ policy, jobs: 3, workVmHours: 0.27 });
      expect(result.vmHours).toBeGreaterThan(result.workVmHours);
    },
  );

  it('keeps the standby of the schedule, at the hours that the trace names', async () => {
    // A Monday in Berlin, where 09:00 is 08:00 UTC; the jobs of an hour begin at midnight UTC and at noon.
    const hours = { timeZone: 'Europe/Berlin', days: [{ '09:00': 2, '17:00': 0 }] };
    const scheduled = JSON.stringify({ name: 'linux', maxCapacity: 4, schedule: hours });
    const told = (epoch: number) => `# epoch_utc=${epoch}\n0,600,\n43200,600,\n`;
    const midnight = Date.UTC(2026, 10, 23) / 1000;
    const at = (epoch: number) =>
      withBoth(told(epoch), scheduled, (one, other) => replayed(one, '--settings', other, '--boot', 'fast'));
    const [day, later] = [await at(midnight), await at(midnight + 12 * 3600)];
    expect(day).toMatchObject({ jobs: 2, maximumInstances: 3 });
    // The second job of the one finds a machine, the second of the other waits for a boot at midnight.
    expect(day.waitSeconds.p50).toBe(5);
    expect(later.waitSeconds.p95).toBeGreaterThan(30);
    expect(day.vmHours).toBeGreaterThan(8);
  });

  it('warns once of labels that name no image', async () => {
    const ran = await withBoth(trace, settings, (one, other) => callWeir('replay', one, '--settings', other));
    expect(ran.note.match(/no image is called linux/g)).toHaveLength(1);
    expect(ran.out).toContain('eventDriven, preset balanced; machines are used again\n');
    expect(ran.out).toContain('machine hours');
  });

  it.each([
    ['a label', '0,10,\u001b[31mred\n', /no image is called \ufffd\[31mred/],
    ['an arrival', '0\u001b[2J,10,linux\n', /arrival "0\ufffd\[2J"/],
  ])('shows %s that would move the cursor as plain text', async (_name, text, words) => {
    const ran = await withBoth(text, settings, (one, other) => callWeir('replay', one, '--settings', other));
    expect(ran.note).toMatch(words);
    expect(ran.note).not.toContain('\u001b');
  });

  it('says that it counts machines of several images as alike, where labels name several', async () => {
    const image = (alias: string) => ({
      aliases: [alias],
      source: { publisher: 'Canonical', offer: alias, sku: 'server' },
      version: 'latest',
      standbyPercent: alias === 'linux' ? '*' : 0,
    });
    const two = JSON.stringify({ name: 'two', images: [image('linux'), image('windows')] });
    const noteOf = async (text: string) =>
      (await withBoth(text, two, (one, other) => callWeir('replay', one, '--settings', other))).note;
    expect(await noteOf('0,60,linux\n9,60,Windows\n')).toMatch(/linux and windows.*every machine fits every job/);
    expect(await noteOf('0,60,linux\n9,60,\n')).toBe('');
  });

  it.each([
    ['a line without a number', 'x,5\n0,ten,linux\n', 1, /line 2: duration "ten"/],
    ['an empty trace', '# nothing\n', 1, /holds no job/],
    ['a negative arrival', '-5,10,linux\n', 1, /line 1: arrival "-5"/],
    ['a first line that is no heading', 'x,5,linux\n0,10,linux\n', 1, /line 1: arrival "x"/],
    ['other separators', '0;10;linux\n', 1, /line 1: expected arrival_seconds/],
    ['columns in another order', 'duration_seconds,arrival_seconds\n10,0\n', 1, /line 1: the columns must stand/],
    ['a beginning that is a date', '# epoch_utc=2026-02-30\n0,10,linux\n', 1, /line 1: epoch_utc "2026-02-30"/],
    ['milliseconds', '1764460800000,5,linux\n', 1, /line 1: arrival "1764460800000" is too large.*milliseconds/],
    ['a number that is none of seconds', '0x10,5,linux\n', 1, /line 1: arrival "0x10"/],
  ])('says what is wrong with %s', async (_name, text, code, words) => {
    const ran = await withBoth(text, settings, (one, other) => callWeir('replay', one, '--settings', other));
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.note).toMatch(words);
    expect(ran.note).not.toMatch(/\bat .*\.ts/);
  });

  it('reads what spreadsheets make of a trace', async () => {
    const told = ['# one', '0,600,linux', '0,300,linux', '4000,60,'];
    const forms = [told.join('\r'), told.join('\r\n'), `\ufeff${told.join('\n')}`, told.toReversed().join('\n')];
    const quoted = '"arrival_seconds","duration_seconds","label"\n"0","600","linux"\n"0","300","linux"\n"4000","60",""';
    const plain = await withBoth(trace, settings, (one, other) => replayed(one, '--settings', other));
    for (const form of [...forms, quoted])
      expect(await withBoth(form, settings, (one, other) => replayed(one, '--settings', other))).toEqual(plain);
  });

  it.each([
    ['no settings', [], 2, /needs --settings/],
    ['an unknown policy', ['--policy', 'best'], 2, /eventDriven, sampled/],
    ['an unknown boot', ['--boot', 'slow'], 2, /linux, windows, fast/],
    ['a window that ends before it begins', ['--from', '10', '--to', '5'], 2, /later than --from/],
  ])('refuses %s', async (name, args, code, words) => {
    await withBoth(trace, settings, async (one, other) => {
      const ran = await callWeir('replay', one, ...(name === 'no settings' ? [] : ['--settings', other]), ...args);
      expect(ran.code).toBe(code);
      expect(ran.note).toMatch(words);
    });
  });

  it.each([
    ['', /cannot be used: they are empty/],
    ['- maxCapacity: 5\n', /cannot be used: they are not fields with values/],
  ])('says so where the settings are no fields: %j', async (text, words) => {
    const ran = await withBoth(trace, text, (one, other) => callWeir('replay', one, '--settings', other));
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.note).toMatch(words);
    expect(ran.note).not.toMatch(/^\s*:/m);
  });

  it('names the field of settings that cannot be used', async () => {
    const ran = await withBoth(trace, '{"maxCapacity": 0}', (one, other) =>
      callWeir('replay', one, '--settings', other),
    );
    expect(ran.code).toBe(1);
    expect(ran.note).toMatch(/maxCapacity/);
  });
});

const real = fileURLToPath(new URL('../../../shared/traces/bitcoin-core-gha-2025.csv.gz', import.meta.url));
const isPresent = existsSync(real);
if (!isPresent) process.stdout.write('skipped: the real trace does not stand beside the project (../shared/traces)\n');

describe('on the real trace', () => {
  (isPresent ? it.each([[true], [false]]) : it.skip.each([[true], [false]]))(
    'eventDriven needs about half the machine hours of sampled, and lets jobs wait less than two thirds as long (fresh machines: %s)',
    async (recycleAfterEachUse) => {
      const stated = { name: 'linux', maxCapacity: 200, desiredIdle: 0, timeToLiveMinutes: 30, recycleAfterEachUse };
      await withFile(JSON.stringify(stated), async (file) => {
        const ours = await replayed(real, '--settings', file, '--from', '1818640');
        const theirs = await replayed(real, '--settings', file, '--from', '1818640', '--policy', 'sampled');
        process.stdout.write(
          `replay, fresh machines ${recycleAfterEachUse}: ${ours.vmHours} h at ${ours.waitSeconds.mean} s against ${theirs.vmHours} h at ${theirs.waitSeconds.mean} s, C0 ${ours.c0VmHours} h\n`,
        );
        // Measured are 0.513 and 0.498 of its hours, and 0.591 and 0.555 of its waits. They are no lower for two reasons: sampled looks
        // every five minutes from --from on, and where the first look falls moves its hours by a twentieth; and balanced spends
        // more for shorter waits since decision 0028.
        expect(ours.vmHours).toBeLessThanOrEqual(theirs.vmHours * 0.53);
        expect(ours.waitSeconds.mean).toBeLessThanOrEqual(theirs.waitSeconds.mean * 0.62);
      });
    },
    300_000,
  );
});
