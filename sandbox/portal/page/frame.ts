// Shows the hub in a frame of another origin and speaks to it as the host: handshake, context, theme.
import type { PortalConfiguration } from '../configuration.ts';
import { tokenPath } from '../configuration.ts';
import { openChannel, type RemoteObject } from './channel.ts';
import { element } from './element.ts';
import type { Surroundings } from './surroundings.ts';
import { themeData, type ThemeName } from './theme.ts';

export interface HubFrame {
  readonly view: HTMLElement;
  setTheme(theme: ThemeName): void;
}

interface Options {
  readonly configuration: PortalConfiguration;
  readonly surroundings: Surroundings;
  readonly services: Readonly<Record<string, RemoteObject>>;
  readonly theme: () => ThemeName;
}

export function createHubFrame(options: Options): HubFrame {
  const { configuration, surroundings } = options;
  const frame = element('iframe', { title: 'Elastic agents', class: 'hub', allow: 'clipboard-write' });
  const spinner = element('p', { class: 'waiting', role: 'status' }, 'Loading Elastic agents');
  const view = element('div', { class: 'hub-view' }, spinner, frame);
  const show = (): void => {
    spinner.remove();
    frame.classList.add('loaded');
  };
  const hostControl: RemoteObject = {
    initialHandshake: async (handshake: { loaded?: boolean; applyTheme?: boolean }) => {
      await new Promise((resolve) => setTimeout(resolve, surroundings.handshakeDelayMs));
      if (handshake.loaded !== false) show();
      const theme = handshake.applyTheme === false ? {} : { themeData: themeData(options.theme()) };
      return {
        contributionId,
        initialConfig: initialConfig(configuration, surroundings),
        context: context(configuration, surroundings, options.theme()),
        ...theme,
      };
    },
    notifyLoadSucceeded: show,
    notifyLoadFailed: (cause: unknown) => {
      spinner.textContent = `Elastic agents could not be loaded: ${typeof cause === 'string' ? cause : JSON.stringify(cause)}`;
    },
    getAccessToken: () => readToken(surroundings),
    getAppToken: () => readToken(surroundings),
    resize: () => undefined,
  };
  const serviceManager: RemoteObject = {
    getService: (id: string) => {
      const service = options.services[id];
      if (service === undefined || surroundings.failing.includes(id)) throw new Error(`No service found for ${id}.`);
      return service;
    },
  };
  const channel = openChannel(frame, new URL(configuration.hubUrl).origin, {
    'DevOps.HostControl': hostControl,
    'DevOps.ServiceManager': serviceManager,
  });
  frame.src = configuration.hubUrl;
  return {
    view,
    setTheme: (theme) => {
      // Before the handshake there is nobody to tell; its answer carries the theme of that moment.
      if (channel.isOpen())
        void channel.call('DevOps.SdkClient', 'dispatchEvent', [
          'themeChanged',
          { detail: { data: themeData(theme) } },
        ]);
    },
  };
}

const extension = { publisherId: 'weir', extensionId: 'weir', id: 'weir.weir', version: 'sandbox', baseUri: '' };
const contributionId = `${extension.id}.project-hub`;

/** The page of a run hands its build to whoever listens (extension-host-protocol.md 3). */
function initialConfig({ project }: PortalConfiguration, { run }: Surroundings): object {
  if (run === null) return {};
  return { onBuildChanged: (listener: (build: object) => void) => listener({ id: run, project: { id: project.id } }) };
}

async function readToken(surroundings: Surroundings): Promise<{ token: string }> {
  if (surroundings.failing.includes('token')) throw new Error('The user is not authorized to get a token.');
  const answer = await fetch(tokenPath);
  if (!answer.ok) throw new Error(`The portal gave no token: status ${String(answer.status)}.`);
  return { token: await answer.text() };
}

function context(configuration: PortalConfiguration, surroundings: Surroundings, theme: ThemeName) {
  const project = surroundings.scope === 'project' ? { project: configuration.project } : {};
  const team =
    surroundings.scope === 'project' && surroundings.hasTeam
      ? { team: { id: 'team', name: `${configuration.project.name} Team` } }
      : {};
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    extension: { ...extension, baseUri: new URL('.', configuration.hubUrl).href },
    user: { ...configuration.user, descriptor: `sandbox.${configuration.user.id}`, imageUrl: '' },
    host: {
      id: configuration.organization.name,
      name: configuration.organization.name,
      serviceVersion: 'sandbox',
      type: 4,
      isHosted: false,
    },
    pageContext: {
      globalization: {
        culture: navigator.language,
        theme,
        explicitTheme: theme,
        timeZoneId: timeZone,
        timezoneOffset: 0,
        typeAheadDisabled: false,
      },
      timeZonesConfiguration: { daylightSavingsAdjustments: [] },
      webContext: { ...project, ...team },
    },
  };
}
