// weir.yaml as a person writes it: the example is accepted, and every mistake is told at its line, all at once.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { WeirFile } from '../../contract/weir-file.ts';
import { readConfig, type ServiceConfiguration } from '../../service/config.ts';
import { subscriptionUse } from '../../service/main.ts';
import { problemsOf, scaleSet, whole } from './written-config.ts';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'weir-config-'))));
afterEach(() => rm(folder, { recursive: true }));

const read = async (text: string, environment: Record<string, string> = {}): Promise<ServiceConfiguration> => {
  const file = join(folder, 'weir.yaml');
  await writeFile(file, text);
  return readConfig(file, environment);
};

/** Code and place of each problem, as `CODE line:column (field)`. */
const refuse = async (text: string, environment: Record<string, string> = {}): Promise<readonly string[]> => {
  const problems = await problemsOf(() => read(text, environment));
  return problems.map((problem) => `${problem.code} ${(problem.field ?? '').replace(/^.*?yaml:?/, '')}`.trim());
};

describe('a configuration that is accepted', () => {
  it('is the example, as it stands and without any variable', async () => {
    const configuration = await readConfig('weir.example.yaml', {});
    expect(configuration.pools.map((pool) => [pool.name, pool.organization, pool.profile.kind])).toEqual([
      ['linux', 'https://dev.azure.com/fabrikam', 'stateless'],
      ['mixed', 'https://dev.azure.com/fabrikam', 'stateless'],
      ['windows', 'https://dev.azure.com/fabrikam', 'stateful'],
    ]);
    expect(configuration.databaseUrl).toBeNull();
    const example = parse(await readFile('weir.example.yaml', 'utf8')) as object;
    expect(
      new Ajv({ strict: true, allowUnionTypes: true }).validate(
        JSON.parse(JSON.stringify(WeirFile)) as object,
        example,
      ),
    ).toBe(true);
  });

  it('is the example with what it keeps in comments, too', async () => {
    const example = await readFile('weir.example.yaml', 'utf8');
    const secret = join(folder, 'database-url');
    await writeFile(secret, 'postgres://weir\n', { mode: 0o600 });
    const text = example
      .replace(/^# (tls|database): /gm, '$1: ')
      .replace('secrets/database-url', secret)
      .replace(/\n +identity: \{ kind: managedIdentity.*/g, '')
      .replace(/\n +# identity: \{ kind: workloadIdentity \}/, '')
      .replace(/^( +)# (identity:|  kind|  tenantId|  clientId|  clientSecret)/gm, '$1$2');
    const configuration = await read(text, { WEIR_PAT: 'p', WEIR_AZURE_SECRET: 's' });
    expect(configuration.databaseUrl).toBe('postgres://weir');
    expect(configuration.tls?.certFile).toBe(join(folder, 'tls/cert.pem'));
    expect(configuration.organizations[0]?.identity).toEqual({ kind: 'personalAccessToken', token: 'p' });
    expect(configuration.subscriptions[0]?.identity).toMatchObject({ kind: 'clientSecret', clientSecret: 's' });
  });

  it('needs little, and takes the rest from defaults and the environment', async () => {
    const configuration = await read(whole, { WEIR_DATABASE_URL: 'postgres://elsewhere' });
    expect(configuration).toMatchObject({
      publicUrl: 'https://weir.example.com',
      listen: { host: '127.0.0.1', port: 8080 },
      tls: null,
      databaseUrl: 'postgres://elsewhere',
      dataFolder: join(folder, '.weir'),
      hubOrigins: [],
    });
    expect(configuration.pools[0]).toMatchObject({ organization: 'https://dev.azure.com/fabrikam', maxCapacity: 10 });
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['missing', 'nowhere.yaml', 'there is no such file'],
    ['a folder', '', 'it is a folder'],
  ])('%s', async (_what, name, words) => {
    const problems = await problemsOf(() => readConfig(join(folder, name), {}));
    expect(problems.map((problem) => problem.code)).toEqual(['CONFIG_READ']);
    expect(problems[0]?.nextStep).toContain('weir.example.yaml');
    expect(problems[0]?.message).toContain(`cannot be read: ${words}.`);
  });

  it('too long', async () => expect(await refuse(`# ${'x'.repeat(300_000)}`)).toEqual(['CONFIG_READ']));

  it.each([
    ['a tab', 'listen:\n\thost: x\n', 'CONFIG_YAML 2:1'],
    ['bad indent', `${whole}   x: 1\n`, 'CONFIG_YAML 12:1'],
    ['a function', 'publicUrl: !!js/function "x"\n', 'CONFIG_TAG 1:12'],
    ['a field twice', `publicUrl: https://a.example\n${whole}`, 'CONFIG_DUPLICATE 2:1'],
    ['an alias without anchor', 'publicUrl: *x\n', 'CONFIG_ALIAS'],
    ['two documents', `${whole}---\n${whole}`, 'CONFIG_YAML'],
  ])('%s', async (_what, text, problem) => expect((await refuse(text))[0]).toContain(problem));

  it('a bomb of aliases', async () => {
    const level = (name: string, of: string) =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(', ')}]\n`;
    const bomb = level('a', 'x') + level('b', '*a') + level('c', '*b') + level('d', '*c');
    expect(await refuse(bomb)).toEqual(['CONFIG_ALIAS']);
  });

  it('empty, or a list', async () => {
    expect((await refuse(''))[0]).toContain('WRONG_TYPE');
    expect((await refuse('- a\n'))[0]).toContain('WRONG_TYPE');
  });
});

describe('fields that are wrong', () => {
  it('are told all at once, from top to bottom, with line and column', async () => {
    const text = whole
      .replace('publicUrl: https://weir.example.com/', 'publicURL: https://weir.example.com')
      .replace('kind: managedIdentity', 'kind: managedIdentitty')
      .replace('poolId: 7', 'poolId: seven\n    paused: yes\n    maxAgents: 3\n    desiredIdle: 12');
    expect(await refuse(text)).toEqual([
      'UNKNOWN_FIELD 1:1 (publicURL)',
      'FIELD_REQUIRED 1:1 (publicUrl)',
      'UNKNOWN_VALUE 4:17 (organizations[0].identity.kind)',
      'POOL_ID_INVALID 10:5 (pools[0].poolId)',
      'WRONG_TYPE 11:5 (pools[0].paused)',
      'UNKNOWN_FIELD 12:5 (pools[0].maxAgents)',
      'STANDBY_GT_MAX 13:5 (pools[0].desiredIdle)',
    ]);
    const problems = await problemsOf(() => read(text));
    const steps = problems.map((problem) => problem.nextStep);
    for (const meant of ['publicUrl', 'managedIdentity', 'maxCapacity'])
      expect(steps).toContain(`Did you mean ${meant}?`);
  });

  it.each<[string, string, string, string]>([
    ['no https', 'https://weir.example.com/', 'http://weir.example.com', 'PUBLIC_URL_INVALID 1:1 (publicUrl)'],
    ['a path', 'https://weir.example.com/', 'https://weir.example.com/weir', 'PUBLIC_URL_INVALID 1:1 (publicUrl)'],
    ['a port', 'organizations:', 'listen: { port: 80a }\norganizations:', 'PORT_INVALID 2:11 (listen.port)'],
    ['a port of 70000', 'organizations:', 'listen: { port: 70000 }\norganizations:', 'PORT_INVALID 2:11 (listen.port)'],
    ['an organisation', 'dev.azure.com', 'dev.azure.com.evil.io', 'ORG_URL_INVALID 3:5 (organizations[0].url)'],
    ['a subscription', '0001\n    identity', '01\n    identity', 'GUID_FORMAT 6:5 (subscriptions[0].id)'],
    ['no pools', 'pools:\n', 'pools: []\nunused:\n', 'FIELD_REQUIRED 8:1 (pools)'],
    ['half of TLS', 'organizations:', 'tls: { certFile: c }\norganizations:', 'FIELD_REQUIRED 2:1 (tls.keyFile)'],
    [
      'a field of another kind',
      'kind: default',
      'kind: default, clientId: x',
      'CONFIG_IDENTITY 7:32 (subscriptions[0].identity.clientId)',
    ],
  ])('%s', async (_what, from, to, problem) => expect(await refuse(whole.replace(from, to))).toContain(problem));

  it('and a pool that lies nowhere, or twice in one place', async () => {
    const other = `  - name: Linux\n    poolId: 7\n    scaleSet: ${scaleSet('A').toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/')}\n`;
    expect(await refuse(whole + other)).toEqual([
      'CONFIG_DUPLICATE 12:5 (pools[1].name)',
      'CONFIG_DUPLICATE 13:5 (pools[1].poolId)',
      'CONFIG_DUPLICATE 14:5 (pools[1].scaleSet)',
    ]);
    const foreign = `  - name: b\n    poolId: 8\n    organization: https://dev.azure.com/contoso\n    scaleSet: ${scaleSet('b', '00000000-0000-0000-0000-000000000009')}\n`;
    expect(await refuse(whole + foreign)).toEqual([
      'ORGANIZATION_UNKNOWN 14:5 (pools[1].organization)',
      'SUBSCRIPTION_UNKNOWN 15:5 (pools[1].scaleSet)',
    ]);
  });
});

describe('organisations of a subscription', () => {
  const two = whole.replace(
    'subscriptions:',
    `  - url: https://dev.azure.com/contoso\n    identity: { kind: default }\nsubscriptions:`,
  );
  const using = (organizations: string) =>
    two
      .replace('{ kind: default }\npools:', `{ kind: default }\n    organizations: ${organizations}\npools:`)
      .replace('poolId: 7', 'poolId: 7\n    organization: https://dev.azure.com/fabrikam');

  it('are all there are where there is one, and those that are named where there are several', async () => {
    expect((await read(whole)).subscriptions[0]?.organizations).toEqual(['https://dev.azure.com/fabrikam']);
    const configuration = await read(using('[https://dev.azure.com/Fabrikam/]'));
    const may = subscriptionUse(configuration);
    const id = '00000000-0000-0000-0000-000000000001';
    expect(['fabrikam', 'contoso'].map((name) => may(`https://dev.azure.com/${name}`, id))).toEqual([true, false]);
    expect(may('https://dev.azure.com/contoso', 'elsewhere')).toBe(true);
  });

  it.each([
    [
      'no word',
      two,
      ['FIELD_REQUIRED 8:5 (subscriptions[0].organizations)', 'FIELD_REQUIRED 11:5 (pools[0].organization)'],
    ],
    [
      'a stranger',
      using('[https://dev.azure.com/fabrikam, https://dev.azure.com/none]'),
      ['ORGANIZATION_UNKNOWN 10:53 (subscriptions[0].organizations[1])'],
    ],
    [
      'another one than that of the pool',
      using('[https://dev.azure.com/contoso]'),
      ['SUBSCRIPTION_OTHER_ORGANIZATION 15:5 (pools[0].scaleSet)'],
    ],
    [
      'an image of another one than that of the pool',
      using('[https://dev.azure.com/fabrikam]')
        .replace(
          '\npools:',
          '\n  - id: 00000000-0000-0000-0000-000000000002\n    identity: { kind: default }\n    organizations: [https://dev.azure.com/contoso]\npools:',
        )
        .concat(
          '    laneResourceGroup: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lanes\n' +
            '    images:\n      - aliases: [gold]\n        version: latest\n        source:\n' +
            '          id: /subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i\n',
        ),
      ['SUBSCRIPTION_OTHER_ORGANIZATION 24:11 (pools[0].images[0].source.id)'],
    ],
  ])('are refused with %s', async (_what, text, problems) => expect(await refuse(text)).toEqual(problems));
});

describe('secrets', () => {
  const withToken = (token: string) =>
    whole.replace('{ kind: managedIdentity }', `{ kind: personalAccessToken, token: ${token} }`);

  it('in the file itself are refused and never shown', async () => {
    const problems = await problemsOf(() => read(withToken('hunter2hunter2')));
    expect(problems.map((problem) => problem.code)).toEqual(['CONFIG_INLINE_SECRET']);
    expect(JSON.stringify(problems) + (problems[0]?.message ?? '')).not.toContain('hunter2');
    const database = `${whole}database: { url: "postgres://weir:hunter2@db/weir" }\n`;
    expect(await refuse(database)).toEqual(['CONFIG_INLINE_SECRET 12:13 (database.url)']);
  });

  it('come from a variable or a file', async () => {
    const token = (configuration: ServiceConfiguration) => configuration.organizations[0]?.identity;
    expect(token(await read(withToken('{ env: PAT }'), { PAT: 'x' }))).toEqual({
      kind: 'personalAccessToken',
      token: 'x',
    });
    const file = join(folder, 'pat');
    await writeFile(file, 'y\n', { mode: 0o600 });
    expect(token(await read(withToken('{ file: pat }')))).toEqual({ kind: 'personalAccessToken', token: 'y' });
    await chmod(file, 0o644);
    const [problem] = await problemsOf(() => read(withToken('{ file: pat }')));
    expect([problem?.code, problem?.nextStep]).toEqual(['SECRET_MODE', `chmod 600 ${file}`]);
    expect(problem?.message).toContain('0644');
  });

  it.each([
    ['a variable that is not set', '{ env: NONE }', 'SECRET_MISSING'],
    ['a file that is not there', '{ file: none }', 'SECRET_MISSING'],
    ['two places', '{ env: A, file: b }', 'CONFIG_SECRET'],
    ['no place', '{}', 'CONFIG_SECRET'],
    ['a variable with a dollar', '{ env: $PAT }', 'CONFIG_SECRET'],
  ])('%s', async (_what, token, code) => {
    expect(await refuse(withToken(token))).toEqual([expect.stringContaining(code)]);
  });
});
