// The Windows script, read by a real parser of PowerShell: no machine here can run it, so what its text must keep is
// told as laws, most of them against the Linux script, which runs in other tests.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { workFolderFault } from '../../../service/domain/work-folder.ts';
import { agentFileNames } from '../../../service/enrolment/agent-files.ts';
import { extensionFor } from '../../../service/enrolment/extension.ts';
import { linuxScript, windowsScript } from '../../../service/enrolment/script.ts';
import { poolSettings } from './scene.ts';

interface Parsed {
  /** Where the parser stumbled. */
  readonly faults: readonly string[];
  readonly functions: Readonly<Record<string, string>>;
  readonly commands: readonly string[];
}

const { text } = windowsScript;

function parsed(input: string): Parsed {
  const program = new URL('./parse-powershell.mjs', import.meta.url).pathname;
  const ran = spawnSync(process.execPath, ['--liftoff-only', program], { input, encoding: 'utf8', timeout: 60_000 });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Parsed;
}

const { faults, functions, commands } = parsed(text);
const bodyOf = (name: string) => functions[name] ?? `there is no ${name}`;
/** Of what stands in quotes behind `-match` and `-notmatch`, as JavaScript reads it. */
const patternsIn = (source: string) =>
  [...source.matchAll(/-(?:not)?match '((?:[^']|'')+)'/g)].map(
    ([, pattern = '']) => new RegExp(pattern.replaceAll('\\z', '$'), 'iu'),
  );

/** Other ways of the same step: answers stay in memory, and tasks of Windows run as another account. */
const onlyOnLinux = ['answer', 'as_agent'];
const inPascal = (name: string) => name.replaceAll(/(^|_)([a-z])/g, (_, __, sign: string) => sign.toUpperCase());

