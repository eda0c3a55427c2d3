// The whole set-up by somebody without a mouse: the address of the service, the wizard with a new scale set, the pool, its checks. After
// each step the focus is where the page has changed.
import { keyboardOf } from './keyboard.ts';
import type { Opened } from './stage.ts';

/** `look` is told the name of each page and step. */
export async function setUpByKeys(
  opened: Opened,
  serviceUrl: string,
  name: string,
  look: (place: string) => Promise<void>,
): Promise<void> {
  const { page, hub } = opened;
  const keys = keyboardOf(opened);
  await hub.getByLabel('Address of the service').waitFor();
  await look('connect');
  await keys.to('Address of the service');
  await keys.type(serviceUrl);
  await keys.press('Enter');
  await keys.untilOn('Elastic agents');
  await hub.getByRole('button', { name: 'Make the first pool' }).waitFor();
  await keys.activate('Make the first pool');

  await keys.untilOn('Step 1 of 5');
  const subscription = hub.getByRole('radio', { name: 'Weir sandbox' });
  await subscription.waitFor();
  await look('subscription');
  await keys.activate('Next');
  await keys.untilOn('Weir sandbox');
  await keys.press('Space');
  await keys.activate('Next');

  await keys.untilOn('Step 2 of 5');
  await keys.activate('Make a new scale set');
  await keys.untilOn('Make a new scale set');
  await hub.getByLabel('Name of the scale set').waitFor();
  await keys.to('Name of the scale set');
  await keys.type(name);
  await keys.to('Network');
  await keys.press('ArrowDown');
  await hub.getByRole('option', { name: 'Standard_D4ds_v5' }).waitFor({ state: 'attached' });
  await keys.to('Size of the machines');
  await keys.type('Standard_D4ds_v5');
  await hub.getByRole('button', { name: 'Make it now' }).waitFor();
  await look('create-set');
  await keys.activate('Make it now');
  await hub.getByRole('heading', { name: 'Make a new scale set' }).waitFor({ state: 'detached' });
  await hub.getByRole('radio', { name, exact: true }).waitFor();
  await keys.to(name, true);
  await keys.press('Space');
  await hub.getByText('No machine stands in it.').waitFor();
  await look('scale-set');
  await keys.activate('Next');

  await keys.untilOn('Step 3 of 5');
  await look('settings');
  await keys.activate('Next');
  await keys.untilOn('Name of the pool');
  await keys.type(name);
  await keys.to('Maximum number of virtual machines');
  await keys.press('Control+A');
  await keys.type('2');
  await keys.activate('Next');
  await keys.untilOn('Step 4 of 5');
  await look('images');
  await keys.activate('Next');
  await keys.untilOn('Step 5 of 5');
  await look('review');
  await keys.activate('Create the pool');

  await hub.getByRole('tab', { name: 'Overview' }).waitFor();
  await keys.untilOn(name);
  await keys.to('Overview');
  const checks = hub.getByRole('tab', { name: 'Checks' });
  for (let presses = 0; (await keys.focused()) !== (await checks.innerText()); presses += 1) {
    if (presses === 20)
      throw new Error(`The right arrow never came to the tab Checks, but to ${await keys.focused()}.`);
    await keys.press('ArrowRight');
  }
  await keys.press('Enter');
  await hub.getByRole('heading', { name: 'Permissions' }).waitFor();
  await page.waitForURL(/\/checks$/);
  await keys.leave();
}
