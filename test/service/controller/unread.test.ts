// The log of the service tells an operator when a cloud cannot be read: once, and once more when it can again.
import { expect, it } from '@jest/globals';
import { freshRecollection } from '../../../service/controller/context.ts';
import { tellUnread } from '../../../service/controller/unread.ts';
import { CloudError } from '../../../service/problem.ts';

it('tells once of each part that it cannot be read, and once that it can again', () => {
  const lines: string[] = [];
  const context = { line: (level: string, words: string) => void lines.push(`${level} ${words}`) };
  const recollection = freshRecollection();
  const denied = new CloudError('denied', 'listAgents', 'the token has expired');
  tellUnread(context, recollection, { agents: null, instances: null });
  expect(lines.splice(0)).toEqual([]);
  tellUnread(context, recollection, { agents: denied, instances: null });
  tellUnread(context, recollection, { agents: denied, instances: denied });
  tellUnread(context, recollection, { agents: denied, instances: denied });
  expect(lines.splice(0)).toEqual([
    'warn The agents cannot be read: the token has expired',
    'warn The instances cannot be read: the token has expired',
  ]);
  tellUnread(context, recollection, { agents: null, instances: denied });
  tellUnread(context, recollection, { agents: null, instances: denied });
  expect(lines.splice(0)).toEqual(['info The agents can be read again.']);
  tellUnread(context, recollection, { agents: denied, instances: denied });
  expect(lines).toEqual(['warn The agents cannot be read: the token has expired']);
});
