// What `@jest/globals` stands for where tests run in bare Node: the globals that the light runner has set, with the limits in
// time that it does not know. A test that hangs must end with its name, not hold up everything behind it.
const usualMilliseconds = 120_000;

/** What was thrown where nobody waits for it: it fails the test that runs, or the next one, and never ends the run of all. */
const strays = [];
let failCurrent = (error) => void strays.push(error);

process.on('uncaughtException', (error) => {
  process.stderr.write(
    `Nobody waited for this: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  failCurrent(error);
});

/** Milliseconds as `testTimeout` of jest: after them the test or hook has failed, whatever it still does. */
function within(milliseconds, name, run) {
  return async (...args) => {
    let timer;
    const late = new Promise((_, reject) => {
      const words = `"${name}" took longer than ${String(milliseconds / 1000)} s.`;
      timer = setTimeout(() => reject(new Error(words)), milliseconds);
      failCurrent = reject;
      if (strays.length > 0) reject(strays.splice(0)[0]);
    });
    try {
      return await Promise.race([Promise.resolve().then(() => run(...args)), late]);
    } finally {
      clearTimeout(timer);
      failCurrent = (error) => void strays.push(error);
    }
  };
}

function limited(register) {
  const limit = (name, run, milliseconds = usualMilliseconds) => register(name, within(milliseconds, name, run));
  limit.each = (...table) => {
    const registerEach = register.each(...table);
    return (name, run, milliseconds = usualMilliseconds) => registerEach(name, within(milliseconds, name, run));
  };
  return limit;
}

const limitedHook =
  (register, name) =>
  (run, milliseconds = usualMilliseconds) =>
    register(within(milliseconds, name, run));

export const { describe, expect, jest } = globalThis;
export const it = Object.assign(limited(globalThis.it), { skip: globalThis.it.skip });
export const beforeAll = limitedHook(globalThis.beforeAll, 'beforeAll');
export const beforeEach = limitedHook(globalThis.beforeEach, 'beforeEach');
export const afterAll = limitedHook(globalThis.afterAll, 'afterAll');
export const afterEach = limitedHook(globalThis.afterEach, 'afterEach');
