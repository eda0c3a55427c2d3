// An image whose boots keep failing is not asked for again and again: after three failures it rests, then one machine is tried.
import { describe, expect, it } from '@jest/globals';
import { decide, type Verdict } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import type { ScaleSet } from '../../../service/domain/instance.ts';
import { emptyMemory, notAhead, type Memory } from '../../../service/domain/memory.ts';
import * as build from '../../builders.ts';
import { failed } from './told.ts';

interface Step {
  /** Minutes after the start. */
  readonly at: number;
  readonly machines?: readonly build.Machine[];
  readonly model?: Partial<ScaleSet>;
}

const pool = build.settings();
const failing = (number: number, at: number, message = 'disk full'): build.Machine =>
  build.bootingMachine(number, build.minute, {
    instance: { ...failed.instance, failures: [{ source: 'CustomScript', code: 'failed/1', message }] },
    generation: { startedAt: build.now0 + (at - 1) * build.minute },
  });

function look(
  step: Step,
  memory: Memory,
): { readonly verdict: Verdict; readonly told: readonly string[]; readonly finding: string } {
  const now = build.now0 + step.at * build.minute;
  const machines = step.machines ?? [];
  const scene = build.scene({ now, machines, requests: [build.jobRequest(), build.jobRequest({ requestId: 2 })] });
  const observation = {
    ...scene,
    lanes: [
      build.lane(
        machines.map((one) => one.instance),
        step.model ?? {},
      ),
    ],
  };
  const verdict = decide(observation, pool, memory);
  const told = verdict.decisions
    .filter((one) => one.kind === 'scaleOut' || one.reason.code === 'imageFailing')
    .map((one) => (one.kind === 'scaleOut' ? `scaleOut ${String(one.from)}→${String(one.to)}` : one.reason.words));
  const finding = diagnose(scene.jobRequests.value[0]!, observation, verdict.nodes, pool, verdict.memory);
  return { verdict, told, finding: `${finding.verdict}: ${finding.words}` };
}

function after(...steps: readonly Step[]) {
  let memory: Memory = emptyMemory;
  let last: ReturnType<typeof look> | null = null;
  for (const step of steps) {
    last = look(step, memory);
    memory = last.verdict.memory;
  }
  if (last === null) throw new Error('Nothing was looked at.');
  return last;
}

const three: readonly Step[] = [
  { at: 0, machines: [failing(1, 0)] },
  { at: 1, machines: [failing(2, 1)] },
  { at: 2, machines: [failing(3, 2)] },
];

