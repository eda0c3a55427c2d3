// Says in the service's log when a part of the picture cannot be read any more, and when it can again: once each, because
// a pass comes every few seconds. The view has the words in between.
import type { CloudError } from '../problem.ts';
import type { PoolContext, Recollection } from './context.ts';

/** `errors` has every part by its name, such as "agents"; null where it was read. */
export function tellUnread(
  context: Pick<PoolContext, 'line'>,
  recollection: Pick<Recollection, 'unread'>,
  errors: Readonly<Record<string, CloudError | null>>,
): void {
  for (const [part, error] of Object.entries(errors)) {
    if (error === null) {
      if (recollection.unread.delete(part)) context.line('info', `The ${part} can be read again.`);
      continue;
    }
    if (recollection.unread.has(part)) continue;
    recollection.unread.add(part);
    const { kind, operation } = error;
    context.line('warn', `The ${part} cannot be read: ${error.message}`, { kind, operation });
  }
}
