// Keeps the one placeholder agent of the declared image. Without a registered agent that matches, Azure DevOps fails a job
// at once, so a pool at standby 0 could not queue any.
import type { Decision } from './decision.ts';
import { withDecisions, type Pass, type Plan } from './pass.ts';
import { say } from './words.ts';

export function keepPlaceholder(pass: Pass, plan: Plan): Plan {
  // A picture without records cannot tell a placeholder from somebody's offline agent.
  const { observation, trust } = pass;
  if (observation.ownsEverything || observation.agents.freshness !== 'fresh') return plan;
  const image = pass.settings.images[0]?.aliases[0] ?? '';
  const registered = new Set(observation.agents.value.map((agent) => agent.agentId));
  const standing = observation.placeholders
    .filter((one) => one.image === image && registered.has(one.agentId))
    .sort((a, b) => a.agentId - b.agentId);
  const kept = standing[0];
  const removing = new Set(
    observation.operations.filter((one) => one.kind === 'removePlaceholder').map((one) => one.agentId),
  );
  const superfluous = observation.placeholders.filter((one) => one !== kept && !removing.has(one.agentId));
  // A new image's placeholder comes before the old one goes, unless nobody is registered under the old record.
  const mayGo = superfluous.filter((one) => kept !== undefined || !registered.has(one.agentId));
  const removals = (trust.canDestroy ? mayGo : []).map((one): Decision => ({
    kind: 'removePlaceholder',
    reason: registered.has(one.agentId)
      ? say(
          'placeholderNotNeeded',
          `Placeholder ${one.name} is for an image that the pool does not declare any more, or is one too many.`,
        )
      : say('placeholderGone', `Placeholder ${one.name} is not registered any more.`),
    placeholder: one.name,
    target: { scaleSetId: null, instanceId: null, vmId: null, generationId: null, agentId: one.agentId },
  }));
  const isComing = observation.operations.some((one) => one.kind === 'registerPlaceholder');
  const registration = kept === undefined && !isComing ? [register(image)] : [];
  return withDecisions(plan, [...removals, ...registration]);
}

function register(image: string): Decision {
  const name = placeholderName(image);
  const what = image === '' ? 'the pool' : `image ${image}`;
  const words = `No placeholder agent stands for ${what}, so Azure DevOps would fail a job instead of letting it wait.`;
  return { kind: 'registerPlaceholder', reason: say('placeholderMissing', words), placeholder: name };
}

/** An agent's name; one pool has one for each image. */
export function placeholderName(image: string): string {
  const safe = image.replace(/[^A-Za-z0-9._-]+/g, '-');
  return `weir-placeholder-${safe === '' ? 'default' : safe}`;
}
