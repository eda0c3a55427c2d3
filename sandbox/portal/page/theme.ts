// The theme variables a host hands to an extension (extension-host-protocol.md 9), and what they are in light and in dark.
// Names stand without their dashes, as in the handshake. The dark values are close to the product, not taken from it; those
// of high contrast are ours, after what azure-devops-ui draws differently under it.

export type ThemeName = 'light' | 'dark' | 'contrast';
export type ThemeData = Readonly<Record<string, string>>;

export function themeData(theme: ThemeName): ThemeData {
  const colours: ThemeData = Object.fromEntries(
    variables.map(([name, light, dark]) => [name, theme === 'light' ? light : (dark ?? light)]),
  );
  return theme === 'contrast' ? { ...colours, ...highContrast } : colours;
}

const white = 'rgba(255,255,255,1)';
const black = 'rgba(0,0,0,1)';
const yellow = 'rgba(255,255,0,1)';
const cyan = 'rgba(0,255,255,1)';

/** Over the dark values. */
const highContrast: ThemeData = {
  ...{ 'background-color': black, 'callout-background-color': black, 'callout-filtered-background-color': black },
  ...{ 'border-subtle-color': white, 'component-grid-cell-bottom-border-color': white },
  ...{ 'communication-background': 'rgba(0,90,160,1)', 'communication-foreground': cyan, 'focus-border-color': yellow },
  ...{ 'palette-neutral-0': '0,0,0', 'palette-neutral-2': '0,0,0', 'palette-neutral-4': '0,0,0' },
  ...{ 'palette-neutral-6': '0,0,0', 'palette-neutral-8': '255,255,255', 'palette-neutral-10': '255,255,255' },
  ...{ 'palette-neutral-20': '255,255,255', 'palette-neutral-60': '255,255,255', 'palette-neutral-80': '255,255,255' },
  ...{ 'palette-black-alpha-60': white, 'splitter-border-color': white, 'text-disabled-color': 'rgba(63,242,63,1)' },
  ...{ 'status-error-text': 'rgba(255,140,140,1)', 'status-warning-text': yellow },
  ...{ 'status-error-background': black, 'status-warning-background': black, 'status-success-background': black },
  ...{ 'text-primary-color': white, 'text-secondary-color': white },
};

