// A host page on the same window as the hub (in jsdom a window is its own parent). It must be imported before the SDK:
// its listener then comes first and keeps the SDK from answering its own requests.

type Method = (...params: readonly unknown[]) => unknown;
export type HostObject = Readonly<Record<string, Method>>;

interface Message {
  readonly id: number;
  readonly instanceId?: string;
  readonly methodName: string;
  readonly params?: readonly unknown[];
  readonly handshakeToken?: string;
}

export const host: { objects: Record<string, HostObject>; isSilent: boolean } = { objects: {}, isSilent: false };

/** Makes the objects of a settings page; `context` and `services` say how this one differs. */
export function settingsPage(options: { webContext?: object; services?: Record<string, HostObject> } = {}): void {
  const services: Record<string, HostObject> = {
    'ms.vss-features.location-service': { getServiceLocation: () => 'https://dev.azure.com/fabrikam/' },
    'ms.vss-features.host-navigation-service': {
      getHash: () => '/pools/linux',
      setHash: () => undefined,
      onHashChanged: () => undefined,
      setDocumentTitle: () => undefined,
    },
    'ms.vss-features.extension-data-service': { getExtensionDataManager: () => dataManager({}) },
    ...options.services,
  };
  host.isSilent = false;
  host.objects = {
    'DevOps.HostControl': {
      initialHandshake: () => ({
        contributionId: 'weir.weir.project-hub',
        initialConfig: {},
        themeData: { 'text-primary-color': 'rgba(255,255,255,1)' },
        context: {
          extension: { id: 'weir.weir' },
          user: { id: 'u', name: 'ada' },
          host: { id: 'f', name: 'fabrikam' },
          pageContext: {
            webContext: options.webContext ?? {
              project: { id: 'p', name: 'Web shop' },
              team: { id: 't', name: 'Team' },
            },
          },
        },
      }),
      getAccessToken: () => ({ token: 'token-of-a-person' }),
      notifyLoadSucceeded: () => undefined,
    },
    'DevOps.ServiceManager': {
      getService: (id) => {
        const found = services[String(id)];
        if (found === undefined) throw new Error(`No service found for ${String(id)}.`);
        return found;
      },
    },
  };
}

/** What `setValue` keeps are documents of the collection `$settings`; one is only replaced in the revision that it has. */
export function dataManager(values: Record<string, unknown>): HostObject {
  const revisions: Record<string, number> = {};
  const write = (_collection: unknown, document: unknown): unknown => {
    const { id, value, __etag: tag } = document as { id: string; value: unknown; __etag?: number };
    if ((id in values ? (revisions[id] ?? 1) : undefined) !== tag) throw new Error('The document has another version.');
    values[id] = value;
    revisions[id] = (tag ?? 0) + 1;
    return { id, value, __etag: revisions[id] };
  };
  return {
    getDocument: (_collection, key) => {
      const id = String(key);
      if (!(id in values)) throw new Error('The document does not exist.');
      return { id, value: values[id], __etag: revisions[id] ?? 1 };
    },
    createDocument: write,
    updateDocument: write,
    getValue: (key) => values[String(key)],
    setValue: (key, value) => {
      values[String(key)] = value;
      return value;
    },
  };
}

const proxies: Method[] = [];

/** Nested objects with functions are proxied, as the real host does. */
function serialise(value: unknown): unknown {
  if (typeof value === 'function') return { __proxyFunctionId: proxies.push(value as Method), _channelId: 1 };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, serialise(member)]));
}

async function answer(message: Message, objects: Record<string, HostObject>): Promise<void> {
  const { id, handshakeToken, instanceId = '', methodName, params = [] } = message;
  // jsdom's postMessage names no source, and the SDK hears only its parent: so the event is made by hand.
  const reply = (body: object): void => {
    const data = JSON.stringify({ id, handshakeToken, ...body });
    window.dispatchEvent(new MessageEvent('message', { data, source: window, origin: 'https://dev.azure.com' }));
  };
  try {
    const method =
      instanceId === '__proxyFunctions' ? proxies[Number(methodName.slice(5)) - 1] : objects[instanceId]?.[methodName];
    if (method === undefined) throw new Error(`RPC method not found: ${methodName}`);
    reply({ result: serialise(await method(...params)) });
  } catch (cause) {
    reply({ error: { name: 'Error', message: (cause as Error).message } });
  }
}

window.addEventListener('message', (event: MessageEvent) => {
  const message = JSON.parse(String(event.data)) as Message;
  const isForHost = message.instanceId === '__proxyFunctions' || (message.instanceId ?? '') in host.objects;
  if (message.instanceId === undefined || !isForHost) return;
  event.stopImmediatePropagation();
  if (!host.isSilent) void answer(message, host.objects);
});
