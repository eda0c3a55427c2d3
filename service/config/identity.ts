// Who Weir is towards an organisation or a subscription, as the configuration file says it.
import { show, type FieldReader, type TextRule } from '../domain/field-reader.ts';

/** A secret as it is written: where it stands. */
export type SecretReference = { readonly env: string } | { readonly file: string };

export type AzureIdentity<Secret> =
  | {
      readonly kind: 'clientSecret';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: Secret;
    }
  | {
      readonly kind: 'workloadIdentity';
      readonly tenantId?: string;
      readonly clientId?: string;
      readonly tokenFilePath?: string;
    }
  | { readonly kind: 'managedIdentity'; readonly clientId?: string }
  | { readonly kind: 'default'; readonly tenantId?: string };

export type OrganizationIdentity<Secret> =
  AzureIdentity<Secret> | { readonly kind: 'personalAccessToken'; readonly token: Secret };

const azureKinds = ['managedIdentity', 'workloadIdentity', 'clientSecret', 'default'] as const;
const organizationKinds = [...azureKinds, 'personalAccessToken'] as const;
const fields = ['kind', 'tenantId', 'clientId', 'clientSecret', 'tokenFilePath', 'token'];

/** Null, with a report, where it cannot be used. */
export function readAzureIdentity(parent: FieldReader): AzureIdentity<SecretReference> | null {
  const identity = openIdentity(parent);
  return identity === null ? null : readKind(identity, identity.oneOf('kind', azureKinds, 'default'));
}

export function readOrganizationIdentity(
  parent: FieldReader,
  name = 'identity',
): OrganizationIdentity<SecretReference> | null {
  const identity = openIdentity(parent, name);
  if (identity === null) return null;
  const kind = identity.oneOf('kind', organizationKinds, 'default');
  if (kind !== 'personalAccessToken') return readKind(identity, kind);
  refuseOthers(identity, kind, ['token']);
  const token = readSecret(identity, 'token');
  return token === null ? null : { kind, token };
}

/** A secret that stands in the file itself is refused and never shown. */
export function readSecret(parent: FieldReader, name: string): SecretReference | null {
  const nextStep = `Write "${name}: { env: NAME }" or "${name}: { file: PATH }".`;
  if (!parent.has(name)) {
    parent.report(name, 'FIELD_REQUIRED', `${parent.path(name)} is missing.`, nextStep);
    return null;
  }
  const raw = parent.raw(name);
  if (typeof raw !== 'object' || raw === null) {
    const message = `${parent.path(name)} holds a secret in the file itself.`;
    parent.report(
      name,
      'CONFIG_INLINE_SECRET',
      message,
      `${nextStep} Then replace the secret, for this file has shown it.`,
      true,
    );
    return null;
  }
  const secret = parent.section(name, ['env', 'file']);
  if (secret?.has('env') === secret?.has('file')) {
    parent.report(name, 'CONFIG_SECRET', `${parent.path(name)} must name one place.`, nextStep, true);
    return null;
  }
  if (secret?.has('env') === true) {
    const env = secret.text('env', variableRule, '');
    return env === '' ? null : { env };
  }
  const file = secret?.text('file', pathRule, '') ?? '';
  return file === '' ? null : { file };
}

function openIdentity(parent: FieldReader, name = 'identity'): FieldReader | null {
  const identity = parent.section(name, fields);
  if (identity?.has('kind') === true) return identity;
  const message = `${parent.path(name)} does not say who Weir is there.`;
  parent.report(name, 'FIELD_REQUIRED', message, `Write "${name}: { kind: managedIdentity }" or another kind.`);
  return null;
}

function readKind(identity: FieldReader, kind: AzureIdentity<never>['kind']): AzureIdentity<SecretReference> | null {
  const optional = (name: string, rule: TextRule) =>
    identity.has(name) ? { [name]: identity.text(name, rule, '') } : {};
  switch (kind) {
    case 'managedIdentity':
      refuseOthers(identity, kind, ['clientId']);
      return { kind, ...optional('clientId', guidRule) };
    case 'workloadIdentity':
      refuseOthers(identity, kind, ['tenantId', 'clientId', 'tokenFilePath']);
      return {
        kind,
        ...optional('tenantId', guidRule),
        ...optional('clientId', guidRule),
        ...optional('tokenFilePath', pathRule),
      };
    case 'default':
      refuseOthers(identity, kind, ['tenantId']);
      return { kind, ...optional('tenantId', guidRule) };
    case 'clientSecret': {
      refuseOthers(identity, kind, ['tenantId', 'clientId', 'clientSecret']);
      const [tenantId, clientId] = ['tenantId', 'clientId'].map((name) => required(identity, name));
      const clientSecret = readSecret(identity, 'clientSecret');
      return clientSecret === null ? null : { kind, tenantId: tenantId ?? '', clientId: clientId ?? '', clientSecret };
    }
  }
}

function required(identity: FieldReader, name: string): string {
  if (!identity.has(name)) {
    identity.report(name, 'FIELD_REQUIRED', `${identity.path(name)} is missing.`, guidRule.nextStep);
  }
  return identity.text(name, guidRule, '');
}

function refuseOthers(identity: FieldReader, kind: string, wanted: readonly string[]): void {
  for (const name of identity.names()) {
    if (name === 'kind' || wanted.includes(name) || !fields.includes(name)) continue;
    const message = `${identity.path(name)} has no meaning for the kind ${show(kind)}.`;
    identity.report(name, 'CONFIG_IDENTITY', message, 'Leave it out, or write another kind.', true);
  }
}

export const guidRule: TextRule = {
  code: 'GUID_FORMAT',
  isValid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  mustBe: 'a GUID',
  nextStep: 'Write it as Azure shows it, such as 00000000-0000-0000-0000-000000000001.',
};

const variableRule: TextRule = {
  code: 'CONFIG_SECRET',
  isValid: (text) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text),
  mustBe: 'the name of an environment variable',
  nextStep: 'Write the name alone, without "$".',
  isSecret: true,
};

export const pathRule: TextRule = {
  code: 'CONFIG_PATH',
  isValid: (text) => text.length >= 1 && text.length <= 4096 && !text.includes('\0'),
  mustBe: 'a path',
  nextStep: 'Write the path of a file or folder.',
};
