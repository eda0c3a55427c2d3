// What of a scale set is told when a policy is asked about it: to Azure Policy nothing that is secret, and to people, of whom
// everybody who may read the pool sees the checks, only values that no secret can stand in.
type Json = Readonly<Record<string, unknown>>;

/** Azure answers the first when it is asked for; the others stand here for the day when it does with them. */
const secrets = /^(userData|customData|adminPassword|protectedSettings|protectedSettingsFromKeyVault)$/i;

export function withoutSecrets(content: Json): Json {
  return Object.fromEntries(
    Object.entries(content).flatMap(([key, value]) => {
      if (secrets.test(key)) return [];
      return [[key, publicSettings.test(key) ? withoutValues(value) : stripped(value)] as const];
    }),
  );
}

/** Of an extension: public by its name, and people write passwords and signed links into it all the same. */
const publicSettings = /^settings$/i;

/** Whether a policy looked at what Azure was not told, so that it may judge the scale set as it is otherwise. */
export function isLeftOut(path: string): boolean {
  return path.split(/[./[\]]+/).some((part) => publicSettings.test(part) || secrets.test(part));
}

/** The names stay, for a policy may ask that one is there. */
function withoutValues(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return settings;
  return Object.fromEntries(Object.keys(settings).map((key) => [key, '']));
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  return typeof value === 'object' && value !== null ? withoutSecrets(value as Json) : value;
}

/** Behind an alias such as Microsoft.Compute/virtualMachineScaleSets/upgradePolicy.mode, or as the resource has it. */
const plain = /^(.*\/)?(properties\.)?(location|sku(\.(name|tier|capacity))?|upgradePolicy\.mode)$/i;
const tags = /^tags\b/i;

/** Such as "location is westeurope" or "tags.cost is not set"; the path alone where the value is nobody's business. */
export function lookedAt(path: string, value: unknown): string {
  const isNothing = value === null || value === undefined || value === '';
  if (isNothing && (plain.test(path) || tags.test(path))) return `${path} is not set`;
  if (plain.test(path)) return `${path} is ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return /^tags$/i.test(path) && isMap ? `${path} are named ${Object.keys(value).join(', ')}` : path;
}
