// Checks of how the scale set was made: orchestration, placement, fault domains, network and disk.
import { checkEphemeral } from './image-check-disk.ts';
import { mostInOnePlacementGroup } from './scale-set-limit.ts';
import { createAnew, removeFromSet, updateSet } from './set-commands.ts';
import type { SetFacts, SetUse } from './set-facts.ts';
import { notRead, type SetFinding, type SetFix } from './set-finding.ts';

/** With a single placement group; without one, and with a managed image (azure-wire.md 3). */
const limits = { singlePlacement: mostInOnePlacementGroup, managedImage: 600, any: 1000 } as const;

export function checkOrchestration(facts: SetFacts): SetFinding {
  if (facts.scaleSet.orchestrationMode === 'uniform') return { status: 'ok', words: 'Uniform, as Weir needs it.' };
  return {
    status: 'error',
    words:
      'The orchestration is Flexible: Azure then answers neither lists with their states nor deletes as Weir needs them.',
    fix: anew(facts, 'Azure cannot change this later. Make another scale set with Uniform orchestration.'),
  };
}

export function checkPlacement({ scaleSet }: SetFacts, { maxCapacity }: SetUse): SetFinding {
  const isManaged = /\/providers\/Microsoft\.Compute\/images\//i.test(scaleSet.image.id ?? '');
  const most = scaleSet.singlePlacementGroup ? limits.singlePlacement : isManaged ? limits.managedImage : limits.any;
  const evidence = { most, maximum: maxCapacity ?? 'no pool yet' };
  if (maxCapacity === null || maxCapacity <= most)
    return { status: 'ok', words: `It can hold ${most} machines.`, evidence };
  const words = `It can hold ${most} machines, and the pool may have ${maxCapacity}.`;
  if (!scaleSet.singlePlacementGroup)
    return {
      status: 'error',
      words,
      evidence,
      fix: byHand(
        `Lower "Maximum number of virtual machines in the scale set" (maxCapacity) to ${most}, or use several scale sets.`,
      ),
    };
  return {
    status: 'error',
    words: `${words} A single placement group is why.`,
    evidence,
    fix: {
      words: 'Let it span placement groups. Azure does not turn this back.',
      commands: updateSet(scaleSet.id, 'singlePlacementGroup=false'),
      mend: { kind: 'model', properties: { singlePlacementGroup: false } },
    },
  };
}

export function checkFaultDomains(facts: SetFacts): SetFinding {
  const { faultDomains } = facts.model;
  if (faultDomains === 1)
    return { status: 'ok', words: 'It has one fault domain: Azure places machines where there is room.' };
  return {
    status: 'warning',
    words:
      faultDomains === null
        ? 'Azure does not say how many fault domains it has.'
        : `It has ${faultDomains} fault domains: Azure must spread machines evenly and may find no room for one of them.`,
    evidence: { faultDomains },
    fix: anew(
      facts,
      'Azure fixes this when a scale set is made. Where room is short, make another one with one fault domain.',
    ),
  };
}

export function checkLoadBalancer(facts: SetFacts): SetFinding {
  const { balancers } = facts.model;
  if (balancers.length === 0) return { status: 'ok', words: 'No load balancer sends traffic to it.' };
  const names = [...new Set(balancers.map((one) => one.name))].join(', ');
  return {
    status: 'warning',
    words: `Its machines stand behind ${names}: agents need no traffic from outside, and each new machine waits for the load balancer.`,
    evidence: { balancers: names },
    fix: {
      words:
        'Take the scale set out of the load balancer, or make one without. Outbound traffic then needs a NAT gateway or another way.',
      commands: removeFromSet(
        facts.scaleSet.id,
        balancers.map((one) => `virtualMachineProfile.${one.path}`),
      ),
      mend: null,
    },
  };
}

export function checkOsDisk(facts: SetFacts): SetFinding {
  const { scaleSet, model, size } = facts;
  if (size.value === null) return notRead(`The size ${scaleSet.sku.name}`, size.problem);
  const { ephemeral, osDiskGigabytes } = model;
  const template = {
    ...{ id: scaleSet.id, osType: scaleSet.osType, size: scaleSet.sku.name, securityType: 'standard' as const },
    ...{ osDiskGigabytes, extensions: [] },
  };
  const region = scaleSet.location.toLowerCase().replaceAll(' ', '');
  const look = (place: typeof ephemeral) =>
    checkEphemeral({ found: null, region, size: size.value, template: { ...template, ephemeral: place } });
  if (ephemeral !== null) {
    const { status, words, evidence, fix } = look(ephemeral);
    return {
      status: status === 'error' ? 'error' : status === 'ok' ? 'ok' : 'warning',
      words,
      ...(evidence === undefined ? {} : { evidence }),
      ...(fix === undefined ? {} : { fix: { ...fix, mend: null } }),
    };
  }
  const fitting = (['cacheDisk', 'resourceDisk', 'nvmeDisk'] as const).find((place) => look(place).status === 'ok');
  if (fitting === undefined)
    return { status: 'ok', words: `It makes managed disks; ${size.value.name} has no room for ephemeral ones.` };
  return {
    status: 'warning',
    words: `It makes managed disks. An ephemeral disk fits ${size.value.name}, costs nothing and makes reimaging faster.`,
    evidence: { size: size.value.name, fits: look(fitting).words },
    fix: anew(facts, 'Recommended: make another scale set with ephemeral disks.'),
  };
}

export function checkCaching(facts: SetFacts): SetFinding {
  const { caching } = facts.model;
  if (caching?.toLowerCase() === 'readonly') return { status: 'ok', words: 'The disk is cached for reading.' };
  return {
    status: 'warning',
    words:
      caching === null
        ? 'Azure does not say how the disk of the operating system is cached.'
        : `The disk of the operating system is cached as ${caching}: ReadOnly is faster and is what ephemeral disks need.`,
    evidence: { caching },
    fix: anew(
      facts,
      'Recommended: make another scale set with ReadOnly caching. A write to the disk of this one makes all its machines outdated.',
    ),
  };
}

function anew(facts: SetFacts, words: string): SetFix {
  return { words, commands: createAnew(facts), mend: null };
}

function byHand(words: string): SetFix {
  return { words, commands: null, mend: null };
}
