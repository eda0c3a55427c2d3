// Everything that can be known of a scale set before jobs depend on it, in the order in which people mend it.
import { checkAgent, checkExtensions, checkIdentity, checkMachines, checkSecrets } from './set-check-content.ts';
import { checkLocks, checkOwner, checkPolicies, checkQuota } from './set-check-owner.ts';
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
import type { SetFacts, SetUse } from './set-facts.ts';
import { toSetCheck, type SetCheck, type SetFinding } from './set-finding.ts';

/** Always all of them. */
export function checkSet(facts: SetFacts, use: SetUse): readonly SetCheck[] {
  return checks.map(([code, title, look]) => toSetCheck(code, title, look(facts, use)));
}

const checks: readonly (readonly [code: string, title: string, look: (facts: SetFacts, use: SetUse) => SetFinding])[] =
  [
    ['owner', 'Nobody else sizes it', checkOwner],
    ['orchestration', 'Orchestration is Uniform', checkOrchestration],
    ['upgradePolicy', 'Upgrade policy is Manual', checkUpgradePolicy],
    ['overprovision', 'Overprovisioning is off', checkOverprovision],
    ['autoscale', "Azure's autoscale is off", checkAutoscale],
    ['automaticUpgrade', 'Automatic operating system upgrades are off', checkAutomaticUpgrade],
    ['automaticRepairs', 'Automatic repairs are off', checkAutomaticRepairs],
    ['machines', 'No machines of somebody else', checkMachines],
    ['locks', 'No lock stands in the way', checkLocks],
    ['policies', 'No policy stands in the way', checkPolicies],
    ['placement', 'It can hold the maximum of the pool', checkPlacement],
    ['quota', 'The quota holds the maximum of the pool', checkQuota],
    ['agent', 'No agent is installed beforehand', checkAgent],
    ['extensions', 'Scripts run before the agent', checkExtensions],
    ['secrets', 'No secret in the model', checkSecrets],
    ['identity', 'Machines have no identity', checkIdentity],
    ['terminateNotification', 'Machines are deleted without delay', checkTerminateNotification],
    ['loadBalancer', 'No load balancer', checkLoadBalancer],
    ['faultDomains', 'One fault domain', checkFaultDomains],
    ['osDisk', 'Ephemeral disk', checkOsDisk],
    ['caching', 'Disk cached for reading', checkCaching],
  ];
