// Where a step of the wizard has nothing to choose from, who wants to go on still hears what is missing, and the focus goes there.
import { afterEach, expect, it } from '@jest/globals';
import { act, cleanup, render, screen } from '@testing-library/react';
import { ServiceProblem } from '../../contract/client.ts';
import { azureDevOpsOf } from '../../hub/new-pool/azure-devops.ts';
import { emptyDraft, faultsOf, type StepId } from '../../hub/new-pool/draft.ts';
import { ScaleSetStep } from '../../hub/new-pool/scale-set-step.tsx';
import { SubscriptionStep } from '../../hub/new-pool/subscription-step.tsx';
import type { HubClient } from '../../hub/service.ts';
import { focusFirstFault } from '../../hub/settings/first-fault.ts';
import { fakeClient } from './fake-client.ts';

afterEach(cleanup);

const noSets = 'Choose a scale set, or make one.';
const denied = new ServiceProblem('SCALE_SET_DENIED', 'Azure does not list them.', 'Write its id.');
const host = { organizationUrl: 'https://dev.azure.com/fabrikam', accessToken: () => Promise.resolve('token') };

it.each<[string, StepId, Partial<HubClient>, string, string]>([
  ['there is no scale set', 'scaleSet', { scaleSets: () => Promise.resolve({ scaleSets: [] }) }, noSets, 'DIV'],
  ['the scale sets are not there yet', 'scaleSet', { scaleSets: () => new Promise(() => undefined) }, noSets, 'DIV'],
  ['Azure lists none', 'scaleSet', { scaleSets: () => Promise.reject(denied) }, noSets, 'INPUT'],
  [
    'the service has no subscription',
    'subscription',
    { subscriptions: () => Promise.resolve({ subscriptions: [] }) },
    'Choose the subscription of the scale set.',
    'DIV',
  ],
])('where %s', async (_where, step, answers, words, focused) => {
  const draft = emptyDraft('Web');
  const props = {
    ...{ client: { ...fakeClient(), ...answers }, azureDevOps: azureDevOpsOf(host), proof: 1, draft },
    ...{ faults: faultsOf(step, draft), onChange: () => undefined },
  };
  const { container } = render(step === 'scaleSet' ? <ScaleSetStep {...props} /> : <SubscriptionStep {...props} />);
  await act(() => Promise.resolve());
  expect(screen.getByText(words, { exact: false })).toBeTruthy();
  focusFirstFault(container);
  expect(document.activeElement?.tagName).toBe(focused);
  expect(document.activeElement?.closest('[data-field]')?.textContent).toContain(words);
});
