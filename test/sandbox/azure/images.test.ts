// Marketplace and managed images of the emulated Azure: what is listed, what a scale set may be made of, and what it gets.
import { describe, expect, it } from '@jest/globals';
import { sandboxSubscription } from '../../../sandbox/azure/emulator.ts';
import { usualVariants } from '../../../sandbox/azure/variants.ts';
import {
  createBody,
  errorOf,
  instancesOf,
  profile,
  setPath,
  settledSet,
  testCloud,
  testImage,
  type TestCloud,
} from './cloud.ts';
import { definitionPath, imageBody, imagePath, madeGallery, replicatedVersion } from './gallery.ts';

const publishers = `/subscriptions/${sandboxSubscription}/providers/Microsoft.Compute/locations/eastus/publishers`;
const versions = `${publishers}/canonical/artifacttypes/vmimage/offers/jammy/skus/22_04-lts/versions`;

function of(imageReference: object): { profile: object } {
  return { profile: { storageProfile: { ...(profile().storageProfile as object), imageReference } } };
}

describe('the Marketplace', () => {
  it.each([
    ['', ['0.9.0', '1.0.0', '1.10.0']],
    ['?$orderby=name desc', ['1.10.0', '1.0.0', '0.9.0']],
    ['?%24top=1&%24orderby=name%20desc', ['1.10.0']],
    ['?$top=2', ['0.9.0', '1.0.0']],
  ])('lists versions as asked: %s', (query, expected) => {
    const cloud = testCloud();
    cloud.azure.publishMarketplace({ ...testImage, versions: ['1.10.0'] });
    expect((cloud.call('GET', `${versions}${query}`).json() as { name: string }[]).map((one) => one.name)).toEqual(
      expected,
    );
  });

  it('lists publishers, offers and skus, and says what a version is', () => {
    const cloud = testCloud();
    const names = (path: string): string[] =>
      (cloud.call('GET', path).json() as { name: string }[]).map((one) => one.name);
    expect(names(publishers)).toEqual(expect.arrayContaining(['Canonical', 'MicrosoftWindowsServer']));
    const offers = `${publishers}/MicrosoftWindowsServer/artifacttypes/vmimage/offers`;
    expect(names(offers)).toEqual(['WindowsServer']);
    expect(names(`${offers}/WindowsServer/skus`)).toContain('2022-datacenter-g2');
    // A newer version of the API than the OpenAPI file declares: listWithProperties of the real client.
    expect(cloud.call('GET', `${versions}?$expand=Properties`).json()).toMatchObject([
      { name: '0.9.0', properties: { architecture: 'x64' } },
      { name: '1.0.0' },
    ]);
    expect(cloud.call('GET', `${versions}/1.0.0`).json()).toMatchObject({
      name: '1.0.0',
      properties: { hyperVGeneration: 'V2', osDiskImage: { operatingSystem: 'Linux' } },
    });
  });

  it.each([
    `${versions}/9.9.9`,
    versions.replace('jammy', 'nothing'),
    `${publishers}/nobody/artifacttypes/vmimage/offers`,
  ])('does not know %s', (path) => {
    expect(testCloud().call('GET', path).status).toBe(404);
  });
});

describe('a scale set of a Marketplace image', () => {
  const image = { publisher: 'canonical', offer: 'jammy', sku: '22_04-lts' };

  it.each([
    ['latest', '1.0.0'],
    ['0.9.0', '0.9.0'],
  ])('gets of %s exactly %s, also after a newer one is published', (version, expected) => {
    const cloud = testCloud();
    settledSet(cloud, 1, of({ ...image, version }));
    cloud.azure.publishMarketplace({ ...testImage, versions: ['2.0.0'] });
    expect(instancesOf(cloud)[0]?.properties.storageProfile.imageReference).toMatchObject({
      version: expected,
      exactVersion: expected,
    });
  });

  it.each([
    ['a version', { ...image, version: '9.9.9' }],
    ['an offer', { ...image, offer: 'nothing', version: 'latest' }],
  ])('is refused for %s that nobody publishes', (_what, reference) => {
    const answer = testCloud().call('PUT', setPath, createBody(of(reference)));
    expect([answer.status, errorOf(answer).code]).toEqual([404, 'PlatformImageNotFound']);
  });

  it('refuses a reimage to a version that nobody publishes', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    const answer = cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'], exactVersion: '7.0.0' });
    expect([answer.status, errorOf(answer).code]).toEqual([404, 'PlatformImageNotFound']);
  });

  it('says 501 for images of shared and community galleries', () => {
    const answer = testCloud().call('PUT', setPath, createBody(of({ sharedGalleryImageId: '/SharedGalleries/a' })));
    expect(answer.status).toBe(501);
  });
});

