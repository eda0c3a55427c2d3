// What stands around the hub: header with breadcrumb and theme switch, and the navigation of the settings pages.
import { hubPage, settingsPath, type PortalConfiguration } from '../configuration.ts';
import { element } from './element.ts';
import type { Surroundings } from './surroundings.ts';
import type { ThemeName } from './theme.ts';

export interface Chrome {
  readonly content: HTMLElement;
  setTheme(theme: ThemeName): void;
}

export function buildChrome(
  root: HTMLElement,
  configuration: PortalConfiguration,
  surroundings: Surroundings,
  onThemeAsked: () => void,
): Chrome {
  const themeButton = element('button', { type: 'button', class: 'plain' });
  themeButton.addEventListener('click', onThemeAsked);
  const navigation = buildNavigation(configuration, surroundings);
  const menuButton = element(
    'button',
    { type: 'button', class: 'plain menu-button', 'aria-expanded': 'false', 'aria-controls': 'navigation' },
    'Menu',
  );
  menuButton.addEventListener('click', () => {
    menuButton.setAttribute('aria-expanded', String(navigation.classList.toggle('open')));
  });
  const badge = element('span', { class: 'badge' }, 'Weir sandbox, not Azure DevOps');
  const header = element('header', {}, menuButton, buildBreadcrumb(configuration, surroundings), badge, themeButton);
  const content = element('div', { class: 'content' });
  root.append(header, element('div', { class: 'below' }, navigation, content));
  return {
    content,
    setTheme: (theme) => {
      themeButton.textContent = theme === 'light' ? 'Dark theme' : 'Light theme';
    },
  };
}

function buildBreadcrumb(configuration: PortalConfiguration, surroundings: Surroundings): HTMLElement {
  const steps = [
    configuration.organization.name,
    ...(surroundings.scope === 'project' ? [configuration.project.name] : []),
  ];
  const label = surroundings.scope === 'project' ? 'Project settings' : 'Organization settings';
  const items = [...steps, label].map((step) => element('li', {}, step));
  items.at(-1)?.setAttribute('aria-current', 'page');
  return element(
    'nav',
    { 'aria-label': 'Breadcrumb', class: 'breadcrumb' },
    element('span', { class: 'mark', 'aria-hidden': 'true' }),
    element('ol', {}, ...items),
  );
}

const sections = {
  General: [
    ['overview', 'Overview'],
    ['permissions', 'Permissions'],
  ],
  Pipelines: [
    ['agent-pools', 'Agent pools'],
    ['service-connections', 'Service connections'],
  ],
  Extensions: [[hubPage, 'Elastic agents']],
} as const;

function buildNavigation(configuration: PortalConfiguration, surroundings: Surroundings): HTMLElement {
  const groups = Object.entries(sections).map(([title, pages]) => {
    const links = pages.map(([page, label]) => {
      const link = element('a', { href: settingsPath(configuration, surroundings.scope, page) }, label);
      if (page === surroundings.page) link.setAttribute('aria-current', 'page');
      return element('li', {}, link);
    });
    const id = `section-${title.toLowerCase()}`;
    return element(
      'div',
      { class: 'section' },
      element('h2', { id }, title),
      element('ul', { 'aria-labelledby': id }, ...links),
    );
  });
  const isProject = surroundings.scope === 'project';
  const other = element(
    'a',
    { href: settingsPath(configuration, isProject ? 'organization' : 'project', hubPage), class: 'other-scope' },
    isProject ? 'See it in organization settings' : `See it in the settings of ${configuration.project.name}`,
  );
  const about = element(
    'p',
    { class: 'about' },
    'Azure and Azure DevOps are emulators on this machine. Nothing here costs money or leaves it.',
  );
  return element(
    'nav',
    { id: 'navigation', class: 'navigation', 'aria-label': 'Settings' },
    ...groups,
    element('div', { class: 'end' }, other, about),
  );
}