/** Name, light, and dark where it differs. */
const variables: readonly (readonly [string, string, string?])[] = [
  ['background-color', 'rgba(255,255,255,1)', 'rgba(32,31,30,1)'],
  ['border-subtle-color', 'rgba(0,0,0,.08)', 'rgba(255,255,255,.1)'],
  ['callout-background-color', 'rgba(255,255,255,1)', 'rgba(37,36,35,1)'],
  ['callout-filtered-background-color', 'rgba(255,255,255,.86)', 'rgba(32,31,30,.86)'],
  ['callout-shadow-color', 'rgba(0,0,0,.132)', 'rgba(0,0,0,.4)'],
  ['callout-shadow-secondary-color', 'rgba(0,0,0,.108)', 'rgba(0,0,0,.32)'],
  ['communication-background', 'rgba(0,120,212,1)'],
  ['communication-foreground', 'rgba(0,90,158,1)', 'rgba(58,150,221,1)'],
  ['component-grid-action-selected-cell-hover-color', 'rgba(222,236,249,1)', 'rgba(0,85,142,1)'],
  ['component-grid-cell-bottom-border-color', 'rgba(234,234,234,1)', 'rgba(59,58,57,1)'],
  ['component-grid-drag-source-color', 'rgba(255,255,255,.40)'],
  ['component-grid-focus-border-color', 'rgba(0,120,212,1)'],
  ['component-grid-row-hover-color', 'rgba(0,0,0,.02)', 'rgba(255,255,255,.05)'],
  ['component-grid-selected-row-color', 'rgba(222,236,249,1)', 'rgba(0,73,122,.5)'],
  ['component-label-default-color', 'rgba(244,244,244,1)', 'rgba(50,49,48,1)'],
  ['component-label-default-color-hover', 'rgba(218,218,218,1)', 'rgba(72,70,68,1)'],
  ['component-status-error', 'rgba(205,74,69,1)'],
  ['component-status-info', 'rgba(0,120,212,1)'],
  ['component-status-neutral', 'rgba(102,102,102,1)'],
  ['component-status-success', 'rgba(85,163,98,1)'],
  ['component-status-warning', 'rgba(214,127,60,1)'],
  ['focus-border-color', 'rgba(0,120,212,1)', 'rgba(40,153,245,1)'],
  ['focus-pulse-max-color', 'rgba(0,120,212,.23)'],
  ['palette-accent3', '214,127,60'],
  ['palette-black-alpha-10', 'rgba(0,0,0,.10)', 'rgba(255,255,255,.1)'],
  ['palette-black-alpha-2', 'rgba(0,0,0,.02)', 'rgba(255,255,255,.02)'],
  ['palette-black-alpha-20', 'rgba(0,0,0,.20)', 'rgba(255,255,255,.2)'],
  ['palette-black-alpha-30', 'rgba(0,0,0,.30)', 'rgba(255,255,255,.3)'],
  ['palette-black-alpha-4', 'rgba(0,0,0,.04)', 'rgba(255,255,255,.04)'],
  ['palette-black-alpha-6', 'rgba(0,0,0,.06)', 'rgba(255,255,255,.06)'],
  ['palette-black-alpha-60', 'rgba(0,0,0,.60)', 'rgba(255,255,255,.6)'],
  ['palette-black-alpha-8', 'rgba(0,0,0,.08)', 'rgba(255,255,255,.08)'],
  ['palette-error', 'rgba(232,17,35,1)'],
  ['palette-error-10', 'rgba(184,14,28,1)'],
  ['palette-error-6', 'rgba(203,15,31,1)'],
  ['palette-neutral-0', '255,255,255', '32,31,30'],
  ['palette-neutral-10', '218,218,218', '72,70,68'],
  ['palette-neutral-100', '0,0,0', '255,255,255'],
  ['palette-neutral-2', '248,248,248', '37,36,35'],
  ['palette-neutral-20', '200,200,200', '96,94,92'],
  ['palette-neutral-30', '166,166,166', '121,119,117'],
  ['palette-neutral-4', '244,244,244', '41,40,39'],
  ['palette-neutral-6', '239,239,239', '50,49,48'],
  ['palette-neutral-60', '102,102,102', '161,159,157'],
  ['palette-neutral-8', '234,234,234', '59,58,57'],
  ['palette-neutral-80', '51,51,51', '200,198,196'],
  ['palette-primary-darkened-10', '0,91,161', '0,112,188'],
  ['palette-primary-darkened-6', '0,103,181', '0,105,176'],
  ['palette-primary-shade-10', '16,110,190', '25,135,209'],
  ['palette-primary-shade-20', '0,90,158', '51,148,214'],
  ['palette-primary-shade-30', '0,69,120', '76,161,219'],
  ['palette-primary-tint-10', '43,136,216', '0,109,183'],
  ['palette-primary-tint-20', '199,224,244', '0,97,163'],
  ['palette-primary-tint-30', '222,236,249', '0,85,142'],
  ['palette-primary-tint-40', '239,246,252', '0,73,122'],
  ['panel-shadow-color', 'rgba(0,0,0,.22)'],
  ['panel-shadow-secondary-color', 'rgba(0,0,0,.18)'],
  ['splitter-border-color', 'rgba(0,0,0,.42)', 'rgba(255,255,255,.42)'],
  ['status-error-background', 'rgba(249,235,235,1)', 'rgba(58,29,29,1)'],
  ['status-error-foreground', 'rgba(205,74,69,1)'],
  ['status-error-strong', 'rgba(168,0,0,1)'],
  ['status-error-text', 'rgba(218,10,0,1)', 'rgba(241,112,123,1)'],
  ['status-info-foreground', 'rgba(0,120,212,1)'],
  ['status-success-background', 'rgba(223,246,221,1)', 'rgba(29,58,32,1)'],
  ['status-success-foreground', 'rgba(16,124,16,1)'],
  ['status-warning-background', 'rgba(251,242,236,1)', 'rgba(61,47,20,1)'],
  ['status-warning-icon-foreground', 'rgba(177,133,37,1)', 'rgba(255,193,83,1)'],
  ['status-warning-text', 'rgba(184,94,6,1)', 'rgba(245,160,80,1)'],
  ['text-disabled-color', 'rgba(0,0,0,.38)', 'rgba(255,255,255,.5)'],
  ['text-on-communication-background', 'rgba(255,255,255,1)'],
  ['text-primary-color', 'rgba(0,0,0,.9)', 'rgba(255,255,255,1)'],
  ['text-secondary-color', 'rgba(0,0,0,.55)', 'rgba(255,255,255,.7)'],
  ['third-party-icon-filter', 'none'],
];
