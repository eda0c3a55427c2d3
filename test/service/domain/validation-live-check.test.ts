// What trial machines show, as findings: all is well with good ones, and each fault has its own.
import { describe, expect, it } from '@jest/globals';
import { liveChecks } from '../../../service/domain/validation-live-check.ts';
import type { TrialMachine, Validation } from '../../../service/domain/validation.ts';
import { minute, now0 } from '../../builders.ts';
import { goodReport, lifeOf, machineOf, validationOf } from './validation-scene.ts';

const limits = { bootMs: 20 * minute };
const check = (validation: Validation, code: string) => liveChecks(validation, limits).find((one) => one.code === code);
const withMachine = (change: Partial<TrialMachine>) =>
  validationOf('linux', { machines: [machineOf(0, change), machineOf(1)] });
const withReport = (change: Partial<typeof goodReport>) =>
  withMachine({ first: lifeOf(now0, { report: { ...goodReport, ...change } }) });
const output = 'Enable failed: command terminated with exit status=3\n[stdout]\n\n[stderr]\nno dotnet';
const standsOnWindows = {
  ...{ name: 'agent', code: 'ProvisioningState/failed/1', isError: true },
  message:
    "Command execution finished, but failed because it returned a non-zero exit code of: '1'. The command had an error output of: 'weir: this machine is an agent already, and Weir did not make it one: the image brings it along'.",
};
const never = {
  claimedAt: null,
  onlineAt: null,
  agentName: null,
  agentVersion: null,
  claim: null,
  report: null,
  reportedAt: null,
};

const faults: readonly (readonly [string, Validation, string, 'error' | 'warning', RegExp])[] = [
  ['too few machines', validationOf('linux', { machines: [machineOf(0)] }), 'machinesCreated', 'error', /Only 1 of 2/],
  [
    'a script that fails',
    withMachine({
      extensions: [{ name: 'warm up', code: 'ProvisioningState/failed/0', isError: true, message: output }],
    }),
    'extensionsSucceeded',
    'error',
    /warm up failed on trial_0 with exit code 3/,
  ],
  [
    'a machine that Azure gives up',
    withMachine({
      provisioningState: 'failed',
      failures: [{ source: 'operatingSystem', code: 'OSProvisioningTimedOut', message: 'no answer' }],
    }),
    'provisioned',
    'error',
    /Failed for trial_0/,
  ],
  [
    'an agent in the image, configured',
    withMachine({
      first: lifeOf(now0, never),
      extensions: [{ name: 'agent', code: 'ok', isError: false, message: 'The agent is enabled already.' }],
    }),
    'noAgentPreinstalled',
    'error',
    /never joined/,
  ],
  [
    'an agent in the image of Windows, in the words of the script',
    withMachine({ first: lifeOf(now0, never), extensions: [standsOnWindows] }),
    'noAgentPreinstalled',
    'error',
    /never joined/,
  ],
  [
    'a script that fails on Windows',
    withMachine({ extensions: [standsOnWindows] }),
    'extensionsSucceeded',
    'error',
    /with exit code 1/,
  ],
  [
    'an agent in the image, elsewhere',
    withReport({ agentsFound: ['/opt/agent'] }),
    'noAgentPreinstalled',
    'error',
    /\/opt\/agent/,
  ],
  [
    'an agent that never comes online',
    withMachine({ first: lifeOf(now0, { onlineAt: null }) }),
    'agentOnline',
    'error',
    /trial_0 did not come online within 20 min, though it was registered/,
  ],
  ['a machine that never asks', withMachine({ first: lifeOf(now0, never) }), 'agentOnline', 'error', /never asked/],
  [
    'one name for all',
    withMachine({
      first: lifeOf(now0, { claim: { computerName: 'HOST-1', forbiddenVariables: [], workFolderVariable: null } }),
    }),
    'differentNames',
    'error',
    /call themselves host-1/,
  ],
  [
    'a forbidden variable',
    withMachine({
      first: lifeOf(now0, {
        claim: { computerName: 'a', forbiddenVariables: ['VSTS_AGENT_INPUT_POOL'], workFolderVariable: null },
      }),
    }),
    'noForbiddenVariables',
    'error',
    /sets VSTS_AGENT_INPUT_POOL/,
  ],
  [
    'another version of the agent',
    withMachine({ first: lifeOf(now0, { agentVersion: '4.0.0' }) }),
    'agentVersion',
    'error',
    /4\.0\.0 in place of 5\.278\.0/,
  ],
  [
    'a folder that cannot be written',
    withReport({ isWorkFolderWritable: false }),
    'workFolderWritable',
    'error',
    /cannot write/,
  ],
  ['a full disk', withReport({ freeDiskBytes: 2 ** 30 }), 'freeDisk', 'error', /Only 1 GB/],
  ['a disk that is nearly full', withReport({ freeDiskBytes: 6 * 2 ** 30 }), 'freeDisk', 'warning', /Only 6 GB/],
  ['a restart that waits', withReport({ isRebootPending: true }), 'noRebootPending', 'error', /waits for a restart/],
  [
    'slow boots',
    withMachine({ first: lifeOf(now0, { onlineAt: now0 + 15 * minute }) }),
    'bootTime',
    'warning',
    /15 min of 20 min/,
  ],
  [
    'a probe that fails',
    withReport({ probe: { exitCode: 7, seconds: 1, output: 'no docker' } }),
    'probe',
    'error',
    /exit code 7/,
  ],
  ['a probe that never ran', withReport({ probe: null }), 'probe', 'error', /did not run/],
  [
    'a reimage that fails',
    withMachine({
      reimage: { askedAt: now0, operationUrl: null, doneAt: null, problem: 'Azure gave up' },
      second: null,
    }),
    'reimage',
    'error',
    /Azure gave up/,
  ],
  ['a machine that does not come back', withMachine({ second: null }), 'reimage', 'error', /did not come back/],
];

