// High contrast: azure-devops-ui draws thicker borders and rings under a class of the body that the pages of Azure DevOps
// have themselves and a frame has to set. The host sends a frame colours only, so the theme is known by them.

type Variables = Readonly<Record<string, string>>;

const classes = { dark: 'ms-vss-web-vsts-theme-hc-dark', light: 'ms-vss-web-vsts-theme-hc-light' } as const;

/** Null where the theme is an ordinary one: those have no pure black and no opaque black text. */
export function contrastOf(variables: Variables): keyof typeof classes | null {
  if (isColour(variables['background-color'], '0,0,0')) return 'dark';
  const isWhite = isColour(variables['background-color'], '255,255,255');
  return isWhite && isColour(variables['text-primary-color'], '0,0,0') ? 'light' : null;
}

/** From the first theme on, which comes with the handshake: to be called before it. */
export function followContrast(page: Window): void {
  page.addEventListener('themeApplied', (event) => {
    const variables: unknown = event instanceof CustomEvent ? event.detail : null;
    const contrast = contrastOf((variables ?? {}) as Variables);
    for (const [name, className] of Object.entries(classes))
      page.document.body.classList.toggle(className, name === contrast);
  });
}

/** Opaque, in the ways that a theme may write it. */
function isColour(written: string | undefined, channels: string): boolean {
  const plain = (written ?? '').replaceAll(/\s/g, '').toLowerCase();
  const hex = channels === '0,0,0' ? ['#000', '#000000'] : ['#fff', '#ffffff'];
  return [`rgb(${channels})`, `rgba(${channels},1)`, `rgba(${channels},1.0)`, ...hex].includes(plain);
}
