// A validation in which two trial machines have done everything well.
import type { TrialLife, TrialMachine, TrialReport, Validation } from '../../../service/domain/validation.ts';
import { minute, now0, second } from '../../builders.ts';

export const goodReport: TrialReport = {
  workFolder: '/agent/_work',
  isWorkFolderWritable: true,
  freeDiskBytes: 40 * 2 ** 30,
  agentsFound: [],
  isRebootPending: false,
  probe: { exitCode: 0, seconds: 3, output: 'ok\n' },
};

export function lifeOf(startedAt: number, change: Partial<TrialLife> = {}): TrialLife {
  return {
    startedAt,
    claimedAt: startedAt + 90 * second,
    agentName: 'trial-0-000001',
    onlineAt: startedAt + 100 * second,
    agentVersion: '5.278.0',
    claim: { computerName: null, forbiddenVariables: [], workFolderVariable: null },
    report: goodReport,
    reportedAt: startedAt + 110 * second,
    ...change,
  };
}

export function machineOf(index: number, change: Partial<TrialMachine> = {}): TrialMachine {
  return {
    vmId: `vm-${index}`,
    instanceId: String(index),
    name: `trial_${index}`,
    computerName: `trial00000${index}`,
    createdAt: now0,
    provisioningState: 'succeeded',
    succeededAt: now0 + 95 * second,
    extensions: [{ name: 'agent', code: 'ProvisioningState/succeeded', isError: false, message: 'started' }],
    failures: [],
    first: lifeOf(now0, { claim: { computerName: `host-${index}`, forbiddenVariables: [], workFolderVariable: null } }),
    second: lifeOf(now0 + 5 * minute),
    reimage: { askedAt: now0 + 4 * minute, operationUrl: null, doneAt: now0 + 5 * minute, problem: null },
    isKept: false,
    ...change,
  };
}

export function validationOf(pool = 'linux', change: Partial<Validation> = {}): Validation {
  return {
    validationId: 'v',
    pool,
    image: 'ubuntu',
    version: '1.2.0',
    instanceCount: 2,
    probeScript: 'dotnet --info',
    staticOnly: false,
    startedAt: now0,
    startedBy: 'Ada',
    deadlineAt: now0 + 60 * minute,
    phase: 'cleaning',
    phaseSince: now0 + 8 * minute,
    verdict: 'passed',
    finishedAt: null,
    words: 'The trial machines are being removed.',
    isCancelRequested: false,
    scaleSetId:
      '/subscriptions/s/resourceGroups/lanes/providers/Microsoft.Compute/virtualMachineScaleSets/weir-trial-v',
    operationUrl: null,
    staticChecks: [],
    machines: [machineOf(0), machineOf(1)],
    agentVersion: '5.278.0',
    events: [{ at: now0, words: 'Ada asked for it.' }],
    keptUntil: null,
    ...change,
  };
}
