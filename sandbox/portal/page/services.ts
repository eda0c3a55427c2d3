// The services a host offers to extensions (extension-host-protocol.md 6), as far as hubs like ours use them.
import type { PortalConfiguration } from '../configuration.ts';
import type { RemoteObject } from './channel.ts';
import { createDataManager } from './extension-data.ts';
import type { Overlays } from './overlays.ts';
import type { Surroundings } from './surroundings.ts';

type Callback = (value: string) => unknown;

export function createServices(
  configuration: PortalConfiguration,
  surroundings: Surroundings,
  overlays: Overlays,
): Readonly<Record<string, RemoteObject>> {
  const organizationUrl = `${configuration.organization.url.replace(/\/+$/, '')}/`;
  const data = createDataManager(surroundings.isConnected ? configuration.serviceUrl : null);
  return {
    'ms.vss-tfs-web.tfs-page-data-service': {
      getProject: () => (surroundings.scope === 'project' ? configuration.project : undefined),
    },
    'ms.vss-features.location-service': {
      getServiceLocation: () => organizationUrl,
      getResourceAreaLocation: () => organizationUrl,
      routeUrl: (routeId: string) => organizationUrl + routeId,
    },
    'ms.vss-features.host-page-layout-service': {
      openMessageDialog: async (
        message: string,
        options?: { title?: string; onClose?: (isYes: boolean) => unknown },
      ) => {
        await options?.onClose?.(await overlays.ask(message, options.title ?? 'Elastic agents'));
      },
      getFullScreenMode: () => false,
      setFullScreenMode: () => undefined,
    },
    'ms.vss-tfs-web.tfs-global-messages-service': {
      addToast: (toast: { message: string; duration?: number }) =>
        overlays.toast(toast.message, toast.duration ?? 4000),
    },
    'ms.vss-features.extension-data-service': { getExtensionDataManager: () => data },
    'ms.vss-features.host-navigation-service': createNavigation(),
  };
}

/** Hashes go without their `#` to the callers, whatever they hand in. */
function createNavigation(): RemoteObject {
  const current = () => location.hash.replace(/^#/, '');
  const toFragment = (hash: string) => `#${hash.replace(/^#/, '')}`;
  const listeners: Callback[] = [];
  const tell = (): void => {
    for (const listener of listeners) void listener(current());
  };
  window.addEventListener('hashchange', tell);
  return {
    getHash: () => current(),
    setHash: (hash: string) => {
      location.hash = toFragment(hash);
    },
    replaceHash: (hash: string) => {
      history.replaceState(null, '', toFragment(hash));
      tell();
    },
    onHashChanged: (callback: Callback) => {
      listeners.push(callback);
    },
    getQueryParams: () => Object.fromEntries(new URLSearchParams(location.search)),
    getPageRoute: () => ({ id: 'ms.vss-admin-web.project-admin-hub-route', routeValues: {} }),
    setDocumentTitle: (title: string) => {
      document.title = `${title} - Weir sandbox`;
    },
    openNewWindow: (url: string) => {
      window.open(url, '_blank', 'noopener');
    },
    navigate: (url: string) => location.assign(url),
    reload: () => location.reload(),
  };
}
