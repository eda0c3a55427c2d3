// The next step of a verdict as buttons: which there are, that they ask first, and what they send.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { JobRequestView } from '../../contract/api.ts';
import { ServiceProblem } from '../../contract/client.ts';
import { actionsOf, labelOf } from '../../hub/pool/verdict-actions.ts';
import { JobPanel } from '../../hub/pool/job-panel.tsx';
import { job, pool } from '../browser/scene.ts';
import { fakeClient, type FakeClient } from './fake-client.ts';

describe('what can be done about a verdict', () => {
  it.each<[string, string[], number | null, string[]]>([
    ['paused', [], null, ['Let the pool work again']],
    ['queuedBehind', ['WorkFolder -equals /mnt/x'], null, []],
    [
      'notAdmitted',
      ['workfolder  -equals /mnt/a b', 'CustomCapabilities -equals gpu', 'Priority -equals High'],
      null,
      ['Admit /mnt/a b', 'Admit gpu', 'See what is admitted'],
    ],
    ['notAdmitted', ['WorkFolder -Equals /mnt/x'], null, ['See what is admitted']],
    [
      'versionNotAllowed',
      ['ImageVersionOverride -equals 1.2.0'],
      77,
      ['Admit version 1.2.0 for this run', 'Validate version 1.2.0', 'Open the images'],
    ],
    ['versionNotAllowed', [], null, ['Validate the image', 'Open the images']],
    ['imageFailing', ['ImageOverride -equals ubuntu'], null, ['Validate the image', 'Open the images']],
    ['agentsDisabled', [], null, ['Open the agents in Azure DevOps']],
    ['aliasUnknown', [], null, ['Open the settings']],
    ['scaleSetContended', [], null, ['Open the checks']],
  ])('%s with %j', (verdict, demands, runId, labels) => {
    expect(actionsOf({ verdict, demands, runId }).map(labelOf)).toEqual(labels);
  });

  it.each([
    [['kept'], ['See the kept machines', 'Open the settings']],
    [
      ['disabled', 'kept'],
      ['See the kept machines', 'Open the settings', 'Open the agents in Azure DevOps'],
    ],
    [['disabled'], ['Open the agents in Azure DevOps']],
    // The pool is being deleted, and there is nothing to enable.
    [[], []],
  ])('agents that are %j', (states, labels) => {
    const agents = states.map((state) => ({ name: 'a', state }));
    expect(actionsOf({ verdict: 'agentsDisabled', demands: [], agents }).map(labelOf)).toEqual(labels);
  });
});

describe('the buttons', () => {
  let client: FakeClient;
  let calls: unknown[][];
  let tabs: string[];

  beforeEach(() => {
    client = fakeClient();
    [calls, tabs] = [[], []];
    const settings = { paused: true, demands: { workFolders: ['/mnt/a'] } };
    const view = { settings, revision: 7, isManagedByFile: false, mayChange: true };
    client.settings = () => Promise.resolve(view);
    client.saveSettings = (...args) => {
      calls.push(args);
      return Promise.resolve(view);
    };
  });
  afterEach(cleanup);

  const show = (verdict: string, demands: string[] = [], more: Partial<JobRequestView> = {}) =>
    render(
      <JobPanel
        request={job({ verdict, demands, ...more })}
        now="2026-11-24T12:00:00Z"
        place={{ client, pool: pool({}), onTab: (tab, filters = '') => tabs.push(`${tab} ${filters}`.trim()) }}
      />,
    );
  const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

  it('ask before they change anything, and take the revision that was read', async () => {
    show('notAdmitted', ['WorkFolder -equals /mnt/x']);
    press('Admit /mnt/x');
    expect(calls).toEqual([]);
    press('Do it');
    await screen.findByText('Jobs may ask for /mnt/x now. Run the job again if it has failed.');
    expect(calls).toEqual([['linux-build', { paused: true, demands: { workFolders: ['/mnt/a', '/mnt/x'] } }, 7]]);
  });

  it('leave it where the person thinks better of it', () => {
    show('paused');
    press('Let the pool work again');
    press('Leave it');
    expect(screen.queryByRole('button', { name: 'Do it' })).toBeNull();
    expect(calls).toEqual([]);
  });

  it('say what the service refused', async () => {
    client.saveSettings = () =>
      Promise.reject(new ServiceProblem('NEED_POOL_MANAGE', 'You need a role.', 'Ask for it.'));
    show('paused');
    press('Let the pool work again');
    press('Do it');
    await screen.findByText('You need a role. Ask for it.');
  });

  it('validate the image that serves jobs without a name', async () => {
    client.images = () => Promise.resolve({ images: [{ alias: 'ubuntu' }] } as never);
    client.startValidation = (...args) => {
      calls.push(args.slice(0, 2));
      return Promise.resolve({ validationId: 'v', image: 'ubuntu', version: '2.0.0' });
    };
    show('imageFailing');
    press('Validate the image');
    press('Do it');
    await screen.findByText('Version 2.0.0 of ubuntu is being validated', { exact: false });
    expect(calls).toEqual([['linux-build', { image: 'ubuntu' }]]);
  });

  it('lead to where more is, and never enable what a person has disabled', () => {
    show('imageFailing');
    press('Open the images');
    expect(tabs).toEqual(['images']);
    cleanup();
    show('agentsDisabled');
    expect(screen.getByRole('link').getAttribute('href')).toBe(
      'https://dev.azure.com/fabrikam/_settings/agentpools?poolId=7&view=agents',
    );
    expect(screen.queryAllByRole('button')).toEqual([]);
    cleanup();
    show('agentsDisabled', [], { agents: [{ name: 'linux-agents_4', state: 'kept' }] });
    expect(screen.queryAllByRole('link')).toEqual([]);
    press('See the kept machines');
    expect(tabs).toEqual(['images', 'nodes state=kept']);
  });
});
