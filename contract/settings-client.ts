// The typed client for what the service is, and for the settings of a pool: the hub's connect page and settings page.
import { createCall, fill, type ClientOptions } from './client.ts';
import { routes } from './routes.ts';
import type { About, SettingsView } from './service.ts';

/** Everything throws `ServiceProblem`. */
export interface SettingsClient<Signal> {
  /** Asked with a person's token: also says whether the organisation is served. */
  about(signal?: Signal): Promise<About>;
  settings(pool: string, signal?: Signal): Promise<SettingsView>;
  /** `settings` is the whole document, `revision` the one that it was made from; 412 where somebody was faster. */
  saveSettings(
    pool: string,
    settings: Readonly<Record<string, unknown>>,
    revision: number,
    signal?: Signal,
  ): Promise<SettingsView>;
}

const view = ['settings', 'revision', 'isManagedByFile'];

export function createSettingsClient<Signal>(options: ClientOptions<Signal>): SettingsClient<Signal> {
  const call = createCall(options);
  const stop = (signal?: Signal) => (signal === undefined ? {} : { signal });
  return {
    about: (signal) =>
      call({ method: 'GET', path: routes.about, expected: ['name', 'version', 'organizations'], ...stop(signal) }),
    settings: (pool, signal) =>
      call({ method: 'GET', path: fill(routes.settings, pool), expected: view, ...stop(signal) }),
    saveSettings: (pool, settings, revision, signal) =>
      call({
        method: 'PUT',
        path: fill(routes.settings, pool),
        expected: view,
        body: settings,
        headers: { 'if-match': `"${revision}"` },
        ...stop(signal),
      }),
  };
}
