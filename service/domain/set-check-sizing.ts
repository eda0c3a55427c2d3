// Checks of whatever makes Azure create, wipe or delete machines by itself: only Weir may size the scale set.
import { commandLine, updateSet } from './set-commands.ts';
import type { AutoscaleFacts, SetFacts } from './set-facts.ts';
import { notRead, type SetFinding } from './set-finding.ts';

export function checkUpgradePolicy({ scaleSet }: SetFacts): SetFinding {
  const mode = scaleSet.upgradePolicyMode;
  if (mode.toLowerCase() === 'manual') return { status: 'ok', words: 'Manual: Azure changes no machine by itself.' };
  return {
    status: 'error',
    words: `The upgrade policy is ${mode}: Azure wipes machines by itself when the model changes, whatever runs on them.`,
    evidence: { mode },
    fix: {
      words: 'Set the upgrade policy to Manual.',
      commands: updateSet(scaleSet.id, 'upgradePolicy.mode=Manual'),
      mend: { kind: 'model', properties: { upgradePolicy: { mode: 'Manual' } } },
    },
  };
}

export function checkOverprovision({ scaleSet }: SetFacts): SetFinding {
  if (!scaleSet.overprovision) return { status: 'ok', words: 'It is off.' };
  return {
    status: 'error',
    words:
      'Overprovisioning is on: Azure makes more machines than it is asked for and deletes some of its own choice, which may have a job by then.',
    fix: {
      words: 'Turn overprovisioning off.',
      commands: updateSet(scaleSet.id, 'overprovision=false'),
      mend: { kind: 'model', properties: { overprovision: false } },
    },
  };
}

export function checkAutoscale({ autoscale }: SetFacts): SetFinding {
  if (autoscale.value === null) return notRead("Azure's autoscale settings", autoscale.problem);
  const [first, ...more] = autoscale.value.filter((one) => one.isEnabled);
  if (first === undefined) {
    const off = autoscale.value.map((one) => one.name).join(', ');
    return {
      status: 'ok',
      words: off === '' ? 'Azure does not scale it: scaling is manual.' : `The autoscale setting ${off} is off.`,
    };
  }
  const on = [first, ...more];
  const words = on.map((one) => `${one.name} (resource group ${one.resourceGroup})`).join(', ');
  return {
    status: 'error',
    words: `Azure's autoscale sizes it too, by ${words}: it deletes machines that run jobs, and both undo what the other does.`,
    evidence: { settings: words },
    fix: {
      words: on.length === 1 ? 'Turn the autoscale setting off.' : 'Turn the autoscale settings off.',
      commands: commandLine(...on.map(turnOff)),
      mend: { kind: 'autoscale', settingIds: on.map((one) => one.id) },
    },
  };
}

function turnOff({ name, resourceGroup, id }: AutoscaleFacts): readonly string[] {
  const subscription = id.split('/')[2] ?? '';
  return [
    ...['az', 'monitor', 'autoscale', 'update', '--subscription', subscription, '--resource-group', resourceGroup],
    ...['--name', name, '--enabled', 'false'],
  ];
}

export function checkAutomaticUpgrade({ scaleSet }: SetFacts): SetFinding {
  if (scaleSet.automaticOsUpgrade !== true)
    return { status: 'ok', words: 'Azure does not change the image by itself.' };
  return {
    status: 'error',
    words:
      'Automatic operating system upgrades are on: Azure wipes machines when there is a new image, also busy ones.',
    fix: {
      words: 'Turn automatic operating system upgrades off. Weir brings new versions when machines are free.',
      commands: updateSet(scaleSet.id, 'upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade=false'),
      mend: {
        kind: 'model',
        properties: { upgradePolicy: { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: false } } },
      },
    },
  };
}

export function checkAutomaticRepairs({ scaleSet }: SetFacts): SetFinding {
  if (scaleSet.automaticRepairs !== true) return { status: 'ok', words: 'Azure does not replace machines by itself.' };
  return {
    status: 'error',
    words: 'Automatic repairs are on: Azure replaces machines it considers unhealthy, whatever runs on them.',
    fix: {
      words: 'Turn automatic repairs off. Weir replaces machines that do not come up.',
      commands: updateSet(scaleSet.id, 'automaticRepairsPolicy.enabled=false'),
      mend: { kind: 'model', properties: { automaticRepairsPolicy: { enabled: false } } },
    },
  };
}

/** It holds every delete of an instance for 5 to 15 minutes, and machines that hang hold the others (azure-wire.md 3). */
export function checkTerminateNotification({ scaleSet, model }: SetFacts): SetFinding {
  if (!model.terminateNotification) return { status: 'ok', words: 'Nothing holds up the deletion of machines.' };
  const path = 'virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.enable';
  return {
    status: 'warning',
    words:
      'Terminate notifications are on: Azure waits 5 to 15 minutes before it deletes a machine, so a full pool stays full that much longer.',
    fix: {
      words: 'Turn terminate notifications off. Machines that stand keep theirs until they are gone.',
      commands: updateSet(scaleSet.id, `${path}=false`),
      mend: {
        kind: 'model',
        properties: {
          virtualMachineProfile: { scheduledEventsProfile: { terminateNotificationProfile: { enable: false } } },
        },
      },
    },
  };
}
