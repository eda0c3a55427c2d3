// Whether the page offers to delete the pool: only where the service would do it for this person.
import { useEffect, useState } from 'react';
import type { PoolSummary } from '../../contract/api.ts';
import type { HubClient } from '../service.ts';

/** `pool` null: it was not read, or nobody asks. False until the service has told the person's rights, and where it does not. */
export function useMayDelete(client: HubClient, pool: PoolSummary | null): boolean {
  const name = pool === null || pool.isManagedByFile === true ? null : pool.name;
  const [allowed, setAllowed] = useState<string | null>(null);
  useEffect(() => {
    if (name === null) return undefined;
    const stop = new AbortController();
    client.settings(name, stop.signal).then(
      ({ isManagedByFile, mayChange }) => setAllowed(mayChange && !isManagedByFile ? name : null),
      // What fails here fails on the page too, which says so; without an answer there is nothing to offer.
      () => setAllowed(null),
    );
    return () => stop.abort();
  }, [client, name]);
  return name !== null && allowed === name;
}
