// What the handler of the agent extension wants in its settings (agent-enrolment.md 9).
import type { GuestExtension } from '../azure/guest.ts';

export interface HandlerSettings {
  readonly agentFolder: string;
  readonly agentDownloadUrl: string;
  readonly enableScriptDownloadUrl: string;
  readonly enableScriptParameters: string;
}

/** What is wrong, in words, or the settings. */
export function readSettings(extension: GuestExtension): HandlerSettings | string {
  const { settings, protectedSettings } = extension;
  if (!Object.hasOwn(settings, 'isPipelinesAgent'))
    return 'Deployment group agents are not played by the sandbox: isPipelinesAgent is missing.';
  const read = (name: string) => (typeof settings[name] === 'string' ? settings[name] : '');
  const hidden = protectedSettings.enableScriptParameters;
  const found = {
    agentFolder: read('agentFolder'),
    agentDownloadUrl: read('agentDownloadUrl'),
    enableScriptDownloadUrl: read('enableScriptDownloadUrl'),
    // Public settings win over protected ones.
    enableScriptParameters: read('enableScriptParameters') || (typeof hidden === 'string' ? hidden : ''),
  };
  const missing = Object.entries(found).find(([, value]) => value === '');
  return missing === undefined ? found : `${missing[0]} is missing or empty in the settings of the extension.`;
}
