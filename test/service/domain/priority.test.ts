// The order of service: names and values of the demand, High before Medium before Low, ageing, and the claims that follow it.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claim } from '../../../service/domain/claims.ts';
import { laneCapacities } from '../../../service/domain/lane-capacity.ts';
import { match } from '../../../service/domain/matching.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import { inServiceOrder, namedPriority, priorityOf, servedAsOf, turnsOf } from '../../../service/domain/priority.ts';
import type { JobRequest } from '../../../service/domain/job-request.ts';
import {
  hour,
  jobRequest,
  jobRequests,
  machine,
  memory,
  minute,
  now0,
  scene,
  second,
  settings,
} from '../../builders.ts';
import { online } from './told.ts';

const medium = settings();
const at = (requestId: number, ageMinutes: number, priority?: string): JobRequest =>
  jobRequest({
    requestId,
    queuedAt: now0 - ageMinutes * minute,
    demands: priority === undefined ? [] : [`Priority -equals ${priority}`],
  });
const order = (...requests: readonly JobRequest[]) => inServiceOrder(requests, medium).map((one) => one.requestId);

describe('the priority of a job', () => {
  const cases: readonly (readonly [readonly string[], string, string | null])[] = [
    [[], 'Medium', null],
    [['Agent.OS -equals Linux'], 'Medium', null],
    [['Priority -equals High'], 'High', 'High'],
    [['Priority -equals Medium'], 'Medium', 'Medium'],
    [['Priority -equals Low'], 'Low', 'Low'],
    [['priority -equals hIGH'], 'High', 'High'],
    [['Agent.OS -equals Linux', 'PRIORITY  -equals  LOW'], 'Low', 'Low'],
    [['Priority -equals Urgent'], 'Medium', null],
    [['Priority -Equals High'], 'Medium', null],
    [['Priority'], 'Medium', null],
    [['Priority -equals "High"'], 'Medium', null],
    [['PriorityClass -equals High'], 'Medium', null],
    [['Priority -gtVersion 1.0'], 'Medium', null],
  ];
  it.each(cases)('of %j is %s', (demands, priority, named) => {
    expect(priorityOf({ demands })).toBe(priority);
    expect(namedPriority(demands)).toBe(named);
  });
});

describe('the order of service', () => {
  const cases: readonly (readonly [string, readonly JobRequest[], readonly number[]])[] = [
    ['is by age where nobody names a priority', [at(3, 1), at(1, 3), at(2, 2)], [1, 2, 3]],
    ['is by id where the age is the same', [at(2, 1), at(1, 1)], [1, 2]],
    ['puts High first', [at(1, 10), at(2, 9, 'Medium'), at(3, 0, 'High')], [3, 1, 2]],
    ['puts Low last', [at(1, 10, 'Low'), at(2, 9), at(3, 0)], [2, 3, 1]],
    ['takes a job without a priority for Medium', [at(1, 2, 'Low'), at(2, 1), at(3, 0, 'High')], [3, 2, 1]],
    ['counts a Medium that waited an hour as High', [at(1, 61), at(2, 0, 'High')], [1, 2]],
    ['does not count it before the hour is over', [at(1, 59), at(2, 0, 'High')], [2, 1]],
    ['counts a Low that waited an hour as Medium', [at(1, 61, 'Low'), at(2, 0)], [1, 2]],
    ['counts a Low that waited an hour not as High', [at(1, 61, 'Low'), at(2, 0, 'High')], [2, 1]],
    ['counts a Low that waited two hours as High', [at(1, 121, 'Low'), at(2, 0, 'High')], [1, 2]],
  ];
  it.each(cases)('%s', (_name, requests, ids) => {
    expect(order(...requests)).toEqual(ids);
  });

  it('keeps the jobs of one run that have one priority in the order of the run', () => {
    const run = jobRequests(5, { runId: 7, queuedAt: now0, demands: ['Priority -equals Low'] });
    expect(order(at(9, 0, 'High'), ...run.toReversed())).toEqual([9, 1, 2, 3, 4, 5]);
  });

  it('follows agingMinutes', () => {
    const quick = settings({ priority: { batchSeconds: 10, agingMinutes: 5 } });
    expect(inServiceOrder([at(1, 6), at(2, 0, 'High')], quick).map((one) => one.requestId)).toEqual([1, 2]);
  });
});

const anyRequests = fc.uniqueArray(
  fc.record({
    requestId: fc.integer({ min: 1, max: 10_000 }),
    queuedAt: fc.integer({ min: 0, max: 10 * hour }).map((offset) => now0 - offset),
    demands: fc.constantFrom<readonly string[]>(
      [],
      ['Priority -equals High'],
      ['Priority -equals Medium'],
      ['Priority -equals Low'],
    ),
  }),
  { selector: (one) => one.requestId, maxLength: 40 },
);
const built = (drawn: readonly Partial<JobRequest>[]) => drawn.map((one) => jobRequest(one));

