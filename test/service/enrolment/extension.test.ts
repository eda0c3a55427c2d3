// The extension in the scale set's model: what the handler of Azure Pipelines reads and runs.
import { describe, expect, it } from '@jest/globals';
import { extensionFor, type ExtensionOptions } from '../../../service/enrolment/extension.ts';
import { UserProblem } from '../../../service/problem.ts';
import { poolSettings } from './scene.ts';

const options: ExtensionOptions = {
  publicUrl: 'https://weir.example.com/',
  package: {
    version: '5.278.0',
    fileName: 'vsts-agent-linux-x64-5.278.0.tar.gz',
    downloadUrl: 'https://download.agent.dev.azure.com/agent/5.278.0/vsts-agent-linux-x64-5.278.0.tar.gz',
    sha256: 'AB'.repeat(32),
  },
  customScripts: [],
};

const codeOf = (settings: Record<string, unknown>, change: Partial<ExtensionOptions>): string => {
  try {
    extensionFor(poolSettings(settings), { ...options, ...change });
  } catch (error) {
    return error instanceof UserProblem ? error.code : String(error);
  }
  return 'accepted';
};

describe('the agent extension', () => {
  it('brings the package and the constant script, with named parameters and nothing secret', () => {
    expect(extensionFor(poolSettings(), options)).toEqual({
      name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
      publisher: 'Microsoft.VisualStudio.Services',
      type: 'TeamServicesAgentLinux',
      typeHandlerVersion: '1.26',
      provisionAfterExtensions: [],
      settings: {
        isPipelinesAgent: true,
        agentFolder: '/agent',
        agentDownloadUrl: options.package.downloadUrl,
        enableScriptDownloadUrl: 'https://weir.example.com/v1/enrolment/1/enableagent.sh',
        enableScriptParameters: `--weir-url https://weir.example.com --weir-pool linux --weir-package vsts-agent-linux-x64-5.278.0.tar.gz --weir-package-sha256 ${'ab'.repeat(32)}`,
      },
    });
  });

  it("runs after the customer's Custom Script Extension", () => {
    const customScripts = [{ name: 'CustomScript', publisher: 'Microsoft.Azure.Extensions', type: 'CustomScript' }];
    const extension = extensionFor(poolSettings(), { ...options, customScripts });
    expect(extension.provisionAfterExtensions).toEqual(['CustomScript']);
  });

  it('never lets the name of a pool become part of a command', () => {
    const { settings } = extensionFor(poolSettings({ name: "a b's $(x) ü" }), options);
    expect(settings.enableScriptParameters).toContain('--weir-pool a%20b%27s%20%24%28x%29%20%C3%BC --weir-package');
  });

  it.each([
    'http://weir.example.com',
    'https://weir.example.com?a=b',
    'https://user@weir.example.com',
    'weir',
    "https://weir.example.com/';x",
    'ftp://127.0.0.1',
  ])('is refused with the public address %s', (publicUrl) => expect(codeOf({}, { publicUrl })).toBe('PUBLIC_URL'));

  it('may be served over plain http on loopback', () => {
    expect(codeOf({}, { publicUrl: 'http://127.0.0.1:8080' })).toBe('accepted');
  });

  it.each([{ fileName: 'a b.tar.gz' }, { fileName: 'other.tar.gz' }, { sha256: 'md5' }, { downloadUrl: 'nowhere' }])(
    'is refused with a package of %j',
    (change) => {
      expect(codeOf({}, { package: { ...options.package, ...change } })).toBe('AGENT_PACKAGE');
    },
  );
});

describe('on Windows', () => {
  const file = 'vsts-agent-win-x64-5.278.0.zip';
  const downloadUrl = `https://download.agent.dev.azure.com/agent/5.278.0/${file}`;
  const zip = { ...options, package: { ...options.package, fileName: file, downloadUrl } };
  const windows = (change: Partial<ExtensionOptions> = {}, name = 'windows') =>
    extensionFor(poolSettings({ osType: 'windows', name }), { ...zip, ...change });
  const parameters = `-WeirUrl https://weir.example.com -WeirPool windows -WeirPackageUrl ${downloadUrl} -WeirPackageSha256 ${'ab'.repeat(32)}`;
  const warmUp = { name: 'warm up', publisher: 'Microsoft.Compute', type: 'CustomScriptExtension' };

  it('is the Custom Script Extension, with the command among its protected settings', () => {
    expect(windows()).toEqual({
      name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
      publisher: 'Microsoft.Compute',
      type: 'CustomScriptExtension',
      typeHandlerVersion: '1.10',
      provisionAfterExtensions: [],
      settings: {
        fileUris: ['https://weir.example.com/v1/enrolment/1/enableagent.ps1'],
        timestamp: expect.any(Number),
      },
      protectedSettings: {
        commandToExecute: `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File ./enrolment/1/enableagent.ps1 ${parameters}`,
      },
    });
  });

  it('says by its timestamp, a whole number of 32 bits, that the command is another one', () => {
    const stamps = [windows(), windows(), windows({}, 'other')].map(({ settings }) => Number(settings.timestamp));
    expect(stamps[0]).toBe(stamps[1]);
    expect(stamps[0]).not.toBe(stamps[2]);
    expect(stamps.every((one) => Number.isInteger(one) && one >= 0 && one < 2 ** 31)).toBe(true);
  });

  it("runs by the handler of Azure Pipelines where the customer's script has the only place of the other one", () => {
    expect(windows({ customScripts: [warmUp] })).toEqual({
      name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
      publisher: 'Microsoft.VisualStudio.Services',
      type: 'TeamServicesAgent',
      typeHandlerVersion: '1.31',
      provisionAfterExtensions: ['warm up'],
      settings: {
        isPipelinesAgent: true,
        agentFolder: 'C:\\agent',
        agentDownloadUrl: downloadUrl,
        enableScriptDownloadUrl: 'https://weir.example.com/v1/enrolment/1/enableagent.ps1',
        enableScriptParameters: parameters,
      },
    });
  });

  it('never lets the name of a pool, an address or a package become part of a command', () => {
    const { protectedSettings } = windows({}, '-a b"; & %PATH% `$(x) ü');
    expect(protectedSettings?.commandToExecute).toContain('-WeirPool _a_b______PATH_____x___ -WeirPackageUrl');
    expect(codeOf({ osType: 'windows' }, { ...zip, publicUrl: 'https://weir.example.com/%50' })).toBe('PUBLIC_URL');
    const hostile = { ...zip.package, downloadUrl: `https://x.example.com/a&b/${file}` };
    expect(codeOf({ osType: 'windows' }, { ...zip, package: hostile })).toBe('AGENT_PACKAGE');
    expect(codeOf({ osType: 'windows' }, {})).toBe('AGENT_PACKAGE');
  });
});
