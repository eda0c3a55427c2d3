// What the real enableagent.sh does while the machine is being reimaged: it ends, and a detached copy goes on.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { missingTool, packageFile, StubMachine } from './stub-machine.ts';

const missing = missingTool();
const whereItRuns = missing === null ? describe : describe.skip;
const waiting = 'weir: the machine is being reimaged; enrolment goes on by itself\n';
const secrets = ['.agent', '.credentials', '.credentials_rsaparams', '.env'];
const hasFlock = spawnSync('sh', ['-c', 'command -v flock']).status === 0;
const password = 'p@ss$(x) "q"';

whereItRuns(
  `enableagent.sh while the machine is being reimaged${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    let machine: StubMachine;
    beforeEach(async () => {
      machine = await new StubMachine().open();
      machine.environment.WEIR_TEST_PAUSE = '0.1';
    });
    afterEach(async () => {
      await machine.close();
    });

    const image = (text: string) => writeFileSync(join(machine.etc, 'profile.d', 'agent_env_vars.sh'), text);
    const staged = () => readdirSync(machine.root).filter((name) => name.startsWith('.weir.'));
    const log = () => (machine.has('enableagent.log') ? machine.read('enableagent.log') : '');
    const statuses = (count: number) => Array.from({ length: count }, () => 425);
    /** Starts what it is given as systemd does: detached, and with none of the caller's environment. */
    const withSystemd = () => {
      const bin = join(machine.folder, 'bin');
      mkdirSync(bin);
      writeFileSync(
        join(bin, 'systemd-run'),
        [
          '#!/bin/bash',
          `printf '%s\\n' "$@" '' >> "${machine.folder}/units"`,
          'for word in "$@"; do if [[ "$word" == -* ]]; then shift; else break; fi; done',
          'mapfile -t ours < <(env | grep ^WEIR_TEST_)',
          'setsid env -i PATH=/usr/bin:/bin "${ours[@]}" "$@" < /dev/null > /dev/null 2>&1 9>&- &',
          '',
        ].join('\n'),
      );
      chmodSync(join(bin, 'systemd-run'), 0o755);
      machine.environment.PATH = `${bin}:${process.env.PATH ?? ''}`;
      machine.environment.WEIR_TEST_SYSTEMD = bin;
    };

    it('succeeds at once, and the agent starts when the reimage is over', async () => {
      machine.claimStatuses = statuses(2);
      expect(await machine.run()).toEqual({ exitCode: 0, stdout: waiting, stderr: '' });
      expect(machine.has('.agent')).toBe(false);
      const started = await machine.started();
      expect(started).toContain('arguments: --once\n');
      expect(/^files: (.*)$/m.exec(started)?.[1]).toContain(
        '.agent .capabilities .credentials .credentials_rsaparams .env .setup_info',
      );
      for (const [name, text] of Object.entries(machine.answer.files as Record<string, string>)) {
        expect([name, machine.read(name), machine.mode(name)]).toEqual([name, text, '600']);
      }
      expect(machine.claims()).toHaveLength(3);
      expect(machine.read('probed')).toBe('run --version\n');
      await machine.until(() => staged().length === 0);
      expect(staged()).toEqual([]);
      expect(log()).toBe('weir: agent agents-3-1 of pool linux was started\n');
    });

    it.each(['a process of its own', 'a unit of systemd with an empty environment'])(
      'keeps what was staged in %s: work folder, proxy, forbidden names and the environment of the image',
      async (where) => {
        if (where.startsWith('a unit')) withSystemd();
        machine.claimStatuses = statuses(2);
        image(`
        export VSTS_AGENT_INPUT_WORK=$'/data/a b;c\\nd' VSTS_AGENT_INPUT_TOKEN=secret-token VSTS_AGENT_INPUT_URL=x
        export VSTS_AGENT_INPUT_PROXYURL='${machine.address}' VSTS_AGENT_INPUT_PROXYUSERNAME='us:er'
        export VSTS_AGENT_INPUT_PROXYPASSWORD='${password}' JAVA_HOME='/opt/java 17' SEVERAL=$'two\\nlines'
      `);
        expect(await machine.run()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(waiting) });
        const started = await machine.started();
        const claims = machine.claims();
        expect(claims).toHaveLength(3);
        expect(claims[2]?.reported).toEqual(claims[0]?.reported);
        expect(claims[2]).toMatchObject({
          reported: {
            forbiddenVariables: ['VSTS_AGENT_INPUT_TOKEN', 'VSTS_AGENT_INPUT_URL'],
            workFolderVariable: '/data/a b;c\nd',
          },
        });
        const nonces = machine.seen.filter((one) => one.target === `${machine.address}/v1/enrolment/nonce`);
        expect(nonces.map((one) => one.headers['proxy-authorization'])).toEqual(
          Array.from({ length: 3 }, () => `Basic ${Buffer.from(`us:er:${password}`).toString('base64')}`),
        );
        expect(machine.read('.env').split('\n')).toEqual(
          expect.arrayContaining(['JAVA_HOME=/opt/java 17', `VSTS_HTTP_PROXY_PASSWORD=${password}`]),
        );
        expect(started).not.toMatch(/VSTS_AGENT_INPUT/i);
        expect(log()).not.toMatch(/secret-token|p@ss/);
        if (!where.startsWith('a unit')) return;
        const [copy, agent] = readFileSync(join(machine.folder, 'units'), 'utf8').split('\n\n');
        expect(copy).toMatch(/^--unit=weir-enrolment\n--collect\n/);
        expect(copy).not.toMatch(/secret-token|p@ss|us:er/);
        expect(agent).toMatch(/^--unit=weir-agent\n/);
      },
    );

    it('leaves nothing of it readable by others or in any argument while it waits', async () => {
      machine.claimStatuses = statuses(10_000);
      image(`export VSTS_AGENT_INPUT_PROXYURL='${machine.address}' VSTS_AGENT_INPUT_PROXYPASSWORD='secret-word'`);
      await machine.run();
      await machine.until(() => machine.claims().length > 3);
      const [folder] = staged();
      expect(machine.mode(folder!)).toBe('700');
      const files = readdirSync(join(machine.root, folder!));
      expect(files).toEqual(['.env']);
      expect(machine.mode(join(folder!, '.env'))).toBe('600');
      const processes = commandLines();
      expect(processes).toContain(machine.root);
      expect(processes).not.toContain('secret-word');
      expect(secrets.filter((name) => machine.has(name))).toEqual([]);
      machine.claimStatuses = [];
      await machine.started();
    });

    it('crosses over in files that only their owner can read', async () => {
      withSystemd();
      writeFileSync(join(machine.folder, 'bin', 'systemd-run'), '#!/bin/bash\nexit 0\n');
      machine.claimStatuses = statuses(1);
      image(`export VSTS_AGENT_INPUT_PROXYURL='${machine.address}' VSTS_AGENT_INPUT_PROXYPASSWORD='secret-word'`);
      expect((await machine.run()).exitCode).toBe(0);
      const [folder] = staged();
      expect(machine.mode(folder!)).toBe('700');
      for (const name of ['.env', 'environment', 'state']) expect(machine.mode(join(folder!, name))).toBe('600');
      expect(machine.read(join(folder!, 'state'))).toContain('secret-word');
      // The copy never came: the next run takes its leftovers away, if it can be sure that nobody needs them.
      expect((await machine.run()).exitCode).toBe(0);
      expect(machine.has('.agent')).toBe(true);
      expect(staged()).toHaveLength(hasFlock ? 0 : 1);
    });

    it('fails where the copy cannot be started', async () => {
      withSystemd();
      writeFileSync(join(machine.folder, 'bin', 'systemd-run'), '#!/bin/bash\nexit 1\n');
      machine.claimStatuses = statuses(1);
      const outcome = await machine.run();
      expect(outcome).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('weir: enrolment failed') });
      expect(staged()).toEqual([]);
    });

    it.each([
      ['the claim is refused for good', [425, 425, 409], 'claim: CLAIM_TEST'],
      ['its patience is over', statuses(10_000), 'claim: CLAIM_TEST'],
      ['the work folder cannot be made', [425], 'default work folder'],
    ])('leaves no agent and no key where %s', async (_why, claimStatuses, words) => {
      machine.claimStatuses = [...claimStatuses];
      machine.environment.WEIR_TEST_PATIENCE = '1';
      if (words.startsWith('default'))
        Object.assign(machine.answer, { workFolder: '/etc/a', defaultWorkFolder: '/etc/b' });
      expect((await machine.run()).exitCode).toBe(0);
      await machine.until(() => log().includes('enrolment failed'));
      expect(log()).toContain(words);
      expect(log()).toContain('weir: enrolment failed');
      expect(secrets.filter((name) => machine.has(name))).toEqual([]);
      expect(machine.has('started')).toBe(false);
      expect(staged()).toEqual([]);
    });

    it('downloads the package after the wait where the extension brought none', async () => {
      rmSync(join(machine.root, packageFile));
      (machine.answer.package as Record<string, string>).downloadUrl = `${machine.address}/${packageFile}`;
      machine.claimStatuses = statuses(2);
      expect(await machine.run()).toMatchObject({ exitCode: 0, stdout: waiting });
      expect(machine.has(packageFile)).toBe(false);
      expect(await machine.started()).toContain('arguments: --once');
    });

    (hasFlock ? it : it.skip)('lets the waiting copy go on alone where the extension runs once more', async () => {
      machine.claimStatuses = statuses(10_000);
      await machine.run();
      await machine.until(() => machine.claims().length > 2);
      expect(await machine.run()).toMatchObject({
        exitCode: 0,
        stdout: 'weir: enrolment goes on by itself already\n',
      });
      expect(staged()).toHaveLength(1);
      machine.claimStatuses = [];
      await machine.started();
      await machine.until(() => staged().length === 0);
      expect(machine.has('.agent')).toBe(true);
      expect(await machine.run()).toMatchObject({ exitCode: 0, stdout: 'weir: this machine is an agent already\n' });
    });

    it('resumes nothing but its own staging folder', async () => {
      const foreign = join(machine.folder, 'foreign');
      mkdirSync(foreign);
      writeFileSync(join(foreign, 'state'), '');
      const outcome = await machine.run([...machine.parameters(), '--weir-resume', foreign]);
      expect(outcome).toMatchObject({ exitCode: 1, stdout: 'weir: --weir-resume is for this script alone\n' });
      expect(existsSync(join(foreign, 'state'))).toBe(true);
      expect(machine.seen).toEqual([]);
    });
  },
);

/** Of every process that can be seen. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .map((name) => spawnSync('cat', [`/proc/${name}/cmdline`]).stdout.toString())
    .join('\n');
}
