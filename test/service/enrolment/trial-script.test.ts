// What the real enableagent.sh does on a trial machine of a validation: it looks around, runs the probe as data, and
// reports once, while the extension has long ended.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { missingTool, StubMachine } from './stub-machine.ts';

const missing = missingTool();
const whereItRuns = missing === null ? describe : describe.skip;

interface Report {
  readonly token: string;
  readonly report: {
    readonly workFolder: string;
    readonly isWorkFolderWritable: boolean;
    readonly freeDiskBytes: number;
    readonly agentsFound: readonly string[];
    readonly probe: { readonly exitCode: number; readonly seconds: number; readonly output: string } | null;
  };
}

whereItRuns(`a trial machine${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let machine: StubMachine;
  beforeEach(async () => {
    machine = await new StubMachine().open();
  });
  afterEach(async () => {
    await machine.close();
  });

  const reported = async (probeScript: string | null): Promise<Report> => {
    machine.answer = { ...machine.answer, trial: { token: '0123456789abcdef', probeScript } };
    const isReport = (one: { readonly target: string }) => one.target.endsWith('/v1/enrolment/reports');
    const outcome = await machine.run();
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'weir: agent agents-3-1 of pool linux was started\n' });
    await machine.until(() => machine.seen.some(isReport));
    await machine.until(() => !machine.has('.probe'));
    return JSON.parse(machine.seen.find(isReport)!.body) as Report;
  };

  it('says its work folder, the room there, and how the probe went', async () => {
    const { token, report } = await reported('echo "in $PWD"; echo oops >&2; exit 3');
    expect(token).toBe('0123456789abcdef');
    expect(report).toMatchObject({ workFolder: join(machine.folder, 'work'), isWorkFolderWritable: true });
    expect(report.freeDiskBytes).toBeGreaterThan(0);
    expect(report.probe).toMatchObject({ exitCode: 3, output: `in ${join(machine.folder, 'work')}\noops\n` });
  });

  it('reports without a probe where none was asked for', async () => {
    expect((await reported(null)).report.probe).toBeNull();
  });

  it('takes the probe as data: its signs reach bash as they were written, and nothing before it', async () => {
    const script = `echo '$(id)' "\`date\`" | head -c 5\n# ' " $( \n`;
    expect((await reported(script)).report.probe).toMatchObject({ exitCode: 0, output: '$(id)' });
  });

  it('keeps the end of a long output, and stops a probe that does not end', async () => {
    machine.environment.WEIR_TEST_PROBE_LIMIT = '1';
    const { report } = await reported('head -c 20000 /dev/zero | tr "\\0" x; echo end; sleep 60');
    expect(report.probe?.exitCode).toBe(124);
    expect(report.probe?.output.length).toBe(8000);
    expect(report.probe?.output.endsWith('end\n')).toBe(true);
  });

  it('finds an agent that the image brought along', async () => {
    const other = '/tmp/weir-test-other-agent';
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, '.agent'), '{}');
    try {
      expect((await reported(null)).report.agentsFound).toContain(other);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it('leaves nothing of it behind', async () => {
    await reported('true');
    const left = () => machine.has('.probe') || machine.trialFolders().length > 0;
    await machine.until(() => !left());
    expect(machine.trialFolders()).toEqual([]);
  });
});