describe('a managed image', () => {
  it('is written, read, listed, deployed without a version, and deleted', () => {
    const cloud = testCloud();
    expect(cloud.call('PUT', imagePath, imageBody()).status).toBe(201);
    cloud.settle();
    expect(cloud.call('GET', imagePath).json()).toMatchObject({ properties: { provisioningState: 'Succeeded' } });
    expect(cloud.call('GET', imagePath.replace('/plain', '')).json()).toMatchObject({ value: [{ name: 'plain' }] });
    settledSet(cloud, 1, of({ id: imagePath }));
    expect(instancesOf(cloud)[0]?.properties.storageProfile.imageReference).toEqual({ id: imagePath });
    cloud.call('DELETE', imagePath);
    cloud.settle();
    expect(cloud.call('GET', imagePath).status).toBe(404);
    const answer = cloud.call('PATCH', setPath, { sku: { capacity: 2 } });
    expect([answer.status, errorOf(answer).code]).toEqual([404, 'NotFound']);
  });

  it('is not found from another region', () => {
    const cloud = testCloud();
    cloud.call('PUT', imagePath, { ...imageBody(), location: 'westus' });
    cloud.settle();
    expect(cloud.call('PUT', setPath, createBody(of({ id: imagePath }))).status).toBe(404);
  });

  it('of a machine is not built', () => {
    const body = { location: 'eastus', properties: { sourceVirtualMachine: { id: '/x' } } };
    expect(testCloud().call('PUT', imagePath, body).status).toBe(501);
  });
});

describe('an image with a purchase plan', () => {
  const plan = { publisher: 'shop', product: 'hardened', name: 'gen2' };
  const image = { publisher: 'shop', offer: 'hardened', sku: 'gen2', version: '1.0.0' };
  const agreement = `/subscriptions/${sandboxSubscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/shop/offers/hardened/plans/gen2/agreements/current`;
  const sold = { ...testImage, ...image, plan };
  const made = (cloud: TestCloud, given?: object, imageReference: object = image) =>
    cloud.call('PUT', setPath, { ...createBody(of(imageReference)), ...(given === undefined ? {} : { plan: given }) });
  const shop = (variants = {}) =>
    testCloud({ marketplace: [testImage, sold], variants: { ...usualVariants, ...variants } });

  it('gives machines only to who names the plan after its terms were accepted', () => {
    const cloud = shop();
    expect(errorOf(made(cloud))).toMatchObject({ code: 'VMMarketplaceInvalidInput' });
    expect(errorOf(made(cloud, { ...plan, name: 'other' }))).toMatchObject({
      code: 'InvalidParameter',
      target: 'plan',
    });
    const refused = made(cloud, plan);
    expect([refused.status, errorOf(refused)]).toMatchObject([400, { code: 'MarketplacePurchaseEligibilityFailed' }]);
    expect(refused.json()).toMatchObject({ error: { details: [{ message: expect.stringContaining('legal terms') }] } });
    cloud.call('PUT', agreement, { properties: { accepted: true } });
    expect(made(cloud, plan).json()).toMatchObject({ plan });
  });

  it('is refused with the other code that reports know', () => {
    const refused = errorOf(made(shop({ termsRefused: 'validation' }), plan));
    expect(refused).toMatchObject({ code: 'ResourcePurchaseValidationFailed' });
    expect(refused.message).toContain("publisher='shop' offer = 'hardened', sku = 'gen2'");
  });

  it('hands its plan on to a gallery, and any other image has none', () => {
    const cloud = shop();
    madeGallery(cloud, { purchasePlan: plan });
    replicatedVersion(cloud, '1.0.0');
    const ofGallery = { id: `${definitionPath}/versions/1.0.0` };
    expect(errorOf(made(cloud, undefined, ofGallery))).toMatchObject({ code: 'VMMarketplaceInvalidInput' });
    cloud.call('PUT', agreement, { properties: { accepted: true } });
    expect(made(cloud, plan, ofGallery).status).toBe(201);
    const plain = { ...testImage, version: '1.0.0' };
    const other = cloud.call('PUT', `${setPath}2`, { ...createBody(of(plain)), plan });
    expect(errorOf(other)).toMatchObject({ code: 'InvalidParameter', target: 'plan' });
  });
});
