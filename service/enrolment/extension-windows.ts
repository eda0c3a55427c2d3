// Windows' Custom Script Extension, which downloads our script and runs it: it has 90 minutes, believes the exit code and
// knows its command by its protected settings (Microsoft's page "Custom Script Extension for Windows").
import { createHash } from 'node:crypto';
import type { ScaleSetExtension } from '../domain/instance.ts';
import { UserProblem } from '../problem.ts';
import type { AgentPackage } from '../ports.ts';
import { packageProblem } from './agent-package.ts';

type Delivery = Omit<ScaleSetExtension, 'name' | 'provisionAfterExtensions'>;

const powershell = 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File';

/** Azure refuses a second extension of the same handler on a Windows machine. */
export function isWindowsScript({ publisher, type }: Pick<ScaleSetExtension, 'publisher' | 'type'>): boolean {
  return `${publisher}/${type}`.toLowerCase() === 'microsoft.compute/customscriptextension';
}

/** The names of `param` in enableagent.ps1. A command line reads them, so only plain signs are let through. */
export function parametersOf(pool: string, publicUrl: string, agentPackage: AgentPackage): readonly string[] {
  if (publicUrl.includes('%')) {
    throw new UserProblem('PUBLIC_URL', 'Windows reads a "%" in the public address of the service as something else.', {
      field: 'publicUrl',
      value: publicUrl,
      nextStep: 'Set publicUrl to an address without a percent sign, such as https://weir.example.com.',
    });
  }
  const isPlain = /^https?:\/\/[A-Za-z0-9._:/~-]+\/[A-Za-z0-9][A-Za-z0-9._-]*\.zip$/.test(agentPackage.downloadUrl);
  if (!isPlain) throw packageProblem(agentPackage);
  return [
    ...['-WeirUrl', publicUrl, '-WeirPool', pool.replaceAll(/[^A-Za-z0-9._-]|^[.-]/g, '_')],
    ...['-WeirPackageUrl', agentPackage.downloadUrl, '-WeirPackageSha256', agentPackage.sha256.toLowerCase()],
  ];
}

/**
 * `timestamp` tells of another command: protected settings cannot be read back, and the handler runs nothing again whose
 * settings are the same.
 */
export function customScriptOf(scriptUrl: string, parameters: readonly string[]): Delivery {
  const commandToExecute = `${powershell} ${downloadedAs(scriptUrl)} ${parameters.join(' ')}`;
  const digest = createHash('sha256').update(commandToExecute).digest();
  return {
    publisher: 'Microsoft.Compute',
    type: 'CustomScriptExtension',
    typeHandlerVersion: '1.10',
    settings: { fileUris: [scriptUrl], timestamp: digest.readUInt32BE() & 0x7fffffff },
    protectedSettings: { commandToExecute },
  };
}

/** The handler keeps the folders of an address but for the first. */
function downloadedAs(scriptUrl: string): string {
  return `./${new URL(scriptUrl).pathname.split('/').slice(2).join('/')}`;
}
