// Reads the files of a configured agent as strictly as the agent does (agent-enrolment.md 1-3, 5): what the agent
// refuses is refused here with the same exit code.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { asObject, readJson, valueIgnoringCase, type JsonObject } from './json.ts';

export interface AgentConfiguration {
  readonly agentId: number;
  readonly agentName: string;
  readonly poolId: number;
  /** With its closing slash. */
  readonly serverUrl: string;
  readonly workFolder: string;
  readonly skipCapabilitiesScan: boolean;
  readonly skipSessionRecover: boolean;
  readonly clientId: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly key: KeyObject;
}

/** The listener does not start; the number is its exit code. */
export class AgentRefuses extends Error {
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, why: string) {
    super(why);
    this.name = 'AgentRefuses';
    this.exitCode = exitCode;
  }
}

export function readConfiguration(files: ReadonlyMap<string, string>, osType: 'linux' | 'windows'): AgentConfiguration {
  const agent = fileOf(files, '.agent');
  const credentials = fileOf(files, '.credentials');
  const key = readKey(files, osType);
  if (valueIgnoringCase(credentials, 'scheme') !== 'OAuth')
    throw new AgentRefuses(2, '.credentials has another scheme');
  const data = asObject(valueIgnoringCase(credentials, 'data')) ?? {};
  const clientId = text(data, 'clientId');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(clientId))
    throw new AgentRefuses(2, 'clientId is missing or no GUID');
  const authorizationUrl = text(data, 'authorizationUrl');
  if (!URL.canParse(authorizationUrl)) throw new AgentRefuses(2, 'authorizationUrl is missing or not absolute');
  const serverUrl = text(agent, 'serverUrl');
  if (valueIgnoringCase(agent, 'agentCloudId') !== undefined)
    throw new AgentRefuses(2, '.agent says that Microsoft hosts this agent');
  return {
    agentId: integer(agent, 'agentId'),
    agentName: text(agent, 'agentName'),
    poolId: integer(agent, 'poolId'),
    serverUrl: serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`,
    workFolder: typeof valueIgnoringCase(agent, 'workFolder') === 'string' ? text(agent, 'workFolder') : '',
    skipCapabilitiesScan: valueIgnoringCase(agent, 'skipCapabilitiesScan') === true,
    skipSessionRecover: valueIgnoringCase(agent, 'skipSessionRecover') === true,
    clientId,
    authorizationUrl,
    tokenUrl: optionalText(data, 'oauthEndpointUrl') ?? authorizationUrl,
    key,
  };
}

function fileOf(files: ReadonlyMap<string, string>, name: string): JsonObject {
  const content = files.get(name);
  if (content === undefined) throw new AgentRefuses(2, `${name} is missing`);
  const object = readJson(content);
  if (object === null) throw new AgentRefuses(2, `${name} is not a JSON object`);
  return object;
}

/** Members by their exact names; Windows also wants every field at its full length. */
function readKey(files: ReadonlyMap<string, string>, osType: 'linux' | 'windows'): KeyObject {
  const stored = fileOf(files, '.credentials_rsaparams');
  const bytes = (name: string): Buffer => {
    const value = stored[name];
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
      throw new AgentRefuses(2, `.credentials_rsaparams has no "${name}" in base64`);
    }
    return Buffer.from(value, 'base64');
  };
  const modulus = bytes('modulus');
  if (modulus.length < 256) throw new AgentRefuses(2, 'the key is shorter than 2048 bits');
  const parts = {
    d: bytes('d'),
    p: bytes('p'),
    q: bytes('q'),
    dp: bytes('dp'),
    dq: bytes('dq'),
    qi: bytes('inverseQ'),
  };
  const isShort = Object.entries(parts).some(
    ([name, part]) => part.length !== (name === 'd' ? modulus.length : modulus.length / 2),
  );
  if (osType === 'windows' && isShort) throw new AgentRefuses(2, 'a field of the key is shorter than Windows wants it');
  const jwk = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.toString('base64url')]));
  try {
    return createPrivateKey({
      key: { kty: 'RSA', n: modulus.toString('base64url'), e: bytes('exponent').toString('base64url'), ...jwk },
      format: 'jwk',
    });
  } catch (error) {
    if (error instanceof AgentRefuses) throw error;
    throw new AgentRefuses(2, `the key cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function text(object: JsonObject, name: string): string {
  const value = optionalText(object, name);
  if (value === null) throw new AgentRefuses(2, `"${name}" is missing`);
  return value;
}

function optionalText(object: JsonObject, name: string): string | null {
  const value = valueIgnoringCase(object, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Numbers may be written as text. */
function integer(object: JsonObject, name: string): number {
  const value = Number(valueIgnoringCase(object, name));
  if (!Number.isInteger(value) || value <= 0) throw new AgentRefuses(2, `"${name}" is missing or no number`);
  return value;
}
