// Somebody else works on the scale set: Azure DevOps' own elastic pool, or Azure itself because a setting says so. Then Weir
// asks for no machines, and it says which setting it is (reliability-security.md A20, A21; azure-devops-wire.md, fact 9).
import type { ScaleSet } from './instance.ts';
import { plainText } from './plain-text.ts';
import { updateSet } from './set-commands.ts';
import type { Lane } from './observation.ts';

export interface Contention {
  /** The tag or the setting, as Azure names it. */
  readonly field: string;
  /** A whole sentence. */
  readonly words: string;
  readonly nextStep: string;
  /** The other one deletes and counts machines too: then even a reclaim would be a fight. */
  readonly forbidsDestroying: boolean;
}

export function contentionsOf(scaleSet: ScaleSet): readonly Contention[] {
  const { name, id, tags } = scaleSet;
  const tag = Object.keys(tags).find((key) => /^_+AzureDevOpsElasticPool/i.test(key));
  const found: Contention[] = [];
  if (tag !== undefined) {
    found.push({
      field: tag,
      words: `The scale set ${name} carries the tag ${tag}: an elastic pool of Azure DevOps sizes it, so Weir does not.`,
      nextStep: 'Remove the scale set from that elastic pool, or give this pool another one.',
      forbidsDestroying: true,
    });
  }
  for (const setting of (scaleSet.autoscaledBy ?? []).map(plainText)) {
    found.push({
      field: `the autoscale setting ${setting}`,
      words: `Azure's autoscale setting ${setting} sizes the scale set ${name}: it deletes machines that run jobs and makes others, so Weir does neither.`,
      nextStep: 'Turn the setting off: the checks of the pool have its button and its command.',
      forbidsDestroying: true,
    });
  }
  for (const { field, does, isSet, mend } of settings) {
    if (!isSet(scaleSet)) continue;
    found.push({
      field,
      words: `The scale set ${name} has ${field}: ${does}, so Weir asks for no machines there.`,
      nextStep: mendWords(id, mend),
      forbidsDestroying: false,
    });
  }
  return found;
}

/** In Bash, where a resource group may bring parentheses along; what no shell can carry is mended in the portal. */
function mendWords(id: string, mend: string): string {
  const command = updateSet(id, mend)?.bash;
  return command === undefined ? `Set ${mend} in the portal.` : `Run: ${command}`;
}

/** Of the scale sets that Weir sizes: where there are lanes, a set without a key is only their template. */
export function contentionsIn(lanes: readonly Lane[]): readonly Contention[] {
  const keyed = lanes.filter((lane) => (lane.key ?? null) !== null);
  return (keyed.length === 0 ? lanes : keyed).flatMap((lane) => contentionsOf(lane.scaleSet.value));
}

interface Setting {
  readonly field: string;
  readonly does: string;
  readonly isSet: (scaleSet: ScaleSet) => boolean;
  readonly mend: string;
}

const settings: readonly Setting[] = [
  {
    field: 'overprovision on',
    does: 'Azure makes more machines than it is asked for and deletes some of its own choice',
    isSet: (scaleSet) => scaleSet.overprovision,
    mend: 'overprovision=false',
  },
  {
    field: 'an upgrade policy other than Manual',
    does: 'Azure wipes machines by itself when the model changes, whatever runs on them',
    isSet: (scaleSet) => /^(automatic|rolling)$/i.test(scaleSet.upgradePolicyMode),
    mend: 'upgradePolicy.mode=Manual',
  },
  {
    field: 'automatic operating system upgrades on',
    does: 'Azure wipes machines by itself when there is a new image',
    isSet: (scaleSet) => scaleSet.automaticOsUpgrade === true,
    mend: 'upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade=false',
  },
  {
    field: 'automatic repairs on',
    does: 'Azure replaces machines it considers unhealthy',
    isSet: (scaleSet) => scaleSet.automaticRepairs === true,
    mend: 'automaticRepairsPolicy.enabled=false',
  },
];
