// Where the focus goes when what had it vanishes or something opens, and where it is left to whoever has it.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, render, screen } from '@testing-library/react';
import { keepFocus } from '../../hub/kept-focus.ts';
import { Section } from '../../hub/section.tsx';

let hasFocus: boolean;
let stop: () => void;
const focus = jest.spyOn(HTMLElement.prototype, 'focus');

beforeEach(() => {
  hasFocus = true;
  document.hasFocus = () => hasFocus;
  document.body.innerHTML =
    '<main><h1 data-title>Page</h1><section><h2>Card</h2><button>Do it</button></section></main>';
  stop = keepFocus(document);
});

afterEach(() => {
  stop();
  cleanup();
  document.body.innerHTML = '';
});

const button = (): HTMLElement => screen.getByRole('button', { name: 'Do it' });
const settled = () => act(() => Promise.resolve());
const focused = () => document.activeElement?.textContent;
const vanish = async () => {
  button().remove();
  await settled();
};

describe('a button with the focus that vanishes', () => {
  it.each([
    ['keydown', false],
    ['pointerdown', true],
    ['wheel', true],
  ])(
    'gives it to the heading of its card, after %s with the place on the page kept: %s',
    async (input, preventScroll) => {
      button().focus();
      document.body.dispatchEvent(new Event(input, { bubbles: true }));
      await vanish();
      expect(focused()).toBe('Card');
      expect(focus).toHaveBeenLastCalledWith({ preventScroll });
    },
  );

  it('gives it to nobody here while somebody types outside', async () => {
    button().focus();
    hasFocus = false;
    await vanish();
    expect(document.activeElement).toBe(document.body);
  });

  it('gives it to nobody where somebody had left it before', async () => {
    button().focus();
    button().blur();
    await settled();
    await vanish();
    expect(document.activeElement).toBe(document.body);
  });

  it('gives it on where a browser tells that it loses the focus while it is taken away', async () => {
    button().focus();
    button().dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
    await vanish();
    expect(focused()).toBe('Card');
  });
});

describe('a card that opens once its answer has come', () => {
  beforeEach(() => {
    Object.assign(navigator, { userActivation: { hasBeenActive: true } });
  });
  afterEach(() => {
    Object.assign(navigator, { userActivation: undefined });
  });
  const open = (opener: Element | null) =>
    render(
      <Section title="Report" takesFocus={true} opener={opener}>
        <p>Good</p>
      </Section>,
    );

  it('takes the focus from where it was when it was asked for, and from a heading that got it meanwhile', () => {
    button().focus();
    open(button());
    expect(focused()).toBe('Report');
    cleanup();
    const title = screen.getByRole('heading', { name: 'Page' });
    title.tabIndex = -1;
    title.focus();
    open(button());
    expect(focused()).toBe('Report');
  });

  it('leaves it to whoever has gone on meanwhile', () => {
    button().focus();
    open(document.body);
    expect(focused()).toBe('Do it');
  });
});
