// What the fake service tells about images, validations, tokens and admission: every state once, and hostile words.
import type { Admission } from '../../contract/admission.ts';
import type { ImageVersionView, ImagesView } from '../../contract/images.ts';
import type { TokenList } from '../../contract/tokens.ts';
import type { ValidationReport } from '../../contract/validations.ts';

const now = '2026-11-24T12:00:00.000Z';
const hostile = '<img src=x onerror=alert(1)> ‮evil';

export function imageParts(): Record<string, unknown> {
  return { images: images(), validations: validations(), tokens: tokens(), admission: admission(), v1: report() };
}

function version(number: string, change: Partial<ImageVersionView> = {}): ImageVersionView {
  return {
    ...{ version: number, publishedAt: now, ageDays: 12, replication: 'replicated', provisioningState: 'succeeded' },
    ...{ isExcludedFromLatest: false, endOfLifeAt: null, exists: true, nodes: 0, isPinned: false, isCurrent: false },
    ...{ isLatest: false, isLastKnownGood: false, validation: null, admissions: [] },
    demand: `ImageVersionOverride -equals ${number}`,
    ...change,
  };
}

function images(): ImagesView {
  const passed = { validationId: 'v1', verdict: 'passed' as const, at: now };
  return {
    ...{ now, pool: 'linux-build', problems: [] },
    images: [
      {
        ...{ alias: 'ubuntu-22.04', aliases: ['ubuntu-22.04', 'ubuntu-latest'], kind: 'gallery', configured: 'latest' },
        source: '/subscriptions/0/resourceGroups/images/providers/Microsoft.Compute/galleries/g/images/ubuntu',
        ...{ pinnedVersion: '1.4.0', currentVersion: '1.4.0', latestVersion: '1.5.0', lastKnownGood: '1.4.0' },
        rollback: { version: '1.3.0' },
        ...{ revision: 7, requiresValidation: true, rollout: null, alarm: null },
        banner: 'Version 1.5.0 was stopped: 3 of 5 machines did not come online. New machines get 1.4.0 again.',
        versions: [
          version('1.5.0', { isLatest: true, replication: 'replicating', ageDays: 1 }),
          version('1.4.0', { isCurrent: true, isPinned: true, isLastKnownGood: true, nodes: 6, validation: passed }),
          version('1.3.0', { exists: false, nodes: 1, replication: 'unknown', isExcludedFromLatest: true }),
        ],
        history: [
          {
            ...{ at: now, by: hostile, action: 'pin', from: '1.3.0', to: '1.4.0', reason: hostile, validationId: 'v1' },
            ...{ runId: null, isOverride: true, revision: 7 },
          },
        ],
      },
    ],
  };
}

function validations() {
  return { now, validations: [report()] };
}

function report(): ValidationReport {
  const commands = { bash: "az sig image-version update --set 'x'", powershell: 'az sig x', cmd: 'az sig "x"' };
  const at = (minutes: number) => new Date(Date.parse(now) - 3_600_000 + minutes * 60_000).toISOString();
  return {
    ...{ now, validationId: 'v1', image: 'ubuntu-22.04', version: '1.5.0', verdict: 'failed', phase: 'finished' },
    ...{ words: 'One of two machines never came online.', startedAt: at(0), finishedAt: at(30), startedBy: 'Ada' },
    ...{
      staticOnly: false,
      errors: 1,
      warnings: 1,
      instanceCount: 2,
      probeScript: null,
      deadlineAt: null,
      scaleSet: null,
    },
    checks: [
      {
        ...{ code: 'replicated', title: 'Replicated in the region', kind: 'static', status: 'ok' },
        ...{ words: 'It is in westeurope with 2 replicas.', evidence: [{ name: 'replicas', value: '2' }], fix: null },
        instance: null,
      },
      {
        ...{
          code: 'script',
          title: 'Start-up script',
          kind: 'live',
          status: 'error',
          words: `It ended with 7: ${hostile}`,
        },
        ...{ evidence: [{ name: 'exit code', value: '7' }], instance: 'trial_1' },
        fix: { words: 'Mend the script, then publish a new version.', commands },
      },
    ],
    instances: [
      {
        ...{ name: 'trial_0', computerName: 'trial000000', agentName: 'trial-0', state: 'passed', consoleTail: null },
        ...{ bootSeconds: 95, reimageSeconds: 60 },
        spans: [
          { phase: 'creating', from: at(0), to: at(2), failed: false },
          { phase: 'extensions', from: at(2), to: at(3), failed: false },
          { phase: 'agentStarting', from: at(3), to: at(4), failed: false },
        ],
      },
      {
        ...{
          name: 'trial_1',
          computerName: null,
          agentName: null,
          state: 'failed',
          bootSeconds: null,
          reimageSeconds: null,
        },
        consoleTail: `+ ./setup.sh\n${hostile}\nexit 7`,
        spans: [
          { phase: 'creating', from: at(0), to: at(2), failed: false },
          { phase: 'extensions', from: at(2), to: at(30), failed: true },
        ],
      },
    ],
    bootSeconds: { p50: 95, p95: 95, samples: 1 },
    events: [{ at: at(0), words: 'The static checks passed.' }],
  };
}

function tokens(): TokenList {
  return {
    tokens: [
      {
        ...{ tokenId: 't1', name: hostile, role: 'pin', createdAt: now, createdBy: 'Ada', expiresAt: now },
        lastUsedAt: null,
      },
    ],
  };
}

function admission(): Admission {
  return {
    ...{ now, observedAt: now, leftOut: [], leftOutCount: 4 },
    values: [
      { demand: 'ImageOverride', value: 'ubuntu-22.04', sources: ['the settings of the pool'] },
      { demand: 'WorkFolder', value: '/mnt/storage/sdc/work', sources: [`web-shop azure-pipelines.yml:12 ${hostile}`] },
    ],
    placeholders: [
      {
        ...{ name: 'weir-placeholder-ubuntu-22.04-high', source: 'settings', agentId: 9, waiting: 2 },
        labels: { ImageOverride: 'ubuntu-22.04', Priority: 'High' },
      },
    ],
    refused: [{ demands: ['CUDA'], source: 'forecast azure-pipelines.yml:3', because: 'no image of the pool has it' }],
    discovery: { isOn: true, readAt: now, missingRights: ['It may not read the pipeline "release".'] },
    notCovered: ['The demand $(folder) of pipeline web-shop is only known when it runs.'],
  };
}
