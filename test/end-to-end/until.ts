// Waits for what another process does, and gives up: a loop without an end would outlive its test and keep jest alive.

/** Looks again every tenth of a second; after `seconds` it throws what it waited for. */
export async function until(what: string, seconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < seconds * 10; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`After ${seconds} s it is still not so that ${what}.`);
}

/** Makes assertions about what arrives later until they hold; after `seconds` it throws what was wrong last. */
export async function eventually(assertions: () => Promise<void> | void, seconds = 40): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await assertions();
      return;
    } catch (error) {
      if (tries >= seconds * 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
