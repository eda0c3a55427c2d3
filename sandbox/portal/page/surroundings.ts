// Which page the address names, and what the person trying things out asked for in its query.
import { hubPage, type SettingsScope } from '../configuration.ts';
import type { ThemeName } from './theme.ts';

/** `handshakeDelayMs`, `failing` and `hasTeam` imitate hosts that are slow, broken, or have no team on their settings pages. */
export interface Surroundings {
  readonly scope: SettingsScope;
  readonly page: string;
  readonly hasTeam: boolean;
  readonly handshakeDelayMs: number;
  /** Ids of services, or `token`, that answer with an error. */
  readonly failing: readonly string[];
  readonly isConnected: boolean;
  readonly theme: ThemeName | null;
  /** Number of a pipeline run: the extension's tab on its page is shown in place of the hub. */
  readonly run: number | null;
}

export function readSurroundings(address: URL): Surroundings {
  const [path, page] = address.pathname.split('/_settings/');
  const query = address.searchParams;
  const theme = query.get('theme');
  return {
    scope: (path ?? '').split('/').filter(Boolean).length > 1 ? 'project' : 'organization',
    page: page ?? hubPage,
    hasTeam: query.get('team') !== 'none',
    handshakeDelayMs: Number(query.get('handshake') ?? 0),
    failing: query.getAll('fail'),
    isConnected: query.get('service') !== 'none',
    run: query.has('run') ? Number(query.get('run')) : null,
    theme: theme === 'light' || theme === 'dark' || theme === 'contrast' ? theme : null,
  };
}
