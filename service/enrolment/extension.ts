// The Azure Pipelines agent extension as the model of a scale set must carry it: it brings the agent's package and our
// constant script to every machine (agent-enrolment.md 9).
import { agentExtensionName, type ScaleSetExtension } from '../domain/instance.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { UserProblem } from '../problem.ts';
import type { AgentPackage } from '../ports.ts';
import { linuxScript, windowsScript } from './script.ts';
import { agentFolder } from './work-folder.ts';

export interface ExtensionOptions {
  /** Where machines reach this service. */
  readonly publicUrl: string;
  readonly package: AgentPackage;
  /** The customer's Custom Script Extension, by its names in the model: ours runs after it. */
  readonly customScriptNames: readonly string[];
  readonly isSandbox: boolean;
}

/**
 * Throws `UserProblem`: ENROLMENT_WINDOWS (outside the sandbox, where a real machine would have to run the script that
 * is not built yet), PUBLIC_URL, AGENT_PACKAGE.
 */
export function extensionFor(settings: PoolSettings, options: ExtensionOptions): ScaleSetExtension {
  const isWindows = settings.osType === 'windows';
  if (isWindows && !options.isSandbox) throw windowsProblem(settings);
  const publicUrl = checkedUrl(options.publicUrl);
  const { fileName, sha256, downloadUrl } = checkedPackage(options.package);
  const parameters = [
    ['--weir-url', publicUrl],
    ['--weir-pool', plainWord(settings.name)],
    ['--weir-package', fileName],
    ['--weir-package-sha256', sha256.toLowerCase()],
  ];
  return {
    name: agentExtensionName,
    publisher: 'Microsoft.VisualStudio.Services',
    type: isWindows ? 'TeamServicesAgent' : 'TeamServicesAgentLinux',
    // The newest that were seen in exported templates; none has met a real scale set.
    typeHandlerVersion: isWindows ? '1.31' : '1.26',
    provisionAfterExtensions: options.customScriptNames,
    settings: {
      isPipelinesAgent: true,
      agentFolder: agentFolder[settings.osType],
      agentDownloadUrl: downloadUrl,
      enableScriptDownloadUrl: `${publicUrl}${isWindows ? windowsScript.path : linuxScript.path}`,
      enableScriptParameters: parameters.flat().join(' '),
    },
  };
}

function windowsProblem(settings: PoolSettings): UserProblem {
  return new UserProblem(
    'ENROLMENT_WINDOWS',
    `Pool "${settings.name}" runs Windows, and this version of Weir enrols Linux machines only.`,
    {
      field: 'osType',
      value: settings.osType,
      nextStep: 'Use a Linux scale set, or wait for the version that brings the Windows script.',
    },
  );
}

/** The handler splits parameters like a shell on Linux and as a command on Windows: only plain signs may reach it. */
function plainWord(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A query would become part of the script's file name, and plain http would let anybody on the way be root. */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  const isGood =
    url !== null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '';
  if (!isGood || !/^[A-Za-z0-9._:/~%-]+$/.test(text)) {
    throw new UserProblem(
      'PUBLIC_URL',
      'The public address of the service must be a plain https address that machines can reach.',
      {
        field: 'publicUrl',
        value: text,
        nextStep: 'Set publicUrl to an address such as https://weir.example.com.',
      },
    );
  }
  return text.replace(/\/+$/, '');
}

function checkedPackage(agentPackage: AgentPackage): AgentPackage {
  const isNamed = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(agentPackage.fileName);
  // The handler stores the package under the last part of its address, and the script looks for it by its name.
  const isAt =
    URL.canParse(agentPackage.downloadUrl) &&
    new URL(agentPackage.downloadUrl).pathname.endsWith(`/${agentPackage.fileName}`);
  if (isNamed && isAt && /^[0-9a-f]{64}$/i.test(agentPackage.sha256)) return agentPackage;
  throw new UserProblem(
    'AGENT_PACKAGE',
    `Azure DevOps named an agent package that cannot be used: ${agentPackage.fileName}.`,
    {
      field: 'agentVersion',
      value: agentPackage.version,
      nextStep: 'Set agentVersion to an exact version such as 5.278.0.',
    },
  );
}
