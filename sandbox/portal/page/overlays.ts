// What the host shows on behalf of an extension: toasts, banners and a message dialog. Text stays text.
import { element } from './element.ts';

export interface Overlays {
  toast(message: string, durationMs: number): void;
  /** Resolves with what the person chose; closing it by Escape means no. */
  ask(message: string, title: string): Promise<boolean>;
}

export function createOverlays(root: HTMLElement): Overlays {
  const toasts = element('div', { class: 'toasts', role: 'status' });
  root.append(toasts);
  return {
    toast(message, durationMs) {
      const toast = element('div', { class: 'toast' }, message);
      toasts.append(toast);
      setTimeout(() => toast.remove(), durationMs);
    },
    ask: (message, title) =>
      new Promise((resolve) => {
        const dialog = element('dialog', { 'aria-labelledby': 'dialog-title' });
        const close = (isYes: boolean) => () => {
          dialog.remove();
          resolve(isYes);
        };
        const yes = element('button', { class: 'primary', type: 'button' }, 'OK');
        const no = element('button', { type: 'button' }, 'Cancel');
        yes.addEventListener('click', close(true));
        no.addEventListener('click', close(false));
        dialog.addEventListener('cancel', close(false));
        dialog.append(element('h2', { id: 'dialog-title' }, title), element('p', {}, message), yes, no);
        root.append(dialog);
        dialog.showModal();
      }),
  };
}
