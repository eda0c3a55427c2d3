// The quick ways by which a pass reads queue and agents give what the plain ones give.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capabilityOf } from '../../../service/domain/agent-class.ts';
import { capabilitiesOf } from '../../../service/domain/agent.ts';
import { readCapability } from '../../../service/domain/demand.ts';
import { queuedRequests } from '../../../service/domain/fit.ts';
import { inServiceOrder } from '../../../service/domain/priority.ts';
import { serviceQueue } from '../../../service/domain/service-queue.ts';
import * as build from '../../builders.ts';

const demands = fc.subarray(['Priority -equals High', 'priority -equals low', 'docker', 'ImageOverride -equals a'], {
  maxLength: 3,
});
const written = demands.chain((texts) => fc.shuffledSubarray(texts, { minLength: texts.length }));
const queue = fc.array(fc.record({ requestId: fc.nat(30), minutesAgo: fc.nat(150), demands: written }), {
  maxLength: 25,
});

describe('the queue of a pass', () => {
  it('is in the order of service, and in groups of the same demands', () => {
    fc.assert(
      fc.property(queue, (drawn) => {
        const listed = drawn.map(({ minutesAgo, ...one }) =>
          build.jobRequest({ ...one, queuedAt: build.now0 - minutesAgo * build.minute }),
        );
        const waiting = queuedRequests(build.observation({ jobRequests: build.fresh(listed) }));
        expect(new Set(waiting.map((one) => one.requestId)).size).toBe(waiting.length);
        const { requests, groupAt, groups } = serviceQueue(waiting, build.settings());
        expect(requests).toEqual(inServiceOrder(waiting, build.settings()));
        const signatures = groups.map(([first]) => first?.demands.toSorted().join('\n'));
        expect(signatures).toEqual([...new Set(signatures)].sort());
        for (const [place, group] of groups.entries()) {
          expect(group).toEqual(requests.filter((_, index) => groupAt(index) === place));
          for (const one of group) expect(one.demands.toSorted().join('\n')).toBe(signatures[place]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('one capability of an agent', () => {
  it('is the one that all of them together tell', () => {
    const capabilities = fc.dictionary(fc.constantFrom('Tag', 'TAG', 'tag', 'other'), fc.constantFrom('1', '2', ''));
    fc.assert(
      fc.property(capabilities, capabilities, (systemCapabilities, userCapabilities) => {
        const agent = build.agent({ systemCapabilities, userCapabilities });
        expect(capabilityOf(agent, 'Tag')).toBe(readCapability(capabilitiesOf(agent), 'Tag'));
      }),
    );
  });
});
