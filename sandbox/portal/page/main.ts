// The page that hosts the hub as the settings pages of Azure DevOps do, and says that it is only the sandbox.
import { configurationPath, hubPage, settingsPath, type PortalConfiguration } from '../configuration.ts';
import { buildChrome } from './chrome.ts';
import { element } from './element.ts';
import { createHubFrame, type HubFrame } from './frame.ts';
import { createOverlays } from './overlays.ts';
import './portal.css';
import { createServices } from './services.ts';
import { readSurroundings } from './surroundings.ts';
import { themeData, type ThemeName } from './theme.ts';

const rememberedTheme = 'weir-sandbox-theme';

void open(document.body);

async function open(root: HTMLElement): Promise<void> {
  const answer = await fetch(configurationPath);
  const configuration = (await answer.json()) as PortalConfiguration;
  const surroundings = readSurroundings(new URL(location.href));
  let theme: ThemeName = surroundings.theme ?? preferredTheme();
  let frame: HubFrame | null = null;
  const apply = (): void => {
    for (const [name, value] of Object.entries(themeData(theme)))
      document.documentElement.style.setProperty(`--${name}`, value);
    document.documentElement.style.colorScheme = theme === 'light' ? 'light' : 'dark';
    chrome.setTheme(theme);
    frame?.setTheme(theme);
  };
  const chrome = buildChrome(root, configuration, surroundings, () => {
    theme = theme === 'light' ? 'dark' : 'light';
    localStorage.setItem(rememberedTheme, theme);
    apply();
  });
  apply();
  if (surroundings.page === hubPage) {
    const services = createServices(configuration, surroundings, createOverlays(root));
    frame = createHubFrame({ configuration, surroundings, services, theme: () => theme });
    chrome.content.append(frame.view);
  } else {
    chrome.content.append(leftOut(settingsPath(configuration, surroundings.scope, hubPage)));
  }
}

function preferredTheme(): ThemeName {
  const remembered = localStorage.getItem(rememberedTheme);
  if (remembered === 'light' || remembered === 'dark') return remembered;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function leftOut(hub: string): HTMLElement {
  return element(
    'main',
    { class: 'left-out' },
    element('h1', {}, 'This page belongs to Azure DevOps'),
    element('p', {}, 'The sandbox shows only what Weir adds. In your organization the page you know stands here.'),
    element('p', {}, element('a', { href: hub }, 'Open Elastic agents')),
  );
}
