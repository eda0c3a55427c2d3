// Ways through the hub on which somebody types what means harm, with a look at each place where it then stands.
import type { Frame, Page } from 'playwright-core';
import type { FakeService } from './fake-service.ts';
import { problem } from './fake-service.ts';
import { kinds } from './hostile-scene.ts';

export interface Walk {
  readonly page: Page;
  readonly hub: Frame;
  readonly service: FakeService;
  readonly look: (name: string) => Promise<void>;
}

const goTo = (page: Page, hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
const press = (hub: Frame, name: string) => hub.getByRole('button', { name, exact: true }).click();
const harm = kinds.join(' ');
const long = 'x'.repeat(300);

/** What the guide writes comes back with the names that were typed. */
export async function walkGuide({ page, hub, look }: Walk, pool: string): Promise<void> {
  await goTo(page, `${pool}/images`);
  await press(hub, 'Show me how');
  await hub.getByLabel('Resource group').fill(harm);
  await hub.getByLabel('Name of the new image').fill(long);
  await press(hub, 'Write the commands');
  await hub.getByRole('heading', { name: 'The steps' }).waitFor();
  await look('guide');
}

export async function walkNewPool({ page, hub, service, look }: Walk): Promise<void> {
  await goTo(page, '/new');
  await hub.getByRole('radio').nth(1).check();
  await look('new-subscription');
  await press(hub, 'Next');
  await hub.getByText('Virtual machine scale set').waitFor();
  await hub.getByRole('radio').first().check();
  await hub.getByRole('table', { name: 'Machines in the scale set' }).waitFor();
  await look('new-scale-set');
  await hub.getByLabel('Delete these 3 machines').check();
  await press(hub, 'Next');
  await hub.getByLabel('Name of the pool').fill(harm);
  await hub.getByLabel('Project whose pipelines use it').selectOption({ index: 2 });
  await press(hub, 'Next');
  await hub.getByText('Leave out').waitFor();
  await look('new-settings');
  await hub.getByLabel('Name of the pool').fill('x'.repeat(64));
  await press(hub, 'Next');
  await hub.getByLabel('Names').fill(kinds.join(','));
  await press(hub, 'Add an image');
  await hub.getByLabel('Names').nth(1).fill(kinds.join(','));
  await press(hub, 'Next');
  await hub.getByText('is the name of an image above already').waitFor();
  await look('new-images');
  await hub.getByLabel('Names').first().fill('x'.repeat(64));
  await hub.getByLabel('Names').nth(1).fill('y'.repeat(64));
  await hub.getByLabel('Comes from').nth(1).selectOption('Gallery or managed image');
  await hub.getByLabel('Resource id').fill(`/images/${long}`);
  await hub.getByLabel('Share of the standby').nth(1).fill('0');
  await hub.getByLabel('Resource group for the machines of each image').fill('x'.repeat(90));
  await look('new-lanes');
  await press(hub, 'Next');
  await hub.getByRole('heading', { name: 'Review', exact: true }).waitFor();
  for (const code of ['POOL_REFUSED', 'SERVICE_NEEDS_ADMINISTRATOR']) {
    service.refusal = { status: 403, problem: problem(code, harm, harm) };
    await hub.getByRole('button', { name: /Create the pool|Try again/ }).click();
    await hub.locator(code === 'POOL_REFUSED' ? '.weir-inline-problem' : '.weir-next').waitFor();
    await look(`new-review-${code}`);
  }
  service.refusal = null;
}

/** An address as long as one can be, which first refuses in words that mean harm and then is the service itself. */
export async function walkConnect({ page, hub, service, look }: Walk): Promise<void> {
  const address = `https://weir.example.com/${long}`;
  let isRefused = true;
  await page.route(`${address}/**`, async (route) => {
    const path = route.request().url().slice(address.length);
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    if (path.endsWith('/events')) await route.abort();
    else if (isRefused && path !== '/healthz')
      await route.fulfill({ status: 403, headers, json: problem('AUTH_ORG', harm, harm) });
    else await route.fulfill({ response: await route.fetch({ url: service.url + path }), headers });
  });
  await goTo(page, '/connect');
  await press(hub, 'Leave without saving');
  await hub.getByLabel('Address of the service').fill(address);
  await press(hub, 'Check and save');
  await hub.getByRole('list', { name: 'Checks of the address' }).getByText('<img src=x').waitFor();
  await look('connect-refused');
  isRefused = false;
  await press(hub, 'Check and save');
  await hub.locator('.weir-pools tbody tr').first().waitFor();
  await goTo(page, '/connect');
  await hub.getByText(`Connected to ${address}`).waitFor();
  await look('connected');
}
