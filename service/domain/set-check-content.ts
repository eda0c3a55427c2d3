// Checks of what every machine gets from the model: agents, scripts, secrets, identities, and machines that stand already.
import { checkExtensionOrder } from './image-check-extensions.ts';
import { weirAddress } from './set-check-owner.ts';
import { commandLine, partsOfId, removeFromSet } from './set-commands.ts';
import type { SetFacts, SetUse } from './set-facts.ts';
import type { SetFinding } from './set-finding.ts';

/** A second agent would take the machine, or keep Weir's extension from doing anything (agent-enrolment.md 9). */
export function checkAgent({ scaleSet }: SetFacts, { preinstalled }: SetUse): SetFinding {
  const foreign = scaleSet.extensions.find(
    (one) => /^TeamServicesAgent(Linux)?$/i.test(one.type) && weirAddress([one.settings]) === null,
  );
  if (foreign !== undefined) {
    const { group, name } = partsOfId(scaleSet.id);
    return {
      status: 'error',
      words: `The extension ${foreign.name} installs an agent that is not Weir's.`,
      evidence: { extension: foreign.name, publisher: foreign.publisher },
      fix: {
        words: 'Remove the extension. Weir brings the agent itself.',
        commands: commandLine([
          ...['az', 'vmss', 'extension', 'delete', '--resource-group', group, '--vmss-name', name],
          ...['--name', foreign.name],
        ]),
        mend: null,
      },
    };
  }
  if (preinstalled?.status === 'ok') return { status: 'ok', words: preinstalled.words };
  if (preinstalled?.status === 'error') {
    return {
      status: 'error',
      words: preinstalled.words,
      fix: {
        words: 'Remove the agent before the image is generalized: Weir installs it on each machine.',
        commands: null,
        mend: null,
      },
    };
  }
  return {
    status: 'warning',
    words:
      'The model brings no agent. Whether the image has one inside shows when its first machine joins, or when it is validated.',
    fix: { words: 'Validate the image on the tab Images, or wait for the first machine.', commands: null, mend: null },
  };
}

export function checkExtensions({ scaleSet, model }: SetFacts): SetFinding {
  const order = checkExtensionOrder({ template: scaleSet });
  if (order.status !== 'ok') {
    const { words, evidence, fix } = order;
    return {
      status: 'error',
      words,
      ...(evidence === undefined ? {} : { evidence }),
      ...(fix === undefined ? {} : { fix: { ...fix, mend: null } }),
    };
  }
  const [hidden] = model.suppressesFailures;
  if (hidden === undefined) return { status: 'ok', words: order.words };
  return {
    status: 'warning',
    words: `Failures of ${model.suppressesFailures.join(', ')} are hidden: a machine whose script failed looks well and takes jobs.`,
    fix: {
      words: 'Let failures show: remove suppressFailures from the extension.',
      commands: removeFromSet(
        scaleSet.id,
        model.suppressesFailures.map((name) => suppressPath(scaleSet.extensions.findIndex((one) => one.name === name))),
      ),
      mend: null,
    },
  };
}

function suppressPath(index: number): string {
  return `virtualMachineProfile.extensionProfile.extensions[${Math.max(0, index)}].suppressFailures`;
}

/** Settings of extensions, tags and user data are readable by every reader of the scale set and by each job on a machine. */
export function checkSecrets({ model }: SetFacts): SetFinding {
  const [first] = model.secrets.toSorted((a, b) => Number(b.isCertain) - Number(a.isCertain));
  if (first === undefined) return { status: 'ok', words: 'No secret was found in the model.' };
  const places = model.secrets.map((one) => `${one.what} in ${one.path}`).join('; ');
  return {
    status: first.isCertain ? 'error' : 'warning',
    words: `${first.isCertain ? 'There is' : 'There may be'} ${first.what} in plain text in ${first.path}: whoever may read the scale set, and every job on its machines, can read it.`,
    evidence: { found: places },
    fix: {
      words:
        'Put it into protectedSettings of the extension, or let the machine fetch it with its identity; then replace the secret itself, for it was seen.',
      commands: null,
      mend: null,
    },
  };
}

export function checkIdentity({ scaleSet, model }: SetFacts): SetFinding {
  const names = [
    ...(model.hasSystemIdentity ? ['an identity of its own'] : []),
    ...model.userIdentities.map((id) => id.slice(id.lastIndexOf('/') + 1)),
  ];
  if (names.length === 0) return { status: 'ok', words: 'Machines have no identity in Azure.' };
  const { group, name } = partsOfId(scaleSet.id);
  return {
    status: 'warning',
    words: `Machines carry ${names.join(', ')}: every job on them, also of a pull request, may do in Azure whatever that identity may.`,
    evidence: { identities: names.join(', ') },
    fix: {
      words:
        'Keep it only if all jobs of this pool may use it, and give it no more than they need. Otherwise remove it.',
      commands: commandLine([
        ...['az', 'vmss', 'identity', 'remove', '--resource-group', group, '--name', name, '--identities'],
        ...(model.hasSystemIdentity ? ['[system]'] : []),
        ...model.userIdentities,
      ]),
      mend: null,
    },
  };
}

/** Machines that stood before Weir came are not Weir's, and while there are any it changes nothing (controller/strangers.ts). */
export function checkMachines({ scaleSet }: SetFacts, { maxCapacity, hasLanes }: SetUse): SetFinding {
  const { capacity } = scaleSet;
  const { group, name } = partsOfId(scaleSet.id);
  const isWeirs = weirAddress(scaleSet.extensions.map((one) => one.settings)) !== null;
  if (capacity > 0 && !isWeirs) {
    return {
      status: 'warning',
      words: `It has ${capacity === 1 ? '1 machine that Weir did not make' : `${capacity} machines that Weir did not make`}${hasLanes ? ' and never uses' : ': until they are gone Weir changes nothing here'}.`,
      evidence: { capacity },
      fix: {
        words: 'They prove that the scale set works. Delete them before the pool starts.',
        commands: commandLine([
          ...['az', 'vmss', 'delete-instances', '--resource-group', group, '--name', name, '--instance-ids', '*'],
        ]),
        mend: null,
      },
    };
  }
  if (maxCapacity !== null && capacity > maxCapacity) {
    return {
      status: 'warning',
      words: `It has ${capacity} machines, and the pool may have ${maxCapacity}: Weir lets those above go as they become free.`,
      evidence: { capacity, maximum: maxCapacity },
    };
  }
  return { status: 'ok', words: capacity === 0 ? 'It has no machines now.' : `It has ${capacity} of Weir's machines.` };
}