describe('laws of the order', () => {
  it('it is total: whatever order the list came in, the same one comes out, and nobody is lost', () => {
    fc.assert(
      fc.property(anyRequests, fc.nat(), (drawn, turn) => {
        const requests = built(drawn);
        const cut = requests.length === 0 ? 0 : turn % requests.length;
        const turned = [...requests.slice(cut), ...requests.slice(0, cut)].toReversed();
        expect(inServiceOrder(turned, medium)).toEqual(inServiceOrder(requests, medium));
        expect(inServiceOrder(requests, medium)).toHaveLength(requests.length);
      }),
    );
  });

  it('ageing bounds the wait: nobody is overtaken by a job queued two steps of ageing later', () => {
    fc.assert(
      fc.property(anyRequests, (drawn) => {
        const sorted = inServiceOrder(built(drawn), medium);
        for (const [place, request] of sorted.entries()) {
          for (const earlier of sorted.slice(0, place)) {
            expect(earlier.queuedAt - request.queuedAt).toBeLessThanOrEqual(2 * medium.priority.agingMinutes * minute);
          }
        }
      }),
    );
  });

  it('of two jobs queued at the same time the higher is never behind', () => {
    fc.assert(
      fc.property(anyRequests, (drawn) => {
        const sorted = inServiceOrder(built(drawn.map((one) => ({ ...one, queuedAt: now0 }))), medium);
        const ranks = sorted.map((one) => ['High', 'Medium', 'Low'].indexOf(priorityOf(one)));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }),
    );
  });

  it('the matching serves no job while one that comes first and could take its place waits', () => {
    const graph = fc.record({
      demand: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
      supply: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
      edges: fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { minLength: 5, maxLength: 5 }),
      seed: fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 }),
    });
    fc.assert(
      fc.property(graph, ({ demand, supply, edges, seed }) => {
        const adjacent = demand.map((_, group) =>
          supply.flatMap((_s, column) => (edges[group]?.[column] ? [column] : [])),
        );
        const single = demand.flatMap((count, group) => Array.from({ length: count }, () => group));
        const turns = single.map((group, index) => ({ group, at: seed[index] ?? 0 })).toSorted((a, b) => a.at - b.at);
        const { unmatched } = match(
          demand,
          supply,
          adjacent,
          supply.length,
          turns.map(({ group }) => [group, 1]),
        );
        // Greedy over the turns is what the matching must equal: each is served exactly if it fits beside all before it.
        const served = demand.map(() => 0);
        for (const { group } of turns) {
          const tried = served.map((count, index) => count + (index === group ? 1 : 0));
          const { unmatched: left } = match(tried, supply, adjacent, supply.length);
          if (left.every((count) => count === 0)) served[group] = (served[group] ?? 0) + 1;
        }
        expect(demand.map((count, group) => count - (unmatched[group] ?? 0))).toEqual(served);
      }),
    );
  });
});

describe('claims', () => {
  const claimsOf = (requests: readonly JobRequest[], count: number) => {
    const picture = scene({
      requests,
      machines: Array.from({ length: count }, (_, index) => machine(index + 1, online(hour))),
    });
    const config = settings();
    const nodes = nodesOf(picture, config, memory());
    return claim(picture, config, memory(), nodes, laneCapacities(picture, memory()));
  };

  it('give the only idle node to the job that is served first, though it was queued last', () => {
    const claims = claimsOf([at(1, 5), at(2, 4, 'Low'), at(3, 0.1, 'High')], 0);
    expect(claims.withoutNode.map((one) => one.requestId)).toEqual([3, 1, 2]);
  });

  it('leave the order to age where nobody names a priority', () => {
    expect(turnsOf([{ requests: jobRequests(3), fitsNew: true }], medium)).toBeUndefined();
    const claims = claimsOf(jobRequests(3, { queuedAt: now0 - 5 * second }), 2);
    expect(claims.withoutNode.map((one) => one.requestId)).toEqual([3]);
  });

  it('put a job that only an existing node fits one priority ahead', () => {
    const groups = [
      { requests: [at(1, 5, 'Medium')], fitsNew: true },
      { requests: [at(2, 1, 'Medium')], fitsNew: false },
    ];
    expect(turnsOf(groups, medium)).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });

  it('never let a job be served as of before it was queued', () => {
    expect(servedAsOf(at(1, 5, 'High'), medium)).toBe(now0 - 5 * minute);
    expect(servedAsOf(at(1, 5, 'Low'), medium)).toBe(now0 + 115 * minute);
  });
});
