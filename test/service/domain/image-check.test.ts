// What is known of an image before a machine is made of it: a good image passes every check, and each fault fails its own.
import { describe, expect, it } from '@jest/globals';
import { checkImage } from '../../../service/domain/image-check.ts';
import type { ImageFacts, SizeFacts, TemplateFacts, VersionFacts } from '../../../service/domain/image-facts.ts';
import type { ScaleSetExtension } from '../../../service/domain/instance.ts';
import { goodFacts } from './image-scene.ts';

const day = 86_400_000;
const good = goodFacts();

function withVersion(change: Partial<VersionFacts>): ImageFacts {
  return { ...good, found: { ...good.found!, ...change } };
}
function withSize(change: Partial<SizeFacts>): ImageFacts {
  return { ...good, size: { ...good.size!, ...change } };
}
function withTemplate(change: Partial<TemplateFacts>): ImageFacts {
  return { ...good, template: { ...good.template, ...change } };
}
function withImage(change: Partial<NonNullable<ImageFacts['image']>>): ImageFacts {
  return { ...good, image: { ...good.image!, ...change } };
}
function withHere(change: Partial<NonNullable<VersionFacts['regions']>[number]>): ImageFacts {
  const [here, ...others] = good.found!.regions!;
  return withVersion({ regions: [{ ...here!, ...change }, ...others] });
}
const script: ScaleSetExtension = {
  name: 'warm up',
  publisher: 'Microsoft.Azure.Extensions',
  type: 'CustomScript',
  typeHandlerVersion: '2.0',
  provisionAfterExtensions: [],
  settings: {},
};
const agent: ScaleSetExtension = {
  ...script,
  name: 'agent',
  publisher: 'Microsoft.VisualStudio.Services',
  type: 'TeamServicesAgentLinux',
};

/** Name, what is wrong, the check that says so, how badly, and a word of the sentence. */
const faults: readonly (readonly [string, ImageFacts, string, 'error' | 'warning', RegExp])[] = [
  [
    'an image without the right to read it',
    { ...good, access: 'denied', image: null, found: null },
    'imageReadable',
    'error',
    /may not read/,
  ],
  [
    'an image that is not there',
    { ...good, access: 'notFound', image: null, found: null },
    'imageReadable',
    'error',
    /no such image/,
  ],
  ['a version that is not there', { ...good, found: null }, 'versionExists', 'error', /no version 1\.2\.3/],
  [
    'a version whose making failed',
    withVersion({ provisioningState: 'failed' }),
    'versionSucceeded',
    'error',
    /failed/,
  ],
  [
    'a version that is being made',
    withVersion({ provisioningState: 'creating' }),
    'versionSucceeded',
    'error',
    /creating/,
  ],
  [
    'a version meant for other regions',
    withVersion({ regions: [good.found!.regions![1]!] }),
    'imageReplicated',
    'error',
    /not meant for westeurope/,
  ],
  ['a version on its way', withHere({ state: 'replicating', progress: 60 }), 'imageReplicated', 'error', /60 %/],
  ['a copy that failed', withHere({ state: 'failed', details: 'no space' }), 'imageReplicated', 'error', /no space/],
  ['a replication that was not told', withVersion({ regions: null }), 'imageReplicated', 'warning', /did not tell/],
  [
    'too few copies for the maximum',
    { ...good, maxCapacity: 120 },
    'imageReplicas',
    'warning',
    /want 3 copies, there are 1/,
  ],
  ['a version excluded everywhere', withVersion({ isExcludedEverywhere: true }), 'notExcluded', 'warning', /excluded/],
  ['a version excluded in the region', withHere({ isExcluded: true }), 'notExcluded', 'warning', /excluded/],
  [
    'a version past its end of life',
    withVersion({ endOfLifeAt: good.now - day }),
    'notEndOfLife',
    'error',
    /ended on 2026-01-04/,
  ],
  [
    'a version near its end of life',
    withVersion({ endOfLifeAt: good.now + 3 * day }),
    'notEndOfLife',
    'warning',
    /ends on 2026-01-08/,
  ],
  ['a specialized image', withImage({ isGeneralized: false }), 'generalized', 'error', /same computer name/],
  ['an image of the other system', withImage({ osType: 'windows' }), 'osMatches', 'error', /is Windows, .* Linux/],
  [
    'a size that the subscription cannot have',
    withSize({ restriction: 'NotAvailableForSubscription' }),
    'sizeAvailable',
    'error',
    /NotAvailable/,
  ],
  ['an image for other processors', withImage({ architecture: 'arm64' }), 'architectureMatches', 'error', /arm64.*x64/],
  [
    'an image of a generation that the size does not run',
    withSize({ generations: ['V1'] }),
    'generationMatches',
    'error',
    /V2.*only V1/,
  ],
  [
    'a template of Trusted Launch for a plain image',
    withTemplate({ securityType: 'trustedLaunch' }),
    'securityMatches',
    'error',
    /Trusted Launch/,
  ],
  ['a disk smaller than the image', withTemplate({ osDiskGigabytes: 20 }), 'diskFits', 'error', /needs 30 GB.*20 GB/],
  [
    'an ephemeral disk larger than the cache',
    withTemplate({ osDiskGigabytes: 128 }),
    'ephemeralFits',
    'error',
    /128 GB does not fit into the cache disk of Standard_D2ds_v5, which has 75 GB/,
  ],
  ['a size without ephemeral disks', withSize({ isEphemeralSupported: false }), 'ephemeralFits', 'error', /no room/],
  [
    'terms that nobody accepted',
    { ...good, plan: { publisher: 'p', product: 'o', name: 's' }, areTermsAccepted: false },
    'termsAccepted',
    'error',
    /Nobody/,
  ],
  [
    'terms that were not told',
    { ...good, plan: { publisher: 'p', product: 'o', name: 's' }, areTermsAccepted: null },
    'termsAccepted',
    'warning',
    /did not tell/,
  ],
  [
    'an agent that does not wait for the script',
    withTemplate({ extensions: [script, agent] }),
    'extensionOrder',
    'error',
    /does not wait for warm up/,
  ],
  [
    'a script that waits for the agent',
    withTemplate({ extensions: [{ ...script, provisionAfterExtensions: ['Agent'] }, agent] }),
    'extensionOrder',
    'error',
    /waits for the agent/,
  ],
];

