// What Azure DevOps says about a pool, a registration that it took, and the agent's own packages (azure-devops-wire.md 1
// and 2), in our words.
import type { AgentPackage, AgentPool, RegisteredAgent } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { type Fields, fieldsOf } from '../wire.ts';

export function translatePool(raw: unknown, path: string): AgentPool {
  const pool = fieldsOf(raw, path);
  return {
    poolId: pool.requiredNumber('id'),
    name: pool.requiredText('name'),
    isHosted: pool.flag('isHosted') ?? false,
    poolType: pool.text('poolType') === 'deployment' ? 'deployment' : 'automation',
    isElastic: isElastic(pool),
  };
}

/** The registration is useless without its client id and address for tokens. */
export function translateRegisteredAgent(raw: unknown, path: string): RegisteredAgent {
  const agent = fieldsOf(raw, path);
  const authorization = fieldsOf(agent.raw().authorization, `${path}.authorization`);
  return {
    agentId: agent.requiredNumber('id'),
    name: agent.requiredText('name'),
    clientId: authorization.requiredText('clientId'),
    authorizationUrl: authorization.requiredText('authorizationUrl'),
    serverUrl: serverUrl(agent.object('properties')),
  };
}

/** `hashValue` is the SHA-256 in hexadecimal, whatever the specification says (agent-enrolment.md 8); anything else is refused. */
export function translateAgentPackage(raw: unknown, path: string): AgentPackage {
  const found = fieldsOf(raw, path);
  const version = fieldsOf(found.raw().version, `${path}.version`);
  const sha256 = found.requiredText('hashValue').replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new CloudError('unreadable', `${path}.hashValue`, `${path}.hashValue is no SHA-256 of 64 hexadecimal digits`);
  }
  return {
    version: ['major', 'minor', 'patch'].map((part) => version.requiredNumber(part)).join('.'),
    downloadUrl: found.requiredText('downloadUrl'),
    fileName: found.requiredText('filename'),
    sha256,
  };
}

/** `options` is a set of flags: words with commas between, or their number. */
function isElastic(pool: Fields): boolean {
  const { options } = pool.raw();
  if (typeof options === 'number') return (options & 1) === 1;
  return (pool.text('options') ?? '').split(/,\s*/).includes('elasticPool');
}

/** A property is a value, or a value with its .NET type beside it. */
function serverUrl(properties: Fields | null): string | null {
  const raw = properties?.raw().ServerUrl;
  if (properties === null || raw === undefined || raw === null) return null;
  return typeof raw === 'object'
    ? (properties.object('ServerUrl')?.text('$value') ?? null)
    : properties.text('ServerUrl');
}
