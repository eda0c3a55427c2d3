// The real SDK against a fake host: handshake, context, services, and what a person reads when one of them fails.
import { dataManager, host as fakeHost, settingsPage } from './fake-host.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '../../hub/host.ts';
import { PreferenceChanged } from '../../hub/preferences.tsx';

const patienceMs = 2000;

beforeEach(() => settingsPage());

describe('the host', () => {
  it('says where the page stands: organization without a slash at its end, and project', async () => {
    const host = await connect(patienceMs);
    expect(host.organizationUrl).toBe('https://dev.azure.com/fabrikam');
    expect(host.organizationName).toBe('fabrikam');
    expect(host.projectName).toBe('Web shop');
    expect(await host.accessToken()).toBe('token-of-a-person');
    expect(await host.currentHash()).toBe('/pools/linux');
  });

  it('does without a team', async () => {
    settingsPage({ webContext: { project: { id: 'p', name: 'Web shop' } } });
    expect((await connect(patienceMs)).projectName).toBe('Web shop');
  });

  it('has no project in organization settings', async () => {
    settingsPage({ webContext: {} });
    expect((await connect(patienceMs)).projectName).toBeNull();
  });

  it('applies the theme that comes with the handshake and the one that comes later', async () => {
    await connect(patienceMs);
    expect(document.head.textContent + styles()).toContain('rgba(255,255,255,1)');
    const applied: unknown[] = [];
    window.addEventListener('themeApplied', (event) => applied.push((event as CustomEvent).detail));
    window.dispatchEvent(new CustomEvent('themeChanged', { detail: { data: { 'text-primary-color': 'black' } } }));
    // Each handshake of this file has added a listener of the SDK, so the event comes more than once.
    expect(applied.at(-1)).toEqual({ 'text-primary-color': 'black' });
  });

  it('knows no service address before somebody has saved one, and the saved one afterwards', async () => {
    const values: Record<string, unknown> = {};
    settingsPage({
      services: { 'ms.vss-features.extension-data-service': { getExtensionDataManager: () => dataManager(values) } },
    });
    const host = await connect(patienceMs);
    expect(await host.serviceUrl()).toBeNull();
    await host.saveServiceUrl('https://weir.example.com');
    expect(values).toEqual({ serviceUrl: 'https://weir.example.com' });
    expect(await host.serviceUrl()).toBe('https://weir.example.com');
  });

  it('keeps what a person chose, and writes over nothing that another page has kept since', async () => {
    const values: Record<string, unknown> = {};
    const data = dataManager(values);
    settingsPage({ services: { 'ms.vss-features.extension-data-service': { getExtensionDataManager: () => data } } });
    const [one, other] = [(await connect(patienceMs)).preferences!, (await connect(patienceMs)).preferences!];
    const nothing = { value: null, revision: null };
    expect(await one.read('prices')).toEqual(nothing);
    await one.save('prices', { a: 1 }, null);
    await expect(other.save('prices', { a: 2 }, null)).rejects.toBeInstanceOf(PreferenceChanged);
    const read = await other.read('prices');
    expect(read.value).toEqual({ a: 1 });
    await one.save('prices', { a: 3 }, read.revision);
    await expect(other.save('prices', { a: 4 }, read.revision)).rejects.toBeInstanceOf(PreferenceChanged);
    expect(values).toEqual({ prices: { a: 3 } });
  });

  it('tells a person to open the page from Azure DevOps when nobody shakes hands', async () => {
    fakeHost.isSilent = true;
    await expect(connect(50)).rejects.toMatchObject({
      code: 'HOST_ABSENT',
      message: 'Open this page from Azure DevOps.',
      nextStep: 'In Azure DevOps: Project settings or Organization settings, then Elastic agents.',
    });
  });

  it('turns the plain objects that fail on the other side into errors with a next step', async () => {
    const fails = () => {
      throw new Error('The extension data is locked.');
    };
    settingsPage({ services: { 'ms.vss-features.extension-data-service': { getExtensionDataManager: fails } } });
    const host = await connect(patienceMs);
    const caught: unknown = await host.serviceUrl().catch((cause: unknown) => cause);
    expect(caught).toBeInstanceOf(Error);
    expect(caught).toMatchObject({
      code: 'HOST_REFUSED',
      message: 'Azure DevOps did not answer this page: The extension data is locked.',
    });
  });
});

/** The SDK writes its variables with innerText, which jsdom keeps as a plain property. */
function styles(): string {
  return [...document.querySelectorAll('style')]
    .map((style) => (style as { innerText?: string }).innerText ?? '')
    .join('');
}
