// What the portal's server tells the portal's page: who is looking, at what, and where hub and service stand.

export interface PortalConfiguration {
  readonly organization: { readonly name: string; readonly url: string };
  readonly project: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  /** Full address of the hub's page, on another origin than the portal's. */
  readonly hubUrl: string;
  /** Preset under `serviceUrl` in the extension data, as if somebody had connected the hub; null for a fresh installation. */
  readonly serviceUrl: string | null;
}

export const configurationPath = '/portal.json';
export const tokenPath = '/token';
export const hubPage = 'elastic-agents';

export type SettingsScope = 'project' | 'organization';

/** The path of a settings page, as Azure DevOps forms it. */
export function settingsPath(
  at: Pick<PortalConfiguration, 'organization' | 'project'>,
  scope: SettingsScope,
  page: string,
): string {
  const project = scope === 'project' ? `/${encodeURIComponent(at.project.name)}` : '';
  return `/${encodeURIComponent(at.organization.name)}${project}/_settings/${page}`;
}
