// The tab Checks in the states that a living sandbox does not have: somebody who may not fix, a fix that is refused, rights that
// lack, and a scale set that is as it should be.
import { afterEach, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import type { ChecksView, RightView, SetCheckView } from '../../contract/checks.ts';
import { ServiceProblem } from '../../contract/client.ts';
import ChecksTab from '../../hub/checks/checks-tab.tsx';
import { fakeClient, type FakeClient } from './fake-client.ts';

afterEach(cleanup);

const commands = { bash: 'az "" x', powershell: `az '""' x`, cmd: 'az "" y' };
const check = (change: Partial<SetCheckView>): SetCheckView => ({
  ...{ code: 'overprovision', title: 'Overprovisioning', status: 'error', words: 'It is on.', evidence: [] },
  fix: { words: 'Turn it off.', commands, canFix: true, cannot: null },
  ...change,
});
const right = (change: Partial<RightView>): RightView => ({
  ...{
    who: 'service',
    title: 'Role "Weir own scale set"',
    status: 'ok',
    words: 'Weir may.',
    lacks: [],
    role: null,
    fix: null,
  },
  ...change,
});
const view = (change: Partial<ChecksView>): ChecksView => ({
  ...{
    now: '2026-11-24T12:00:00Z',
    pool: 'linux-build',
    scaleSet: { id: '/x', name: 'agents' },
    errors: 0,
    warnings: 0,
  },
  ...{ checks: [], rights: [right({})], mayFix: true, fixes: [] },
  ...change,
});

async function show(data: ChecksView, change: Partial<FakeClient> = {}): Promise<void> {
  const client = Object.assign(fakeClient(), { checks: () => Promise.resolve(data), ...change });
  const detail = await client.pool('linux-build');
  render(<ChecksTab client={client} detail={detail} item={null} onItem={() => undefined} onTab={() => undefined} />);
  await act(async () => await Promise.resolve());
}

it('says that all is well, with every good check to read', async () => {
  await show(view({ checks: [check({ status: 'ok', words: 'It is off.', fix: null })] }));
  expect(screen.getByRole('status').textContent).toBe('All is as it should be.');
  expect(screen.getByText('1 check is good')).toBeTruthy();
  expect(screen.queryByRole('table')).toBeNull();
});

it.each([
  [{ mayFix: false }, {}, 'Whoever manages this pool can have Weir fix it here.'],
  [{}, { canFix: false, cannot: 'Weir lacks the role "Weir checks".' }, 'Weir lacks the role "Weir checks".'],
])('offers no button to whom it would not obey: %j %j', async (change, fix, words) => {
  const one = check({});
  await show(view({ ...change, errors: 1, checks: [{ ...one, fix: { ...one.fix!, ...fix } }] }));
  expect(screen.getByText(words)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Fix it/ })).toBeNull();
});

it('writes commands for the shell that somebody has open', async () => {
  await show(view({ errors: 1, checks: [check({})] }));
  const command = () => screen.getByLabelText('Command: Overprovisioning').textContent;
  expect(command()).toBe('az "" x');
  fireEvent.change(screen.getByLabelText('Commands for'), { target: { value: 'powershell' } });
  expect(command()).toBe(`az '""' x`);
});

it('asks before it writes to Azure, and writes nothing when it is left', async () => {
  const fixCheck = jest.fn<FakeClient['fixCheck']>();
  await show(view({ errors: 1, checks: [check({})] }), { fixCheck });
  fireEvent.click(screen.getByRole('button', { name: /^Fix it/ }));
  expect(screen.getByRole('group', { name: /^Fix / }).textContent).toContain('Weir writes this to Azure for you now.');
  fireEvent.click(screen.getByRole('button', { name: 'Leave it' }));
  expect(screen.getByRole('button', { name: /^Fix it/ })).toBeTruthy();
  expect(fixCheck).not.toHaveBeenCalled();
});

it('keeps the finding and says why where Azure refuses, and lets go of it once it is mended', async () => {
  const fixCheck = jest.fn<FakeClient['fixCheck']>();
  const refusal = new ServiceProblem('FIX_CONFLICT', 'Azure refused: ScopeLocked.', 'Look at the checks again.');
  fixCheck.mockRejectedValueOnce(refusal);
  const checks = view({ checks: [check({ status: 'ok', words: 'It is off.', fix: null })] });
  fixCheck.mockResolvedValueOnce({ isChanged: true, words: 'Fixed: Overprovisioning.', checks });
  await show(view({ errors: 1, checks: [check({})] }), { fixCheck });
  const press = async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Fix it: Overprovisioning' }));
    fireEvent.click(within(screen.getByRole('group', { name: 'Fix Overprovisioning' })).getByText('Do it'));
    await act(async () => await Promise.resolve());
  };
  await press();
  expect(screen.getByRole('alert').textContent).toBe('Azure refused: ScopeLocked. Look at the checks again.');
  await press();
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByRole('status').textContent).toContain('Fixed: Overprovisioning.');
  const keys = fixCheck.mock.calls.map(([, , options]) => options.idempotencyKey);
  expect(new Set(keys).size).toBe(2);
});

it('names each right that lacks, with the role and the command', async () => {
  const lacks = ['Microsoft.Compute/virtualMachineScaleSets/write'];
  const role = { name: 'Weir own scale set', fileName: 'weir-own-set.json', json: '{ "Name": "x" }', scope: '/x' };
  const fix = { words: 'Make the role.', commands };
  await show(view({ errors: 1, rights: [right({ status: 'error', lacks, role, fix })] }));
  const list = within(screen.getByRole('list', { name: 'Lacks: Role "Weir own scale set"' }));
  expect(list.getByRole('listitem').textContent).toBe(lacks[0]);
  expect(screen.getByLabelText('Role: Role "Weir own scale set"').textContent).toBe('{ "Name": "x" }');
});