describe('boots that fail in a row', () => {
  it('are replaced the first two times', () => {
    expect(after(...three.slice(0, 2)).told).toEqual([expect.stringMatching(/^scaleOut/)]);
  });

  it('stop the asking at the third, say how many and why, and when one more is tried', () => {
    const { told, finding, verdict } = after(...three);
    expect(told).toEqual([
      '3 machines in a row did not come up in the scale set "agents" (the last one says: disk full); one more is tried in 5 min. ' +
        'Mend the image or its extensions; the log of the machine tells more.',
    ]);
    expect(finding).toMatch(/^imageFailing: 3 machines in a row did not come up in the scale set "agents"/);
    expect(verdict.nextDueAt).toBe(build.now0 + 7 * build.minute);
  });

  it('say what the machine said in one line, cut at a word and never inside of brackets', () => {
    const long = `VM has reported a failure.\nThe script ended (${'with many words '.repeat(20)}) at last.`;
    const wordy = 'Many words of a machine. '.repeat(9);
    const toldAfter = (message: string) =>
      after(...three.slice(0, 2), { at: 2, machines: [failing(3, 2, message)] }).told[0]?.match(/says: (.*)\); /u)?.[1];
    expect(toldAfter(long)).toBe('VM has reported a failure. The script ended …');
    expect(toldAfter(wordy)).toMatch(/^(?:Many words of a machine\. ){7}Many words of a …$/);
  });

  it('are counted once each, however often they are looked at', () => {
    const again = [1, 2, 3, 4].map((at) => ({ at, machines: [failing(1, 0)] }));
    expect(after({ at: 0, machines: [failing(1, 0)] }, ...again).told).toEqual([expect.stringMatching(/^scaleOut/)]);
  });

  it('let one machine be tried after the rest, and none beside it', () => {
    const tried = after(...three, { at: 7 });
    expect(tried.told).toEqual([expect.stringContaining('one more is tried now'), 'scaleOut 0→1']);
    const booting = after(
      ...three,
      { at: 7 },
      {
        at: 8,
        machines: [build.bootingMachine(4, build.minute, { generation: { startedAt: build.now0 + 7 * build.minute } })],
      },
    );
    expect(booting.told).toEqual([expect.stringContaining('one is being tried now')]);
  });

  it('rest no longer because somebody sets the clock back', () => {
    const { verdict } = after(...three);
    const hoursAgo = { at: -180 };
    const now = build.now0 + hoursAgo.at * build.minute;
    expect(look(hoursAgo, notAhead(verdict.memory, now)).told).toEqual([
      expect.stringContaining('one more is tried now'),
      'scaleOut 0→1',
    ]);
  });

  it('rest though another machine came up at an instant that lies ahead, for the clock was set back since', () => {
    const ahead = build.now0 + 180 * build.minute;
    const up = build.machine(9, { generation: { startedAt: ahead, firstOnlineAt: ahead } });
    const { told } = after(...three.map((step) => ({ ...step, machines: [up, ...(step.machines ?? [])] })));
    expect(told).toEqual([expect.stringContaining('one more is tried in 5 min')]);
  });

  it('rest longer with each that was tried in vain, at most half an hour', () => {
    let steps: Step[] = [...three];
    const rests: number[] = [];
    let at = 2;
    for (let probe = 0; probe < 5; probe += 1) {
      const { verdict } = after(...steps);
      const until = Math.max(...Object.values(verdict.memory.breakers ?? {}).map((one) => one.openUntil ?? 0));
      rests.push(Math.round((until - build.now0) / build.minute - at));
      at = Math.round((until - build.now0) / build.minute) + 3;
      steps = [...steps, { at, machines: [failing(10 + probe, at)] }];
    }
    expect(rests).toEqual([5, 10, 20, 30, 30]);
  });

  it('are forgotten as soon as one comes up', () => {
    const up = build.machine(4, {
      generation: { startedAt: build.now0 + 7 * build.minute, firstOnlineAt: build.now0 + 9 * build.minute },
    });
    const { verdict, told } = after(...three, { at: 10, machines: [up] });
    expect(verdict.memory.breakers).toBeUndefined();
    expect(told).toEqual([expect.stringMatching(/^scaleOut 1→2/)]);
  });

  it('do not count while others of the same time come up', () => {
    const up = build.machine(9, { generation: { firstOnlineAt: build.now0 + 30 * build.minute } });
    const machines = [up, failing(1, 0), failing(2, 1), failing(3, 2), failing(4, 3)];
    expect(after({ at: 31, machines }).verdict.memory.breakers).toBeUndefined();
  });

  it.each([
    [{ image: { id: null, publisher: 'Canonical', offer: 'ubuntu', sku: '22_04-lts', version: '22.04.202602010' } }],
    [{ sku: { name: 'Standard_D4_v3', tier: 'Standard' } }],
    [{ modelDigest: 'mended' }],
  ])('say nothing of another model: %j', (model) => {
    expect(after(...three, { at: 3, model }).told).toEqual([expect.stringMatching(/^scaleOut/)]);
  });

  it('for want of room say nothing of the image', () => {
    const roomless = (number: number, at: number) =>
      build.bootingMachine(number, build.minute, {
        instance: {
          ...failed.instance,
          failures: [{ source: 'instance', code: 'AllocationFailed', message: 'no room' }],
        },
        generation: { startedAt: build.now0 + at * build.minute },
      });
    const steps = [0, 1, 2, 3].map((at) => ({ at, machines: [roomless(at + 1, at)] }));
    expect(after(...steps).verdict.memory.breakers).toBeUndefined();
  });

  it('are kept while the picture is not whole', () => {
    const { verdict } = after(...three);
    const scene = build.scene({ now: build.now0 + 3 * build.minute });
    const stale = { ...scene, agents: build.stale(scene.agents.value) };
    expect(decide(stale, pool, verdict.memory).memory.breakers).toEqual(verdict.memory.breakers);
  });
});
