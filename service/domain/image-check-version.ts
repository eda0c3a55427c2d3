// Checks of the version itself: that it can be read, is whole, is where the pool is, and may be used.
import { commandsFor } from './fix-commands.ts';
import { acceptTerms, listCommand, regionsCommand, updateCommand } from './image-check-commands.ts';
import type { FactsSource, ImageFacts, RegionFacts } from './image-facts.ts';
import type { Finding } from './validation-check.ts';
import { day } from './words.ts';

/** One copy carries so many machines that are created at once (azure-wire.md 2). */
const machinesPerReplica = 50;
/** An end of life nearer than this is worth a word. */
const soonMs = 30 * 86_400_000;

export function checkReadable({ access, source }: ImageFacts): Finding {
  const evidence = { image: nameOf(source) };
  if (access === 'readable') return { status: 'ok', words: 'Azure showed it to Weir.', evidence };
  if (access === 'notFound') return { status: 'error', words: 'Azure knows no such image.', evidence };
  const scope = source.kind === 'marketplace' ? '/subscriptions/SUBSCRIPTION' : galleryOf(source.id);
  return {
    status: 'error',
    words: "Weir's identity may not read the image.",
    evidence: { ...evidence, missing: `Microsoft.Compute/${source.kind === 'gallery' ? 'galleries' : 'images'}/read` },
    fix: {
      words: "Give Weir's identity the role Reader there; put its object id in place of WEIR-IDENTITY.",
      commands: commandsFor([
        ...['az', 'role', 'assignment', 'create', '--assignee', 'WEIR-IDENTITY', '--role', 'Reader'],
        ...['--scope', scope],
      ]),
    },
  };
}

export function checkExists(facts: ImageFacts): Finding {
  const { access, found, version, versions, source } = facts;
  if (access !== 'readable') return skipped('The image could not be read.');
  if (found !== null) return { status: 'ok', words: `Version ${version} is there.`, evidence: { version } };
  const newest = versions.slice(0, 3).join(', ');
  return {
    status: 'error',
    words: `There is no version ${version}.`,
    evidence: { version, newest: newest === '' ? 'none' : newest },
    fix: { words: 'Choose one of the versions that there are.', commands: listCommand(source, facts.region) },
  };
}

export function checkState({ found, version }: ImageFacts): Finding {
  if (found === null) return skipped('There is no version to look at.');
  const evidence = { provisioningState: found.provisioningState };
  if (found.provisioningState === 'succeeded') return { status: 'ok', words: 'Azure reports Succeeded.', evidence };
  if (found.provisioningState === 'unknown') return unread('Azure does not say whether the version is whole.');
  const words = `Version ${version} is ${found.provisioningState}.`;
  const next = found.provisioningState === 'creating' ? 'Wait until it is made.' : 'Build a new version.';
  return { status: 'error', words, evidence, fix: { words: next, commands: null } };
}

export function checkReplicated(facts: ImageFacts): Finding {
  const { found, region, version } = facts;
  if (found === null) return skipped('There is no version to look at.');
  if (found.regions === null) return unread('Azure did not tell the replication.');
  const here = hereIn(facts);
  const regions = found.regions.map((one) => `${one.region} ${one.state}`).join(', ');
  if (here === null) {
    return {
      status: 'error',
      words: `Version ${version} is not meant for ${region}.`,
      evidence: { region, regions },
      fix: { words: `Add ${region} to its target regions.`, commands: regionsCommand(facts, 1) },
    };
  }
  const evidence = {
    region,
    state: here.state,
    progress: here.progress === null ? null : `${here.progress} %`,
    regions,
  };
  if (here.state === 'replicated') return { status: 'ok', words: `It is in ${region}.`, evidence };
  if (here.state === 'unknown') return unread(`Azure does not say whether it is in ${region}.`);
  if (here.state === 'replicating') {
    const words = `It is on its way to ${region}${here.progress === null ? '' : `: ${here.progress} %`}.`;
    return { status: 'error', words, evidence, fix: { words: 'Wait: this can take hours.', commands: null } };
  }
  return {
    status: 'error',
    words: `Its copy to ${region} failed${here.details === null ? '' : `: ${here.details}`}.`,
    evidence,
    fix: { words: 'Ask for the copy again.', commands: regionsCommand(facts, here.replicas) },
  };
}

export function checkReplicas(facts: ImageFacts): Finding {
  const here = hereIn(facts);
  if (facts.source.kind !== 'gallery') return skipped('Only versions in a gallery have copies.');
  if (here === null) return skipped('There is no copy in the region.');
  const needed = Math.min(100, Math.ceil(facts.maxCapacity / machinesPerReplica));
  const evidence = { copies: here.replicas, needed, maximum: facts.maxCapacity };
  if (here.replicas >= needed) return { status: 'ok', words: `${here.replicas} are enough.`, evidence };
  return {
    status: 'warning',
    words: `${facts.maxCapacity} machines at once want ${needed} copies, there are ${here.replicas}: scale-outs may be throttled.`,
    evidence,
    fix: { words: 'Raise the number of copies in the region.', commands: regionsCommand(facts, needed) },
  };
}

