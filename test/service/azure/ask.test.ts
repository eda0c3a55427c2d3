// A list that was not read to its end is never taken for the whole one.
import { expect, it } from '@jest/globals';
import { foundToChange, list, listOrNull } from '../../../service/azure/ask.ts';
import { type Scripted, fakeSend, json } from '../fake-send.ts';

const gone = json(404, { error: { code: 'ResourceNotFound', message: 'no' } });
const page = (name: string, nextLink?: string) => json(200, { value: [{ name }], nextLink });

function contextOf(...script: readonly Scripted[]) {
  const { send, requests } = fakeSend(...script);
  const context = {
    send,
    tokens: { token: () => Promise.resolve('t'), forget: () => undefined },
    endpoint: new URL('https://management.azure.com'),
    scope: 's',
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    random: { next: () => 0.5 },
    deadline: null,
  };
  return { context, requests };
}

it('follows every page', async () => {
  const { context, requests } = contextOf(page('one', 'https://management.azure.com/next?p=2'), page('two'));
  const rows = await list(context, '/x', '2020-01-01', { $filter: 'f' });
  expect(rows.map((row) => row.text('name'))).toEqual(['one', 'two']);
  expect(requests.map((one) => one.url)).toEqual([
    'https://management.azure.com/x?api-version=2020-01-01&%24filter=f',
    'https://management.azure.com/next?p=2',
  ]);
});

it('is null, or empty, where nothing has it, and fails where a later page is missing', async () => {
  expect(await listOrNull(contextOf(gone).context, '/x', '2020-01-01')).toBeNull();
  expect(await list(contextOf(gone).context, '/x', '2020-01-01')).toEqual([]);
  const { context } = contextOf(page('one', 'https://management.azure.com/next'), gone);
  await expect(list(context, '/x', '2020-01-01')).rejects.toMatchObject({ kind: 'notFound' });
});

it('takes what stands in a subscription that nobody sees for unknown, and never for gone', async () => {
  const read = (answer: Scripted) => foundToChange(contextOf(answer).context, '/x', '2020-01-01', {});
  const unseen = json(404, { error: { code: 'SubscriptionNotFound', message: 'no' } });
  await expect(read(unseen)).rejects.toMatchObject({ kind: 'denied', code: 'SubscriptionNotFound' });
  await expect(read(gone)).resolves.toBeNull();
});
