// Everything that can be known of a scale set before jobs depend on it, in the order in which people mend it.
import { checkAgent, checkExtensions, checkIdentity, checkMachines, checkSecrets } from './set-check-content.ts';
import { checkLocks, checkOwner, checkQuota } from './set-check-owner.ts';
import { checkDefaultImage } from './set-check-images.ts';
import { checkModel } from './set-check-model.ts';
import { checkPolicies } from './set-check-policies.ts';
import {
  checkCaching,
  checkFaultDomains,
  checkLoadBalancer,
  checkOrchestration,
  checkOsDisk,
  checkPlacement,
} from './set-check-shape.ts';
import {
  checkAutomaticRepairs,
  checkAutomaticUpgrade,
  checkAutoscale,
  checkOverprovision,
  checkTerminateNotification,
  checkUpgradePolicy,
} from './set-check-sizing.ts';
import { checkWindows } from './set-check-windows.ts';
import type { SetFacts, SetUse } from './set-facts.ts';
import { toSetCheck, type SetCheck, type SetFinding } from './set-finding.ts';

/** Always all of them. */
export function checkSet(facts: SetFacts, use: SetUse): readonly SetCheck[] {
  return checks.map(([code, title, look]) => toSetCheck(code, title, look(facts, use)));
}

/** Also of the findings of a scale set that cannot be looked at. */
export function isCheckCode(code: string): boolean {
  return code === 'exists' || code === 'readable' || checks.some(([one]) => one === code);
}

const checks: readonly (readonly [code: string, title: string, look: (facts: SetFacts, use: SetUse) => SetFinding])[] =
  [
    ['owner', 'Ownership', checkOwner],
    ['orchestration', 'Orchestration mode', checkOrchestration],
    ['upgradePolicy', 'Upgrade policy', checkUpgradePolicy],
    ['overprovision', 'Overprovisioning', checkOverprovision],
    ['autoscale', 'Azure autoscale', checkAutoscale],
    ['automaticUpgrade', 'Automatic operating system upgrades', checkAutomaticUpgrade],
    ['automaticRepairs', 'Automatic repairs', checkAutomaticRepairs],
    ['model', 'Changes of the model', checkModel],
    ['machines', 'Machines in the scale set', checkMachines],
    ['locks', 'Locks', checkLocks],
    ['policies', 'Azure policies', checkPolicies],
    ['placement', 'Size limit of the scale set', checkPlacement],
    ['quota', 'Core quota', checkQuota],
    ['agent', 'Preinstalled agent', checkAgent],
    ['windows', 'Agents on Windows', checkWindows],
    ['defaultImage', 'Jobs that name no image', checkDefaultImage],
    ['extensions', 'Extensions', checkExtensions],
    ['secrets', 'Secrets in the model', checkSecrets],
    ['identity', 'Identity of the machines', checkIdentity],
    ['terminateNotification', 'Terminate notification', checkTerminateNotification],
    ['loadBalancer', 'Load balancer', checkLoadBalancer],
    ['faultDomains', 'Fault domains', checkFaultDomains],
    ['osDisk', 'Operating system disk', checkOsDisk],
    ['caching', 'Disk caching', checkCaching],
  ];
