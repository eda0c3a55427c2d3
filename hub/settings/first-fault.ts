// Where there is something to mend, that is where the keyboard goes.

/** To the control of the first row that says what is wrong; nowhere while none does. */
export function focusFirstFault(form: HTMLElement | null): void {
  const row = form?.querySelector('.weir-fault')?.closest<HTMLElement>('[data-field]');
  (row?.querySelector<HTMLElement>(control) ?? row)?.focus();
}

const control = 'input:not(:disabled), select:not(:disabled), textarea:not(:disabled)';
