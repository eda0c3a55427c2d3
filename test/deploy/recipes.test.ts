// Nobody deploys in a test, so what the recipes promise is held against the sources: paths, addresses and names of variables.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { routes } from '../../contract/routes.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

describe('the recipe of the container', () => {
  const recipe = read('deploy/container/Dockerfile');

  it('builds the bundle that the package tests start, and starts it on a mounted file', () => {
    const webpack = read('webpack.config.mjs');
    expect(recipe).toContain('--config-name service');
    expect(webpack).toContain("here('dist/service')");
    expect(webpack).toContain("entry: { weir: here('cli/service.ts') }");
    expect(recipe).toContain('COPY --from=bundle --chown=root:root /weir/dist/service /weir');
    expect(recipe).toContain('ENTRYPOINT ["node", "/weir/weir.mjs", "start", "--config", "/config/weir.yaml"]');
  });

  it('does not run as root, and asks the address that says whether the process lives', () => {
    expect(recipe.slice(recipe.lastIndexOf('FROM '))).toMatch(/^USER node$/m);
    expect(recipe).toContain(`http://127.0.0.1:8080${routes.health}`);
  });
});

describe('the recipe for Container Apps', () => {
  const bicep = read('deploy/main.bicep');

  it('probes the addresses of the contract and names the variable that the service reads', () => {
    const probed = [...bicep.matchAll(/path: '(\/[a-z]+)'/g)].map((match) => match[1]);
    expect(probed).toEqual([routes.health, routes.ready]);
    expect(bicep).toContain("name: 'WEIR_DATABASE_URL'");
    expect(read('service/config.ts')).toContain('WEIR_DATABASE_URL');
  });

  it('keeps the configuration and the password out of plain settings', () => {
    for (const parameter of ['weirYaml', 'databasePassword']) {
      expect(bicep).toMatch(new RegExp(`@secure\\(\\)\\n(@minLength\\(16\\)\\n)?param ${parameter} string`));
    }
  });
});
