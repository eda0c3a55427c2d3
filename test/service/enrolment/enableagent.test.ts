// The real enableagent.sh, run by bash as the extension's handler runs it.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { linuxScript } from '../../../service/enrolment/script.ts';
import { missingTool, packageFile, StubMachine } from './stub-machine.ts';

const missing = missingTool();
const whereItRuns = missing === null ? describe : describe.skip;
const secrets = ['.agent', '.credentials', '.credentials_rsaparams', '.env'];

whereItRuns(`enableagent.sh${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let machine: StubMachine;
  beforeEach(async () => {
    machine = await new StubMachine().open();
  });
  afterEach(async () => {
    await machine.close();
  });

  const image = (text: string) => writeFileSync(join(machine.etc, 'profile.d', 'agent_env_vars.sh'), text);
  const expectFailure = async (words: string, parameters?: string[]) => {
    const outcome = await machine.run(parameters);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout + outcome.stderr).toContain(words);
    expect(outcome.stdout + outcome.stderr).toContain('weir: enrolment failed');
    for (const name of secrets) expect([name, machine.has(name)]).toEqual([name, false]);
    expect(machine.has('started')).toBe(false);
    return outcome;
  };

  it('makes the machine an agent and is done while the agent still runs', async () => {
    const outcome = await machine.run();
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'weir: agent agents-3-1 of pool linux was started\n' });
    const started = await machine.started();
    expect(started).toContain('arguments: --once\n');
    expect(started).toContain(`folder: ${machine.root}\n`);
    expect(/^files: (.*)$/m.exec(started)?.[1]).toContain(
      '.agent .capabilities .credentials .credentials_rsaparams .env .setup_info',
    );
    for (const [name, text] of Object.entries(machine.answer.files as Record<string, string>)) {
      expect([name, machine.read(name), machine.mode(name)]).toEqual([name, text, '600']);
    }
    expect(existsSync(join(machine.folder, 'work'))).toBe(true);
    expect(machine.read('probed')).toBe('run --version\n');
    expect(machine.read('.env')).not.toMatch(/^(HOME|WEIR|VSTS)/m);
    expect(machine.read('.env')).toMatch(/^PATH=/m);
  });

  it('claims with the attested document of the nonce, and says what the machine is', async () => {
    await machine.run();
    expect(machine.seen.map((one) => `${one.method} ${one.target.split('?')[0] ?? ''}`)).toEqual([
      'POST /v1/enrolment/nonce',
      'GET /metadata/attested/document',
      'POST /v1/enrolment/claims',
    ]);
    expect(machine.claims()).toMatchObject([
      {
        document: { encoding: 'pkcs7', signature: 'c2lnbmVk' },
        nonce: '0123456789',
        osDescription: expect.stringMatching(/^Linux /),
        reported: { forbiddenVariables: [], workFolderVariable: null },
      },
    ]);
  });

  it('does nothing where .agent exists', async () => {
    writeFileSync(join(machine.root, '.agent'), 'kept');
    expect(await machine.run()).toMatchObject({ exitCode: 0, stdout: 'weir: this machine is an agent already\n' });
    expect(machine.read('.agent')).toBe('kept');
    expect(machine.seen).toEqual([]);
  });

  it('keeps the agent where the pool keeps it', async () => {
    machine.answer.runOnce = false;
    await machine.run();
    expect(await machine.started()).toContain('arguments: \n');
  });

  it('honours the work folder and the proxy of the image, and unsets and reports every other variable of the agent', async () => {
    machine.environment.VSTS_AGENT_INPUT_URL = 'https://evil.example.com';
    machine.environment.vsts_agent_input_token = 'secret-token';
    image(`
      export VSTS_AGENT_INPUT_WORK='/data/a b;c'
      export VSTS_AGENT_INPUT_PROXYURL='${machine.address}' VSTS_AGENT_INPUT_PROXYUSERNAME='us:er' VSTS_AGENT_INPUT_PROXYPASSWORD='p@ss$(x)'
      export VSTS_AGENT_INPUT_DEPLOYMENTGROUP=true VSTS_AGENT_INPUT_AGENT=same JAVA_HOME=/opt/java SEVERAL=$'two\\nlines'
    `);
    const outcome = await machine.run();
    expect(outcome.exitCode).toBe(0);
    const [claim] = machine.claims() as [{ reported: { forbiddenVariables: string[]; workFolderVariable: string } }];
    expect(claim.reported.workFolderVariable).toBe('/data/a b;c');
    expect([...claim.reported.forbiddenVariables].sort()).toEqual([
      'VSTS_AGENT_INPUT_AGENT',
      'VSTS_AGENT_INPUT_DEPLOYMENTGROUP',
      'VSTS_AGENT_INPUT_TOKEN',
      'VSTS_AGENT_INPUT_URL',
    ]);
    expect(outcome.stdout).toContain('VSTS_AGENT_INPUT_DEPLOYMENTGROUP');
    expect(outcome.stdout + outcome.stderr).not.toMatch(/secret-token|evil|p@ss/);
    const [nonce, imds] = machine.seen;
    expect(nonce?.target).toBe(`${machine.address}/v1/enrolment/nonce`);
    expect(nonce?.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('us:er:p@ss$(x)').toString('base64')}`);
    expect(imds?.target).toMatch(/^\/metadata/);
    const started = await machine.started();
    expect(started).not.toMatch(/VSTS_AGENT_INPUT/i);
    expect(machine.read('.env').split('\n')).toEqual(
      expect.arrayContaining([
        'JAVA_HOME=/opt/java',
        `VSTS_HTTP_PROXY=${machine.address}`,
        'VSTS_HTTP_PROXY_USERNAME=us:er',
        'VSTS_HTTP_PROXY_PASSWORD=p@ss$(x)',
        'VSO_AGENT_IGNORE=VSTS_HTTP_PROXY_USERNAME,VSTS_HTTP_PROXY_PASSWORD',
      ]),
    );
    expect(machine.read('.env')).not.toContain('SEVERAL');
  });

  it('reads /etc/environment as text, never as a command', async () => {
    writeFileSync(
      join(machine.etc, 'environment'),
      [
        '# a comment',
        'PLAIN=one two',
        `QUOTED="a b"`,
        `export RAN=$(touch ${machine.root}/ran)`,
        'IFS=x',
        'UID=7',
        'VSTS_AGENT_INPUT_WORK=w',
        'no sign',
      ].join('\r\n'),
    );
    expect((await machine.run()).exitCode).toBe(0);
    const lines = machine.read('.env').split('\n');
    expect(lines).toEqual(expect.arrayContaining(['PLAIN=one two', 'QUOTED=a b', `RAN=$(touch ${machine.root}/ran)`]));
    expect(machine.has('ran')).toBe(false);
    expect(machine.claims()).toMatchObject([{ reported: { workFolderVariable: 'w' } }]);
  });

  it('installs libraries only where the agent does not start without, and prints nothing but ASCII', async () => {
    writeFileSync(join(machine.root, 'broken'), '');
    machine.answer.warnings = ['caf\u00e9 \u2603'];
    const outcome = await machine.run();
    expect(outcome.exitCode).toBe(0);
    expect(machine.has('installed')).toBe(true);
    expect(outcome.stdout).toContain('weir: caf ');
    expect(outcome.stdout).not.toMatch(/[^\t\n\x20-\x7e]/);
  });

  it('downloads the package through the proxy where the extension brought none', async () => {
    rmSync(join(machine.root, packageFile));
    (machine.answer.package as Record<string, string>).downloadUrl = `${machine.address}/${packageFile}`;
    image(`export VSTS_AGENT_INPUT_PROXYURL='${machine.address}'`);
    expect((await machine.run()).exitCode).toBe(0);
    expect(machine.seen.at(-1)?.target).toBe(`${machine.address}/${packageFile}`);
    expect(await machine.started()).toContain('arguments: --once');
  });

  it('takes the default where the work folder cannot be made, leads elsewhere, or is no work folder', async () => {
    const folders = {
      file: join(machine.folder, 'file', 'work'),
      link: join(machine.folder, 'link'),
      dots: `${machine.folder}/../../etc`,
      text: '/tmp/$(touch x)',
    };
    writeFileSync(join(machine.folder, 'file'), '');
    symlinkSync('/etc', folders.link);
    for (const folder of Object.values(folders)) {
      for (const name of ['.agent', 'started']) rmSync(join(machine.root, name), { force: true });
      machine.answer.workFolder = folder;
      const outcome = await machine.run();
      expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('cannot be used') });
      expect(JSON.parse(machine.read('.agent'))).toEqual({
        agentId: 7,
        agentName: 'agents-3-1',
        workFolder: join(machine.folder, 'default-work'),
      });
      const told = JSON.parse(machine.read('.setup_info')) as { readonly group: string; readonly detail: string }[];
      expect(told).toMatchObject([{ group: 'Weir: warning', detail: expect.stringContaining('cannot be used') }]);
      expect(machine.read('.capabilities')).toMatch(/\nWeir\.WorkFolderUnusable=\S+work\n$/);
    }
  });

  it('starts the agent as a unit of its own where systemd runs', async () => {
    const bin = join(machine.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'systemd-run'), `#!/bin/bash\nprintf '%s\\n' "$@" > "${machine.folder}/unit"\n`);
    chmodSync(join(bin, 'systemd-run'), 0o755);
    machine.environment.PATH = `${bin}:${process.env.PATH ?? ''}`;
    machine.environment.WEIR_TEST_SYSTEMD = bin;
    expect((await machine.run()).exitCode).toBe(0);
    const unit = readFileSync(join(machine.folder, 'unit'), 'utf8').split('\n');
    expect(unit).toEqual(
      expect.arrayContaining([
        '--unit=weir-agent',
        '--property=KillMode=process',
        `--property=WorkingDirectory=${machine.root}`,
      ]),
    );
    expect(unit.slice(-4)).toEqual(['/bin/bash', `${machine.root}/run.sh`, '--once', '']);
  });

  it('asks again while the service refuses for a while, and gives up at once where it is final', async () => {
    machine.claimStatuses = [403, 429, 503];
    expect((await machine.run()).exitCode).toBe(0);
    expect(machine.seen.filter((one) => one.target === '/v1/enrolment/nonce')).toHaveLength(4);
  });

  it.each([400, 409, 410, 501])('gives up at once on %i', async (status) => {
    machine.claimStatuses = [status];
    await expectFailure('claim: CLAIM_TEST: This machine may not enrol.');
    expect(machine.claims()).toHaveLength(1);
  });

  it('asks again while the metadata service is being updated or is busy', async () => {
    machine.metadataStatuses = [410, 429, 503];
    expect((await machine.run()).exitCode).toBe(0);
    expect(machine.seen.filter((one) => one.target === '/v1/enrolment/nonce')).toHaveLength(4);
  });

  it('gives up at once where the metadata service refuses the question', async () => {
    machine.metadataStatuses = [400, 400];
    await expectFailure('claim: the metadata service answered 400');
    expect(machine.metadataStatuses).toEqual([400]);
  });

  it('gives up after twelve tries', async () => {
    machine.claimStatuses = Array.from({ length: 20 }, () => 403);
    await expectFailure('CLAIM_TEST');
    expect(machine.claims()).toHaveLength(12);
  });

  it('claims nothing where the package is another one', async () => {
    await expectFailure(
      'not the one that Weir named',
      machine.parameters({ '--weir-package-sha256': 'ab'.repeat(32) }),
    );
    expect(machine.seen).toEqual([]);
  });

  it('leaves nothing where the agent cannot be started, or the profile of the image ends the script', async () => {
    const bin = join(machine.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'systemd-run'), '#!/bin/bash\nexit 1\n');
    chmodSync(join(bin, 'systemd-run'), 0o755);
    machine.environment.PATH = `${bin}:${process.env.PATH ?? ''}`;
    machine.environment.WEIR_TEST_SYSTEMD = bin;
    await expectFailure('failed');
    image('exit 0');
    await expectFailure('enrolment failed');
  });

  it('leaves nothing where the service sends other files, or no address for a missing package', async () => {
    const files = machine.answer.files as Record<string, string>;
    machine.answer.files = { ...files, '../../etc/passwd': 'x' };
    await expectFailure('other files');
    machine.answer.files = files;
    rmSync(join(machine.root, packageFile));
    (machine.answer.package as Record<string, string>).downloadUrl = 'file:///etc/passwd';
    await expectFailure('address of the agent package');
    (machine.answer.package as Record<string, string>).downloadUrl = `${machine.address}/moved`;
    await expectFailure('302');
  });

  it.each([
    [['https://dev.azure.com/fabrikam', 'pool', 'token'], 'unknown parameter'],
    [['--weir-url'], 'has no value'],
    [
      ['--weir-url', 'http://weir.example.com', '--weir-package', 'a', '--weir-package-sha256', 'ab'.repeat(32)],
      'https address',
    ],
    [
      ['--weir-url', 'https://weir.example.com', '--weir-package', '../a', '--weir-package-sha256', 'ab'.repeat(32)],
      'file name',
    ],
    [['--weir-url', 'https://weir.example.com', '--weir-package', 'a', '--weir-package-sha256', 'x'], '64 hex digits'],
  ])('fails on the parameters %j, as when another script of the extension is given ours', async (parameters, words) => {
    const outcome = await machine.run(parameters);
    expect(outcome).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(words) });
    expect(machine.seen).toEqual([]);
  });
});

describe('the text of enableagent.sh', () => {
  it('is ASCII, has no eval, and no secret in any argument', () => {
    expect(linuxScript.text).not.toMatch(/[^\t\n\x20-\x7e]/);
    expect(linuxScript.text).not.toMatch(/\beval\b/);
  });

  const hasShellcheck = spawnSync('sh', ['-c', 'command -v shellcheck']).status === 0;
  (hasShellcheck ? it : it.skip)(
    `has nothing that shellcheck finds${hasShellcheck ? '' : ' (skipped: shellcheck is not installed)'}`,
    () => {
      const found = spawnSync('shellcheck', ['-s', 'bash', '-'], { input: linuxScript.text });
      expect(found.stdout.toString()).toBe('');
    },
  );
});
