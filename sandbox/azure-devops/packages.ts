// Agent packages that the service offers. Nothing can be downloaded from the sandbox itself: addresses have the shape of
// the real ones unless the owner of the sandbox gives others.

import { list, ok, parameter, query, type Handler } from './call.ts';
import { VssError } from './errors.ts';
import { hexDigits } from './guid.ts';
import { isoTime, type AgentPackage } from './organization.ts';

const PLATFORMS = ['linux-x64', 'linux-arm64', 'linux-musl-x64', 'osx-x64', 'osx-arm64', 'win-x64', 'win-arm64'];
const VERSIONS = ['5.278.0', '4.275.0', '3.258.1'];

/** Newest first within each platform. The hashes are drawn: no such file exists. */
export function offeredPackages(random: () => number, now: number): readonly AgentPackage[] {
  return PLATFORMS.flatMap((platform) =>
    VERSIONS.map((version, age) => packageOf(platform, version, now - (age + 1) * 30 * 86_400_000, random)),
  );
}

/** A new version for each platform. `nature` becomes part of its address, where the sandbox's machines read it. */
export function newPackages(
  version: string,
  nature: string | null,
  now: number,
  random: () => number,
): readonly AgentPackage[] {
  return PLATFORMS.map((platform) => {
    const made = packageOf(platform, version, now, random);
    const folder = nature === null ? version : `${version}/${nature}`;
    return { ...made, downloadUrl: made.downloadUrl.replace(`/${version}/`, `/${folder}/`) };
  });
}

function packageOf(platform: string, version: string, createdOn: number, random: () => number): AgentPackage {
  const filename = `vsts-agent-${platform}-${version}.${platform.startsWith('win') ? 'zip' : 'tar.gz'}`;
  const downloadUrl = `https://download.agent.dev.azure.com/agent/${version}/${filename}`;
  return { platform, version, downloadUrl, filename, hashValue: hexDigits(random, 64), createdOn };
}

export const listPackages: Handler = (organization, call) => {
  const top = Number(query(call, '$top') ?? Number.MAX_SAFE_INTEGER);
  return list(packagesFor(organization.packages, call.route).slice(0, top).map(packageView));
};

export const getPackage: Handler = (organization, call) => {
  const version = parameter(call, 'version');
  const found = packagesFor(organization.packages, call.route).find((offered) => offered.version === version);
  if (found === undefined)
    throw new VssError(404, 'PackageDoesNotExistException', `The agent package ${version} does not exist.`);
  return ok(packageView(found));
};

function packagesFor(
  packages: readonly AgentPackage[],
  route: Readonly<Record<string, string>>,
): readonly AgentPackage[] {
  const { packageType = '', platform = '' } = route;
  return packageType.toLowerCase() === 'agent'
    ? packages.filter((offered) => offered.platform === platform.toLowerCase())
    : [];
}

function packageView(offered: AgentPackage): unknown {
  const [major = 0, minor = 0, patch = 0] = offered.version.split('.').map(Number);
  return {
    type: 'agent',
    platform: offered.platform,
    createdOn: isoTime(offered.createdOn),
    version: { major, minor, patch },
    downloadUrl: offered.downloadUrl,
    infoUrl: `https://github.com/microsoft/azure-pipelines-agent/releases/tag/v${offered.version}`,
    filename: offered.filename,
    hashValue: offered.hashValue,
  };
}