export function checkExcluded(facts: ImageFacts): Finding {
  const { found } = facts;
  if (facts.source.kind !== 'gallery') return skipped('Only versions in a gallery can be excluded.');
  if (found === null) return skipped('There is no version to look at.');
  const isHere = hereIn(facts)?.isExcluded ?? false;
  const evidence = { everywhere: String(found.isExcludedEverywhere), [facts.region]: String(isHere) };
  if (!found.isExcludedEverywhere && !isHere) return { status: 'ok', words: 'It is not excluded.', evidence };
  return {
    status: 'warning',
    words: 'It is excluded from "latest": jobs get it only by a pin or by name.',
    evidence,
    fix: {
      words: 'Take the exclusion away when the version is ready.',
      commands: updateCommand(facts, [
        '--set',
        'publishingProfile.excludeFromLatest=false',
        ...(isHere ? [`publishingProfile.targetRegions[${indexOf(facts)}].excludeFromLatest=false`] : []),
      ]),
    },
  };
}

export function checkEndOfLife(facts: ImageFacts): Finding {
  const { found, now } = facts;
  if (found === null) return skipped('There is no version to look at.');
  const { endOfLifeAt } = found;
  if (endOfLifeAt === null) return { status: 'ok', words: 'It has no end of life.' };
  const evidence = { endOfLife: day(endOfLifeAt) };
  if (endOfLifeAt > now + soonMs) return { status: 'ok', words: `It lives until ${day(endOfLifeAt)}.`, evidence };
  const fix = {
    words: 'Use a newer version, or give this one more time.',
    commands: updateCommand(facts, ['--set', `publishingProfile.endOfLifeDate=${day(now + 180 * 86_400_000)}`]),
  };
  if (endOfLifeAt > now) return { status: 'warning', words: `It ends on ${day(endOfLifeAt)}.`, evidence, fix };
  return { status: 'error', words: `Its life ended on ${day(endOfLifeAt)}.`, evidence, fix };
}

export function checkGeneralized({ image, source }: ImageFacts): Finding {
  if (source.kind === 'marketplace') return skipped('Images of the Marketplace are generalized.');
  if (image === null) return skipped('The image could not be read.');
  if (image.isGeneralized === null) return unread('Azure does not say whether the image is generalized.');
  if (image.isGeneralized) return { status: 'ok', words: 'It is.' };
  return {
    status: 'error',
    words: 'It is specialized: every machine would have the same computer name and users.',
    evidence: { osState: 'Specialized' },
    fix: {
      words:
        image.osType === 'windows'
          ? 'On the machine that the image is made of: sysprep /generalize /oobe /shutdown. Then, with its names:'
          : 'On the machine that the image is made of: sudo waagent -deprovision+user -force. Then, with its names:',
      commands: commandsFor(
        ['az', 'vm', 'deallocate', '--resource-group', 'GROUP', '--name', 'MACHINE'],
        ['az', 'vm', 'generalize', '--resource-group', 'GROUP', '--name', 'MACHINE'],
      ),
    },
  };
}

export function checkTerms({ plan, areTermsAccepted, template }: ImageFacts): Finding {
  if (plan === null) return skipped('The image has no plan to agree to.');
  const evidence = { publisher: plan.publisher, product: plan.product, plan: plan.name };
  if (areTermsAccepted === true) return { status: 'ok', words: 'They are accepted in this subscription.', evidence };
  const fix = {
    words: 'Accept them once for the subscription.',
    commands: acceptTerms(plan, template.id.split('/')[2] ?? ''),
  };
  if (areTermsAccepted === null)
    return { status: 'warning', words: 'Azure did not tell whether they are accepted.', evidence, fix };
  return { status: 'error', words: 'Nobody has accepted them: no machine can be made.', evidence, fix };
}

function skipped(words: string): Finding {
  return { status: 'skipped', words };
}

function unread(words: string): Finding {
  return { status: 'warning', words };
}

function hereIn({ found, region }: ImageFacts): RegionFacts | null {
  return found?.regions?.find((one) => one.region === region) ?? null;
}

function indexOf({ found, region }: ImageFacts): number {
  return (found?.regions ?? []).findIndex((one) => one.region === region);
}

function nameOf(source: FactsSource): string {
  return source.kind === 'marketplace' ? `${source.publisher}:${source.offer}:${source.sku}` : source.id;
}

/** The id of the gallery; of anything else the id itself. */
function galleryOf(id: string): string {
  return /^(.*\/galleries\/[^/]+)\//i.exec(id)?.[1] ?? id;
}
