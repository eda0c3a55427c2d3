// The verdicts of a pool that has no room for another machine, whoever holds its places.
import { describe, expect, it } from '@jest/globals';
import { agentsIn } from '../../../service/domain/facts.ts';
import {
  busyMachine,
  jobRequests,
  machine,
  minute,
  now0,
  runningRequest,
  scene,
  settings as settingsOf,
} from '../../builders.ts';
import { tell, one, alone } from './verdict-scene.ts';

describe('a pool without room', () => {
  const settings = settingsOf({ maxCapacity: 1 });
  const machines = [busyMachine(1, 90)];
  const queue = [runningRequest(90, 1), ...jobRequests(3)];
  const observation = scene({ machines, requests: queue });

  it('tells the first that it is next, and the others who is ahead', () => {
    expect(tell(queue[1]!, observation, settings)).toMatchObject({
      verdict: 'poolAtMaximum',
      position: 1,
      resolvesItself: true,
    });
    expect(tell(queue[3]!, observation, settings)).toMatchObject({
      verdict: 'queuedBehind',
      position: 3,
      evidence: [{ kind: 'ahead', requestIds: [1, 2] }],
    });
    expect(tell(queue[3]!, observation, settings).words).toContain('2 jobs that wait longer');
  });

  it('is stuck where a person holds every agent', () => {
    const held = [machine(1, { agent: { isEnabled: false } })];
    const request = one();
    const diagnosis = tell(request, scene({ machines: held, requests: [request] }), settings);
    expect(diagnosis).toMatchObject({ verdict: 'agentsDisabled', resolvesItself: false });
    expect(diagnosis.nextStep).toContain('Enable');
  });

  it.each([
    ['until somebody gives it back', null],
    ['until 2026-01-05 09:00 UTC', now0 + 60 * minute],
  ])('is stuck where every machine is kept to be looked at, %s', (until, savedUntil) => {
    const kept = { isSaved: true, isDisabledByWeir: true, savedUntil };
    const request = one();
    const picture = scene({
      machines: [machine(1, { agent: { isEnabled: false }, generation: kept })],
      requests: [request],
    });
    const diagnosis = tell(request, picture, settings);
    expect(diagnosis).toMatchObject({ verdict: 'agentsDisabled', resolvesItself: false });
    expect(diagnosis.words).toContain(`agents_1 (${until})`);
    expect(diagnosis.nextStep).toContain('Give back or delete agents_1');
    expect(agentsIn(diagnosis.evidence)).toEqual([expect.objectContaining({ state: 'kept' })]);
  });

  it('is not stuck where the time is over of a machine that was kept', () => {
    const kept = { isSaved: true, isDisabledByWeir: true, savedUntil: now0 };
    const request = one();
    const picture = scene({
      machines: [machine(1, { agent: { isEnabled: false }, generation: kept })],
      requests: [request],
    });
    expect(tell(request, picture, settings)).toMatchObject({ verdict: 'poolAtMaximum', resolvesItself: true });
  });

  it('is stuck where kept machines hold its places, and names them with their time', () => {
    const keep = (number: number, savedUntil: number | null) =>
      machine(number, {
        agent: { isEnabled: false },
        generation: { isSaved: true, isDisabledByWeir: true, savedUntil },
      });
    const request = one();
    const full = settingsOf({ maxCapacity: 2 });
    const kept = [keep(1, Date.UTC(2026, 11, 3, 10, 5)), keep(2, null)];
    expect(tell(request, scene({ machines: kept, requests: [request] }), full)).toMatchObject({
      verdict: 'agentsDisabled',
      resolvesItself: false,
      words: expect.stringContaining('agents_1 (until 2026-12-03 10:05 UTC), agents_2 (until somebody gives it back)'),
      nextStep: expect.stringContaining('Give back or delete agents_1, agents_2'),
    });
    const beside = [keep(1, null), machine(2, { agent: { isEnabled: false } })];
    expect(tell(request, scene({ machines: beside, requests: [request] }), full).resolvesItself).toBe(false);
    const busy = scene({ machines: [keep(1, null), busyMachine(2, 90)], requests: [runningRequest(90, 2), request] });
    expect(tell(request, busy, full)).toMatchObject({ verdict: 'poolAtMaximum', resolvesItself: true });
  });

  it('has room beside a held agent, so the job starts by itself', () => {
    const held = [machine(1, { agent: { isEnabled: false } })];
    expect(alone(one(), { machines: held }).verdict).toBe('starting');
  });

  it('touches nothing while half of it looks unwell', () => {
    const offline = (number: number) =>
      machine(number, { agent: { isOnline: false, statusChangedAt: now0 - minute, assignedRequestId: null } });
    const request = one();
    const picture = scene({ machines: [1, 2, 3, 4].map(offline), requests: [request] });
    const diagnosis = tell(request, picture, settingsOf({ maxCapacity: 4 }));
    expect(diagnosis).toMatchObject({ verdict: 'panicStopped', resolvesItself: false });
  });
});
