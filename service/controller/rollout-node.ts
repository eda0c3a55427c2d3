// What one life of a machine says of the version that it tries: it came online, it failed, or it still boots.
import { lateAfterMs } from '../domain/boot-time.ts';
import { bootingSince } from '../domain/booting-since.ts';
import type { Memory } from '../domain/memory.ts';
import type { Node } from '../domain/node.ts';
import type { Generation } from '../domain/observation.ts';
import type { RolloutNode } from '../domain/rollout.ts';

export function rolloutNode(
  node: Node,
  life: Generation,
  version: string | null,
  now: number,
  memory: Memory,
): RolloutNode {
  const began = life.startedAt <= now ? life.startedAt : bootingSince(life, node.instance, memory, node.key, now);
  const isLate = now - began > lateAfterMs(memory, life.startedBy);
  const failures = node.instance?.failures ?? [];
  // What an extension says of itself is nearer to the cause than what Azure says of the machine.
  const failure = failures.find((one) => one.source !== 'instance') ?? failures[0];
  const hasFailed = failure !== undefined || /^(failed|unhealthy)/.test(node.state) || isLate;
  const outcome = life.firstOnlineAt !== null ? 'online' : hasFailed ? 'failed' : 'booting';
  const words =
    failure === undefined ? null : `${failure.source}: ${failure.message.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
  return { life: life.generationId, version, outcome, failure: words };
}
