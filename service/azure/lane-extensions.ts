// The extensions that a lane takes over from its template. Azure never tells the protected settings of an extension, so one
// that cannot work without them is refused rather than copied half.
import { agentExtensionName, type ScaleSetExtension } from '../domain/instance.ts';
import { CloudError } from '../problem.ts';
import { fieldsOf, type Fields } from '../wire.ts';

type Json = Readonly<Record<string, unknown>>;

/** Weir's own extension of the template is left out: each lane has `own`, after the others. One for the other operating system cannot run. */
export function extensionsOfLane(profile: Json, isOtherOs: boolean, own?: ScaleSetExtension): Json {
  const listed = fieldsOf(profile, 'extensionProfile').objects('extensions') ?? [];
  const kept = listed.filter((extension) => !isOtherOs && !isAgentExtension(extension));
  return {
    ...profile,
    extensions: [...kept.map(copyOf), ...(own === undefined ? [] : [written(own)])],
  };
}

function copyOf(extension: Fields): Json {
  const properties = Object.entries(extension.object('properties')?.raw() ?? {});
  return {
    name: extension.requiredText('name'),
    properties: Object.fromEntries(properties.filter(([key]) => key !== 'provisioningState')),
  };
}

function written({ name, typeHandlerVersion, ...extension }: ScaleSetExtension): Json {
  const version = typeHandlerVersion === null ? {} : { typeHandlerVersion };
  return { name, properties: { ...extension, ...version, autoUpgradeMinorVersion: false } };
}

/** Throws `invalid` and names the extension. */
export function expectWholeExtensions(profile: Json): void {
  for (const extension of fieldsOf(profile, 'extensionProfile').objects('extensions') ?? []) {
    const properties = extension.object('properties');
    if (isAgentExtension(extension)) continue;
    if (!/^(CustomScript|CustomScriptExtension|CustomScriptForLinux)$/i.test(properties?.text('type') ?? '')) continue;
    if (properties?.object('protectedSettingsFromKeyVault') != null) continue;
    const settings = properties?.object('settings')?.raw() ?? {};
    if (settings.commandToExecute != null || settings.script != null) continue;
    throw new CloudError(
      'invalid',
      'createScaleSet',
      `No lane can be made from the template: its extension ${extension.requiredText('name')} keeps its command in protected settings, ` +
        'which Azure tells nobody. Put the command into settings, or the protected settings into a Key Vault (protectedSettingsFromKeyVault).',
    );
  }
}

/** By its name too: on Windows its handler is that of customers' scripts. */
function isAgentExtension(extension: Fields): boolean {
  if (extension.text('name') === agentExtensionName) return true;
  const { publisher, type } = extension.object('properties')?.raw() ?? {};
  return publisher === 'Microsoft.VisualStudio.Services' && /^TeamServicesAgent/i.test(String(type));
}