describe('enableagent.ps1', () => {
  it('is PowerShell, of plain ASCII', () => {
    expect(faults).toEqual([]);
    expect(parsed(text.replace('function Say(', 'function Say((')).faults).not.toEqual([]);
    expect(text).not.toMatch(/[^\n\x20-\x7e]/);
    expect(text).not.toContain('@@');
  });

  it('ends its patterns where the text ends: a `$` of .NET also stands before a last line feed', () => {
    const patterns = [...text.matchAll(/-(?:not)?match '((?:[^']|'')+)'/g)].map(([, pattern = '']) => pattern);
    expect(patterns.filter((pattern) => pattern.endsWith('\\z')).length).toBeGreaterThan(10);
    // In brackets it is only a sign.
    expect(patterns.filter((pattern) => pattern.replaceAll(/\[(?:\\.|[^\]])*\]/g, '').includes('$'))).toEqual([]);
  });

  it('has every step of the Linux script under its name, and takes them in the same order', () => {
    const [, main = ''] = /^main\(\) \{$(.*?)^\}$/ms.exec(linuxScript.text) ?? [];
    const names = [...linuxScript.text.matchAll(/^([a-z_]+)\(\) \{/gm)].map(([, name = '']) => name);
    const wanted = names.filter((name) => !onlyOnLinux.includes(name)).map(inPascal);
    expect(wanted).toEqual(expect.arrayContaining(['Main', 'TakeTurn', 'HandOver', 'MakeWorkFolder', 'RunProbe']));
    expect(wanted.filter((name) => functions[name] === undefined)).toEqual([]);
    const order = [
      'read_parameters',
      'take_turn',
      'claim',
      'make_user',
      'make_work_folder',
      'write_files',
      'keep_trial',
    ];
    order.push('start_agent', 'start_trial');
    const at = (source: string, name: string) => source.search(new RegExp(`\\b${name}\\b`));
    const places = (source: string, one: (name: string) => string) => order.map((name) => at(source, one(name)));
    for (const found of [places(main, (name) => name), places(bodyOf('Main'), inPascal)]) {
      expect(found).toEqual(found.toSorted((a, b) => a - b));
      expect(found).not.toContain(-1);
    }
  });

  it('reports its steps with the service by the same names', () => {
    const [, table = ''] = /^STEPS = \{(.*?)\}/ms.exec(linuxScript.text) ?? [];
    const steps = [...table.matchAll(/"([a-z-]+)":/g)].map(([, step = '']) => step);
    expect(steps).toHaveLength(4);
    expect([...bodyOf('Network').matchAll(/'([a-z-]+)' \{/g)].map(([, step]) => step)).toEqual(steps);
    expect([...text.matchAll(/\bNetwork '([a-z-]+)'/g)].map(([, step]) => step).toSorted()).toEqual(steps.toSorted());
  });

  it('asks the service for the same with the same members', () => {
    for (const path of ['/v1/enrolment/nonce', '/v1/enrolment/claims', '/v1/enrolment/reports'])
      expect([path, linuxScript.text.includes(path), text.includes(path)]).toEqual([path, true, true]);
    const members = (source: string) => [...source.matchAll(/"([a-zA-Z]+)": /g)].map(([, name = '']) => name);
    const [, claim = ''] = /(body = \{.*?)return ask/s.exec(linuxScript.text) ?? [];
    const [, report = ''] = /(report = \{.*?)for attempt/s.exec(linuxScript.text) ?? [];
    const asked = bodyOf('ClaimOnce');
    expect(members(claim).length).toBeGreaterThan(6);
    expect(members(claim).filter((name) => !new RegExp(`\\b${name} = `).test(asked))).toEqual([]);
    const told = `${bodyOf('LookAround')} ${bodyOf('RunTrial')}`;
    expect(members(report)).toHaveLength(6);
    expect(members(report).filter((name) => !new RegExp(`\\b${name} = `).test(told))).toEqual([]);
  });

  it('writes the files of an agent with .agent last, and the key only encrypted', () => {
    const [, list = ''] = /\$agentFileNames = @\(([^)]*)\)/.exec(text) ?? [];
    expect(list.split(', ').map((one) => one.replaceAll("'", ''))).toEqual(agentFileNames);
    const body = bodyOf('WriteFiles');
    expect(body).toContain("if ($name -eq '.credentials_rsaparams') { WriteProtected (Join-Path $root $name)");
    expect(body.trimEnd()).toMatch(/Move-Item -LiteralPath \$staged -Destination \(Join-Path \$root '\.agent'\)\n\}$/);
    expect(bodyOf('HandOver')).toContain("WriteProtected (Join-Path $weir.Staging 'state')");
    expect(bodyOf('KeepTrial')).toContain("WriteProtected (Join-Path $weir.Trial 'state')");
    for (const name of ['Resume', 'RunTrial'])
      expect(bodyOf(name)).toMatch(/ReadProtected \$file\)\n {2}RemoveQuietly \$file/);
  });

  it('honours four variables of the agent and names no other', () => {
    const four = ['WORK', 'PROXYURL', 'PROXYUSERNAME', 'PROXYPASSWORD'].map((name) => `VSTS_AGENT_INPUT_${name}`);
    expect([...new Set(text.match(/VSTS_AGENT_INPUT_[A-Z]+/g))].toSorted()).toEqual(four.toSorted());
    // Both modes that start anew see the variables of the machine again.
    for (const name of ['TakeAgentVariables', 'Resume', 'RunAgent'])
      expect(bodyOf(name)).toContain("[Environment]::SetEnvironmentVariable($entry.Name, $null, 'Process')");
  });

  it('makes no command out of text, and nothing that Windows PowerShell 5.1 does not know', () => {
    const names = commands.map((one) => one.split(/\s/, 1)[0] ?? '');
    expect(names.length).toBeGreaterThan(100);
    const banned =
      /^(iex|invoke-.*|cmd|write-host|start-job|set-acl|net|reg|wmic|\\.|iwr|irm|curl|expand-archive)(\.exe)?$/i;
    expect(names.filter((one) => banned.test(one))).toEqual([]);
    expect(text).not.toMatch(/\[ScriptBlock\]|\.InvokeScript|-EncodedCommand|\.Invoke\(|AsHashtable|-Parallel/i);
    const invoked = [...text.matchAll(/^\s*& (.*?\))/gm)].map(([, what]) => what);
    expect(invoked).toEqual([`(Join-Path $root 'run.cmd')`, `(Join-Path $env:windir "sysnative\\$powershell")`]);
    const plain = text.replaceAll(/'[^'\n]*'|"[^"\n]*"|#.*$/gm, '').replaceAll(/@'.*?'@/gs, '');
    expect(plain).not.toMatch(/\?\?|\?\.|&&|\|\|| \? /);
  });

  it('says no secret: neither in what is printed nor in the arguments of a task', () => {
    const told = commands.filter((one) => /^(Say|Fail|TellJobs|RegisterTask|Add-Content)\b/.test(one));
    expect(told.length).toBeGreaterThan(30);
    const secret = /\$weir\.(Proxy|Password|Report|Environment)|token|rsaparams|\.probe|\$password|\$entry\.Value/i;
    expect(told.filter((one) => secret.test(one))).toEqual([]);
    expect(text).not.toMatch(/DefaultPassword' -Value|-Name 'DefaultPassword' -Type/);
    expect(bodyOf('Finish')).toMatch(/'\.agent', '\.credentials_rsaparams', '\.credentials', '\.env'/);
  });

  it.each([
    ...[
      'a b',
      'a"b',
      "a'b",
      'a`b',
      'a;b',
      'a&b',
      'a|b',
      'a$(x)b',
      'a%PATH%b',
      'a\nb',
      'https://x.example.com/a\n',
      '-Command',
    ],
    ...['https://x.example.com/a.zip & b', 'ü', '..\\..\\x', 'C:\\agent\\.weir.abcdef & b', `${'a'.repeat(64)}\n`],
  ])('lets the parameter %j into no command line', (value) => {
    const own = patternsIn(bodyOf('ReadParameters'));
    expect(own).toHaveLength(7);
    expect(own.filter((pattern) => pattern.test(value)).map(String)).toEqual([]);
  });

  it('refuses a parameter that nobody knows before the 64-bit PowerShell is started with those that it knows', () => {
    const [read, again, step] = ['ReadParameters', 'RunAgain', 'TakeTurn'].map((name) => bodyOf('Main').indexOf(name));
    expect([read! > 0, again! > read!, step! > again!]).toEqual([true, true, true]);
    const starting = Object.keys(functions).filter((name) => bodyOf(name).includes('sysnative'));
    expect([starting, text.split('sysnative').length]).toEqual([['RunAgain'], 2]);
    const [, header = ''] = /^param\((.*?)^\)/ms.exec(text) ?? [];
    const handed = [...header.matchAll(/\$(Weir\w+)/g)].filter(([, name]) => bodyOf('RunAgain').includes(`$${name}`));
    // The folder is for tasks, which start the 64-bit one themselves.
    expect(handed).toHaveLength(header.split('$Weir').length - 2);
  });

  it('knows each parameter that the extension writes, and takes its value', () => {
    const file = 'vsts-agent-win-x64-5.278.0.zip';
    const agentPackage = {
      version: '5.278.0',
      fileName: file,
      downloadUrl: `https://d.example.com/${file}`,
      sha256: 'ab'.repeat(32),
    };
    const settings = poolSettings({ osType: 'windows', name: 'a b' });
    const extension = extensionFor(settings, {
      publicUrl: 'https://w.example.com',
      package: agentPackage,
      customScripts: [],
    });
    const command = String(extension.protectedSettings?.commandToExecute);
    const written = [...command.matchAll(/ (-Weir\w+) (\S+)/g)].map(([, name, value]) => [name, value] as const);
    expect(written).toHaveLength(4);
    for (const [name = '', value = ''] of written) {
      expect(text).toContain(`[string] $${name.slice(1)} = ''`);
      const [pattern] = patternsIn(
        /.*/.exec(bodyOf('ReadParameters').slice(bodyOf('ReadParameters').indexOf(`($${name.slice(1)} `)))![0],
      );
      expect([name, pattern?.test(value)]).toEqual([name, true]);
    }
  });

  it.each([
    ...[
      'D:\\_work',
      'C:\\agent\\_work',
      'd:\\a\\b c',
      'E:\\x.y',
      'C:\\Windows\\x',
      'C:\\windows',
      'C:\\Program Files (x86)\\a',
    ],
    ...[
      'C:\\Users\\x',
      'C:\\ProgramData\\x',
      'D:\\',
      'D:',
      'D:\\a\\\\b',
      'D:\\a.',
      'D:\\a \\b',
      'D:\\con',
      'D:\\NUL.txt',
      'D:\\PROGRA~1',
    ],
    ...[
      'D:\\a:b',
      'D:\\a%x%',
      'D:\\a&b',
      'D:\\$x',
      'D:\\a`b',
      '\\\\server\\share',
      '\\\\?\\D:\\a',
      'B:\\a',
      '/mnt/a',
      'a\\b',
      '',
    ],
    ...[
      'D:\\a\u0007',
      `D:\\${'a'.repeat(200)}`,
      'D:\\..\\x',
      'D:\\.\\x',
      'D:\\a!b',
      'D:\\a^b',
      'D:\\a;b',
      'D:\\a/b',
      'D:\\lpt1\\x',
    ],
  ])('allows the work folder %j where the service does', (folder) => {
    const [start, control, signs, end, short, device, system] = patternsIn(bodyOf('IsAllowedFolder')) as [
      ...[RegExp, RegExp, RegExp, RegExp, RegExp, RegExp, RegExp],
    ];
    const parts = folder.slice(3).split('\\');
    const isWhole = folder.length <= 200 && start.test(folder) && !control.test(folder);
    const isPlain = (part: string) => part !== '' && ![signs, end, short, device].some((one) => one.test(part));
    const isAllowed = isWhole && parts.every(isPlain) && !system.test(parts[0] ?? '');
    expect(isAllowed).toBe(workFolderFault(folder, 'windows') === null);
  });
});
