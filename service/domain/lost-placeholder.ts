// Placeholders that Azure DevOps has and the records have not: the answer to the registration was lost, the process ended before
// it wrote, or the database was set back. While one is wanted its name finds it; one that is not would stand for ever, and
// a job would wait on it in place of being refused.
import type { Agent, Capabilities } from './agent.ts';
import { equalsIgnoringCase } from './demand.ts';
import type { Observation } from './observation.ts';
import type { PoolSettings } from './pool.ts';

/** In every registration of a placeholder, with the pool's name. A machine that takes it over writes all capabilities anew. */
export const placeholderCapability = 'Weir.Placeholder';

type Known = Pick<Observation, 'agents' | 'placeholders' | 'generations'>;

export function lostPlaceholders({ agents, placeholders, generations }: Known, pool: string): readonly Agent[] {
  const marked = agents.value.filter(
    ({ systemCapabilities, isOnline }) => !isOnline && systemCapabilities[placeholderCapability] === pool,
  );
  if (marked.length === 0) return [];
  const known = new Set([...placeholders, ...generations].map((one) => one.agentId));
  return marked.filter((agent) => !known.has(agent.agentId));
}

/** First alias of the image that it promises; empty where the pool declares none such. */
export function promisedImage({ ImageOverride: alias }: Capabilities, { images }: PoolSettings): string {
  if (alias === undefined) return images[0]?.aliases[0] ?? '';
  return images.find((image) => image.aliases.some((one) => equalsIgnoringCase(one, alias)))?.aliases[0] ?? alias;
}
