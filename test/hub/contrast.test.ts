// How a frame knows a theme of high contrast, and what it tells azure-devops-ui then.
import { describe, expect, it } from '@jest/globals';
import { contrastOf, followContrast } from '../../hub/contrast.ts';
import { themeData } from '../../sandbox/portal/page/theme.ts';

describe('high contrast', () => {
  it.each([
    [themeData('light'), null],
    [themeData('dark'), null],
    [themeData('contrast'), 'dark'],
    [{ 'background-color': '#000' }, 'dark'],
    [{ 'background-color': 'rgb(255, 255, 255)', 'text-primary-color': 'rgba(0, 0, 0, 1)' }, 'light'],
    [{ 'background-color': 'rgba(255,255,255,1)', 'text-primary-color': 'rgba(0,0,0,.9)' }, null],
    [{}, null],
  ])('is seen in the colours of the theme (case %#)', (variables, contrast) => {
    expect(contrastOf(variables)).toBe(contrast);
  });

  it('comes and goes with the theme, and leaves other classes of the page alone', () => {
    document.body.className = 'own';
    followContrast(window);
    const apply = (detail: object) => window.dispatchEvent(new CustomEvent('themeApplied', { detail }));
    apply(themeData('contrast'));
    expect(document.body.className).toBe('own ms-vss-web-vsts-theme-hc-dark');
    apply(themeData('dark'));
    expect(document.body.className).toBe('own');
  });
});