describe('live checks', () => {
  it('pass on good machines, all of them', () => {
    const checks = liveChecks(validationOf(), limits);
    expect(checks.map((one) => `${one.code} ${one.status}`)).toEqual(checks.map((one) => `${one.code} ok`));
    expect(checks).toHaveLength(14);
  });

  it.each(faults)('find %s', (_name, validation, code, status, words) => {
    const found = check(validation, code);
    expect(found).toMatchObject({ status });
    expect(found?.words).toMatch(words);
  });

  it('keep the output of a failing script, at its end', () => {
    const long = `${'x'.repeat(5000)}\n${output}`;
    const validation = withMachine({ extensions: [{ name: 's', code: 'c', isError: true, message: long }] });
    const evidence = check(validation, 'extensionsSucceeded')?.evidence;
    expect(evidence?.find((one) => one.name === 'output')?.value.endsWith('no dotnet')).toBe(true);
    expect(evidence?.find((one) => one.name === 'exitCode')?.value).toBe('3');
  });

  it('are mended on the system that the image has', () => {
    const claim = { computerName: 'a', forbiddenVariables: ['VSTS_AGENT_INPUT_POOL'], workFolderVariable: null };
    const bad = withMachine({ first: lifeOf(now0, { claim, report: { ...goodReport, agentsFound: ['/opt/agent'] } }) });
    const bash = (validation: Validation, code: string) => check(validation, code)?.fix?.commands?.bash ?? null;
    expect(bash(bad, 'noForbiddenVariables')).toMatch(/^sudo sed -i .*POOL.* \/etc\/environment$/);
    expect(bash(bad, 'noAgentPreinstalled')).toBe('sudo rm -rf /opt/agent');
    const onWindows = { ...bad, osType: 'windows' as const };
    expect(bash(onWindows, 'noForbiddenVariables')).toMatch(
      /^reg delete 'HKLM.*Environment' \/F \/V VSTS_AGENT_INPUT_POOL$/,
    );
    expect(bash(onWindows, 'noAgentPreinstalled')).toBeNull();
  });

  it('are pending while the trial runs, and never passed by what was not seen', () => {
    const checks = liveChecks(validationOf('linux', { phase: 'booting', verdict: null, machines: [] }), limits);
    expect(new Set(checks.map((one) => one.status))).toEqual(new Set(['pending', 'skipped']));
    const blind = liveChecks(validationOf('linux', { machines: [] }), limits);
    expect(blind.filter((one) => one.status === 'ok')).toEqual([]);
  });

  it('are none for a validation without machines', () => {
    expect(liveChecks(validationOf('linux', { staticOnly: true }), limits)).toEqual([]);
    expect(liveChecks(validationOf('linux', { scaleSetId: null }), limits)).toEqual([]);
  });
});
