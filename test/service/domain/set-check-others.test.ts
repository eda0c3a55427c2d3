// Who else has a say in a scale set: owners, locks and policies: each fault fails its own check.
import { describe, it } from '@jest/globals';
import { known, notKnown, type PolicyFacts } from '../../../service/domain/set-facts.ts';
import { scaleSetId } from '../../builders.ts';
import { expectAlone, expectRow, extension, goodSet, goodUse, type SetRow } from './set-scene.ts';

const group = scaleSetId.split('/').slice(0, 5).join('/');
const subscription = scaleSetId.split('/').slice(0, 3).join('/');
const lanes = `${subscription}/resourceGroups/agents-lanes`;
const lock = (scope: string, level: 'readOnly' | 'cannotDelete') =>
  known([{ id: `${scope}/providers/Microsoft.Authorization/locks/keep`, name: 'keep', level, scope, notes: null }]);
const weirs = (url: string) =>
  extension({ settings: { enableScriptParameters: `--weir-url ${url} --weir-pool linux` } });
const windowsWeir = extension({
  ...{ name: 'Microsoft.Azure.DevOps.Pipelines.Agent', publisher: 'Microsoft.Compute', type: 'CustomScriptExtension' },
  settings: { fileUris: ['https://other.example/weir/v1/enrolment/1/enableagent.ps1'], timestamp: 7 },
});
const inLanes = goodUse({ hasLanes: true, laneResourceGroup: lanes });
const refused = goodUse({ refusals: ['RequestDisallowedByPolicy: tag "cost" is missing'] });
const denying = (change: Partial<PolicyFacts>): PolicyFacts => ({
  assignmentId: `${subscription}/providers/Microsoft.Authorization/policyAssignments/p1`,
  ...{ name: 'Allowed places', isCertain: true, looksAt: ['location is westeurope'] },
  ...change,
});
const naming = (jobs: number, unnamed: number) => goodUse({ naming: { usual: 'ubuntu', images: 2, jobs, unnamed } });

const rows: readonly SetRow[] = [
  [
    'jobs that name no image where there are several',
    ...([goodSet(), naming(40, 3)] as const),
    ...([
      'defaultImage',
      'warning',
      /^3 jobs of the last 40 named no image.* one of ubuntu, the first of 2 images/,
    ] as const),
  ],
  [
    'jobs that all name theirs',
    goodSet(),
    naming(40, 0),
    'defaultImage',
    'ok',
    /^Each of the last 40 jobs named its image/,
  ],
  ['a pool of one image', goodSet(), goodUse(), 'defaultImage', 'ok', /one image at most/],
  ['an elastic pool', goodSet({ tags: { _AzureDevOpsElasticPool: 'x' } }), goodUse(), 'owner', 'error', /elastic pool/],
  [
    'a lane of Weir',
    goodSet({ tags: { 'weir-owner': 'x' } }),
    goodUse(),
    'owner',
    'error',
    /made this scale set itself/,
  ],
  [
    'another pool of this service',
    goodSet(),
    goodUse({ otherPools: ['web'] }),
    'owner',
    'error',
    /Another pool of Weir.*web/,
  ],
  [
    'another Weir',
    goodSet({ extensions: [weirs('https://other.example')] }),
    goodUse(),
    'owner',
    'error',
    /https:\/\/other\.example/,
  ],
  [
    'another Weir on Windows',
    goodSet({ extensions: [windowsWeir] }),
    goodUse(),
    'owner',
    'error',
    /https:\/\/other\.example/,
  ],
  [
    'a scale set of Windows',
    goodSet({ osType: 'windows' }),
    goodUse(),
    'windows',
    'warning',
    /has not run on a real machine/,
  ],
  [
    'an image of Windows beside others',
    goodSet(),
    goodUse({ windows: { hasImage: true, online: 0, isPlayed: false } }),
    'windows',
    'warning',
    /has not run on a real machine/,
  ],
  [
    'machines of Windows that came online',
    goodSet({ osType: 'windows' }),
    goodUse({ windows: { hasImage: true, online: 2, isPlayed: false } }),
    'windows',
    'ok',
    /2 Windows machines came online/,
  ],
  ['this Weir', goodSet({ extensions: [weirs('https://weir.example.com')] }), goodUse(), 'owner', 'ok', /Nobody else/],
  [
    'a read-only lock above',
    { ...goodSet(), locks: lock(group, 'readOnly') },
    goodUse(),
    'locks',
    'error',
    /keep at agents is read-only/,
    /az lock delete --ids/,
  ],
  [
    'a lock against deleting',
    { ...goodSet(), locks: lock(scaleSetId, 'cannotDelete') },
    goodUse(),
    'locks',
    'warning',
    /forbids deleting/,
  ],
  [
    'a lock on the template of lanes',
    { ...goodSet(), locks: lock(scaleSetId, 'readOnly') },
    inLanes,
    'locks',
    'ok',
    /keeps the template/,
  ],
  [
    'a lock where lanes are made',
    { ...goodSet(), locks: lock(lanes, 'cannotDelete') },
    inLanes,
    'locks',
    'error',
    /never go/,
  ],
  ['a lock elsewhere', { ...goodSet(), locks: lock(`${group}-2`, 'readOnly') }, goodUse(), 'locks', 'ok', /No lock/],
  ['locks unread', { ...goodSet(), locks: notKnown('403') }, goodUse(), 'locks', 'warning', /could not be read/],
  [
    'no policy',
    goodSet(),
    goodUse({ hasWritten: false }),
    'policies',
    'ok',
    /^No policy denies the scale set as it is/,
  ],
  [
    'a policy that denies',
    { ...goodSet(), policies: known([denying({}), denying({ assignmentId: '/x/y', name: 'Tags' })]) },
    goodUse({ hasWritten: false }),
    'policies',
    'error',
    /^The policy "Allowed places" and one more deny the scale set .*looks at this: location is westeurope\.$/,
    /az policy assignment list/,
  ],
  [
    'a policy that denies lanes',
    { ...goodSet(), policies: known([denying({ looksAt: [] })]) },
    inLanes,
    'policies',
    'error',
    /^The policy "Allowed places" denies scale sets as Weir makes them from this one\.$/,
  ],
  [
    'a policy that Azure could not judge',
    { ...goodSet(), policies: known([denying({ isCertain: false })]) },
    goodUse(),
    'policies',
    'warning',
    /may deny/,
  ],
  [
    'a policy that refused a write and would not now',
    goodSet(),
    refused,
    'policies',
    'warning',
    /within the last day.*tag "cost"/,
  ],
  [
    'a policy that refused, where Azure tells no more',
    { ...goodSet(), policies: notKnown('403') },
    refused,
    'policies',
    'error',
    /tag "cost"/,
    /az policy assignment list/,
  ],
  [
    'policies unread before the first write',
    { ...goodSet(), policies: notKnown('403') },
    goodUse({ hasWritten: false }),
    'policies',
    'warning',
    /written nothing here yet: 403/,
  ],
  [
    'policies unread after a write',
    { ...goodSet({ extensions: [weirs('https://weir.example.com')] }), policies: notKnown('403') },
    goodUse({ hasWritten: false }),
    'policies',
    'ok',
    /has refused/,
  ],
];

describe('the checks of who has a say in a scale set', () => {
  it.each(rows)('%s', (...row) => expectRow(row));

  it('fail one at a time: a fault is told by its own check, and by no other', () => {
    for (const row of rows) expectAlone(row);
  });
});
