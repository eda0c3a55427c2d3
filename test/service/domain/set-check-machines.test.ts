// What the machines of a scale set bring along: quota, agents in the image, identities and secrets: each fault fails its own check.
import { describe, it } from '@jest/globals';
import { known } from '../../../service/domain/set-facts.ts';
import { expectAlone, expectRow, extension, goodSet, goodUse, type SetRow } from './set-scene.ts';

const weirs = (url: string) =>
  extension({ settings: { enableScriptParameters: `--weir-url ${url} --weir-pool linux` } });
const script = extension({ name: 'warm up', publisher: 'Microsoft.Azure.Extensions', type: 'CustomScript' });
const tight = known([
  { name: 'cores', words: 'Total Regional vCPUs', used: 40, limit: 100 },
  { name: 'standardDDSv5Family', words: 'Standard DDSv5 Family vCPUs', used: 4, limit: 50 },
  { name: 'lowPriorityCores', words: 'Total Regional Low-priority vCPUs', used: 0, limit: 0 },
]);

const rows: readonly SetRow[] = [
  [
    'a quota below the maximum',
    { ...goodSet(), usages: tight },
    goodUse({ maxCapacity: 30 }),
    'quota',
    'error',
    /60 cores, and the quota of Standard DDSv5 Family vCPUs is 50/,
    /az quota update --resource-name standardDDSv5Family .*value=64/,
  ],
  [
    'a quota that others use',
    { ...goodSet(), usages: tight },
    goodUse({ maxCapacity: 24 }),
    'quota',
    'warning',
    /others use 4/,
  ],
  [
    'its own machines in the quota',
    { ...goodSet({ capacity: 2 }), usages: tight },
    goodUse({ maxCapacity: 25 }),
    'quota',
    'ok',
    /50 cores/,
  ],
  [
    'a quota for spot machines',
    { ...goodSet({}, { isSpot: true }), usages: tight },
    goodUse(),
    'quota',
    'error',
    /Low-priority vCPUs is 0/,
  ],
  [
    'an agent of somebody else',
    goodSet({ extensions: [extension({})] }),
    goodUse(),
    'agent',
    'error',
    /not Weir's/,
    /az vmss extension delete .*--name agent/,
  ],
  [
    'an agent inside the image',
    goodSet(),
    goodUse({ preinstalled: { status: 'error', words: 'The image brings an agent: /opt/agent.' } }),
    'agent',
    'error',
    /\/opt\/agent/,
  ],
  [
    'an image that nobody has looked into',
    goodSet(),
    goodUse({ preinstalled: null }),
    'agent',
    'warning',
    /first machine/,
  ],
  [
    'an agent before the script',
    goodSet({ extensions: [script, weirs('https://weir.example.com')] }),
    goodUse(),
    'extensions',
    'error',
    /does not wait for warm up/,
    /--provision-after-extensions 'warm up'/,
  ],
  [
    'failures that are hidden',
    goodSet({ extensions: [script] }, { suppressesFailures: ['warm up'] }),
    goodUse(),
    'extensions',
    'warning',
    /hidden/,
    /extensions\[0\]\.suppressFailures/,
  ],
  [
    'a secret',
    goodSet({}, { secrets: [{ path: 'tags.x', what: 'a private key', isCertain: true }] }),
    goodUse(),
    'secrets',
    'error',
    /private key in plain text in tags\.x/,
  ],
  [
    'perhaps a secret',
    goodSet({}, { secrets: [{ path: 'tags.password', what: 'something called password', isCertain: false }] }),
    goodUse(),
    'secrets',
    'warning',
    /may be/,
  ],
  [
    'identities',
    goodSet({}, { hasSystemIdentity: true, userIdentities: ['/a/b/deployer'] }),
    goodUse(),
    'identity',
    'warning',
    /deployer: every job/,
    /identity remove .*\[system\]/,
  ],
  [
    'machines of somebody else',
    goodSet({ capacity: 2 }),
    goodUse(),
    'machines',
    'warning',
    /2 machines that Weir did not make/,
    /delete-instances/,
  ],
  [
    'more machines than the maximum',
    goodSet({ capacity: 12, extensions: [weirs('https://weir.example.com')] }),
    goodUse(),
    'machines',
    'warning',
    /12 machines/,
  ],
];

describe('the checks of the machines of a scale set', () => {
  it.each(rows)('%s', (...row) => expectRow(row));

  it('fail one at a time: a fault is told by its own check, and by no other', () => {
    for (const row of rows) expectAlone(row);
  });
});
