// The extension as the model of a scale set must carry it, so that every machine runs our constant script: on Linux, and
// beside a customer's script on Windows, the one of Azure Pipelines; else the Custom Script Extension (decision 0016).
import { agentExtensionName, type ScaleSetExtension } from '../domain/instance.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { UserProblem } from '../problem.ts';
import type { AgentPackage } from '../ports.ts';
import { checkedPackage } from './agent-package.ts';
import { customScriptOf, isWindowsScript, parametersOf } from './extension-windows.ts';
import { linuxScript, windowsScript } from './script.ts';
import { agentFolder } from './work-folder.ts';

export interface ExtensionOptions {
  /** Where machines reach this service. */
  readonly publicUrl: string;
  readonly package: AgentPackage;
  /** The customer's Custom Script Extensions in the model: ours runs after them. */
  readonly customScripts: readonly Pick<ScaleSetExtension, 'name' | 'publisher' | 'type'>[];
}

/** Throws `UserProblem`: PUBLIC_URL, AGENT_PACKAGE. */
export function extensionFor(settings: PoolSettings, options: ExtensionOptions): ScaleSetExtension {
  const isWindows = settings.osType === 'windows';
  const publicUrl = checkedUrl(options.publicUrl);
  const agentPackage = checkedPackage(options.package);
  const provisionAfterExtensions = options.customScripts.map((one) => one.name);
  const scriptUrl = `${publicUrl}${isWindows ? windowsScript.path : linuxScript.path}`;
  const parameters = isWindows
    ? parametersOf(settings.name, publicUrl, agentPackage)
    : [
        ...['--weir-url', publicUrl, '--weir-pool', plainWord(settings.name)],
        ...['--weir-package', agentPackage.fileName, '--weir-package-sha256', agentPackage.sha256.toLowerCase()],
      ];
  // Azure takes one extension of each handler on a machine, and the customer's comes first.
  if (isWindows && !options.customScripts.some(isWindowsScript)) {
    return { ...customScriptOf(scriptUrl, parameters), name: agentExtensionName, provisionAfterExtensions };
  }
  return {
    name: agentExtensionName,
    publisher: 'Microsoft.VisualStudio.Services',
    type: isWindows ? 'TeamServicesAgent' : 'TeamServicesAgentLinux',
    // The newest that were seen in exported templates; none has met a real scale set.
    typeHandlerVersion: isWindows ? '1.31' : '1.26',
    provisionAfterExtensions,
    settings: {
      isPipelinesAgent: true,
      agentFolder: agentFolder[settings.osType],
      agentDownloadUrl: agentPackage.downloadUrl,
      enableScriptDownloadUrl: scriptUrl,
      enableScriptParameters: parameters.join(' '),
    },
  };
}

/** The handler splits parameters like a shell: only plain signs may reach it. */
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
