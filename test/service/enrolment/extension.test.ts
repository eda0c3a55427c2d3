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
  customScriptNames: [],
  isSandbox: true,
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
    const extension = extensionFor(poolSettings(), { ...options, customScriptNames: ['CustomScript'] });
    expect(extension.provisionAfterExtensions).toEqual(['CustomScript']);
  });

  it('never lets the name of a pool become part of a command', () => {
    const { settings } = extensionFor(poolSettings({ name: "a b's $(x) ü" }), options);
    expect(settings.enableScriptParameters).toContain('--weir-pool a%20b%27s%20%24%28x%29%20%C3%BC --weir-package');
  });

  it('is refused for Windows outside the sandbox, with the reason that its script comes later', () => {
    expect(extensionFor(poolSettings(), { ...options, isSandbox: false }).type).toBe('TeamServicesAgentLinux');
    expect(codeOf({ osType: 'windows' }, { isSandbox: false })).toBe('ENROLMENT_WINDOWS');
  });

  it('is the one for Windows where the sandbox plays the machine', () => {
    const file = 'vsts-agent-win-x64-5.278.0.zip';
    const zip = {
      ...options.package,
      fileName: file,
      downloadUrl: `https://download.agent.dev.azure.com/agent/5.278.0/${file}`,
    };
    expect(extensionFor(poolSettings({ osType: 'windows' }), { ...options, package: zip })).toMatchObject({
      type: 'TeamServicesAgent',
      settings: {
        agentFolder: 'C:\\agent',
        enableScriptDownloadUrl: 'https://weir.example.com/v1/enrolment/1/enableagent.ps1',
      },
    });
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