/** These are mended by waiting or in the settings, not by a command. */
const withoutCommand = [
  /being made/,
  /making failed/,
  /on its way/,
  /not told/,
  /not there/,
  /other system/,
  /Trusted Launch/,
];

describe('static checks of an image', () => {
  it('pass on a good image, all of them, with nothing skipped that could be judged', () => {
    const checks = checkImage(good);
    expect(checks.filter((check) => check.status !== 'ok').map((check) => `${check.code} ${check.status}`)).toEqual([
      'termsAccepted skipped',
    ]);
    expect(new Set(checks.map((check) => check.code)).size).toBe(checks.length);
    for (const check of checks) expect(check).toMatchObject({ kind: 'static', instance: null });
  });

  it.each(faults)('find %s', (_name, facts, code, status, words) => {
    const check = checkImage(facts).find((one) => one.code === code);
    expect(check).toMatchObject({ status });
    expect(check?.words).toMatch(words);
  });

  it.each(faults.filter(([name]) => !withoutCommand.some((one) => one.test(name))))(
    'give the command of each shell for %s',
    (_name, facts, code) => {
      const fix = checkImage(facts).find((one) => one.code === code)?.fix;
      for (const shell of ['bash', 'powershell', 'cmd'] as const) expect(fix?.commands?.[shell]).toMatch(/^az /);
    },
  );

  it('fail nothing else than what is wrong', () => {
    for (const [, facts, code] of faults.filter(([, one]) => one.found !== null)) {
      const errors = checkImage(facts).filter((check) => check.status === 'error');
      expect(errors.filter((check) => check.code !== code)).toEqual([]);
    }
  });

  it('name the place of the same size that has room for an ephemeral disk', () => {
    const facts = withTemplate({ osDiskGigabytes: 100 });
    const roomy = { ...facts, size: { ...facts.size!, resourceDiskBytes: 150 * 2 ** 30 } };
    expect(checkImage(roomy).find((one) => one.code === 'ephemeralFits')?.fix?.words).toMatch(/temporary disk/);
  });

  it('keep the regions that stand when they ask for another', () => {
    const commands = checkImage({ ...good, maxCapacity: 120 }).find((one) => one.code === 'imageReplicas')?.fix
      ?.commands;
    expect(commands?.bash).toBe(
      'az sig image-version update --resource-group images --gallery-name fleet --gallery-image-definition ubuntu --gallery-image-version 1.2.3 --target-regions northeurope=2 westeurope=3',
    );
  });

  it('pass nothing that Azure did not tell', () => {
    const untold: ImageFacts = {
      ...good,
      size: null,
      image: { osType: null, isGeneralized: null, architecture: null, generation: null, securityTypes: null },
      found: { ...good.found!, osDiskGigabytes: null, regions: null, provisioningState: 'unknown' },
    };
    const passed = checkImage(untold).filter((check) => check.status === 'ok');
    expect(passed.map((check) => check.code).sort()).toEqual(
      ['extensionOrder', 'imageReadable', 'notEndOfLife', 'notExcluded', 'versionExists'].sort(),
    );
  });
});
