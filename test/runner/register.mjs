// Tests import from `@jest/globals` whatever runs them; that package itself refuses outside of jest's own sandbox.
import { registerHooks } from 'node:module';

const globals = new URL('./node-globals.mjs', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context),
});
