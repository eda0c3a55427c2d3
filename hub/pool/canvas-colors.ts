// Colours for what is painted: a canvas knows neither the variables of the page nor the colours of the system by name.

/** Each is asked of an element that wears it, so that a theme and forced colours count. */
export function colorsOf(mount: Element): (name: string) => string {
  return (name) => {
    const probe = document.createElement('span');
    probe.style.setProperty('forced-color-adjust', 'none');
    probe.style.color = `var(${name})`;
    mount.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

/** Tells when what was painted has the wrong colours; gives what ends it. */
export function onColorsChanged(listener: () => void): () => void {
  const forced = window.matchMedia('(forced-colors: active)');
  window.addEventListener('themeApplied', listener);
  forced.addEventListener('change', listener);
  return () => {
    window.removeEventListener('themeApplied', listener);
    forced.removeEventListener('change', listener);
  };
}
