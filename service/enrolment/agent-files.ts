// The files that make an unpacked agent a configured one, exactly as the agent reads them (agent-enrolment.md 1-6).
// UTF-8 without BOM: the agent reads both, and the key inside the Windows protection must have none.
import type { Capabilities } from '../domain/agent.ts';
import type { AgentKeys } from './keys.ts';

/** In the order in which a machine must write them: `.agent` last, because its existence means "enabled already". */
export const agentFileNames = [
  '.credentials_rsaparams',
  '.credentials',
  '.capabilities',
  '.setup_info',
  '.agent',
] as const;
export type AgentFileName = (typeof agentFileNames)[number];
export type AgentFiles = Readonly<Record<AgentFileName, string>>;

export interface AgentFilesInput {
  readonly agentId: number;
  readonly agentName: string;
  readonly poolId: number;
  /** Of the organisation, or what the registration answered in its place. */
  readonly serverUrl: string;
  readonly workFolder: string;
  readonly clientId: string;
  readonly authorizationUrl: string;
  readonly keys: AgentKeys;
  readonly capabilities: Capabilities;
  /** Printed at the top of every job's log. */
  readonly setupInfo: readonly { readonly group: string; readonly detail: string }[];
}

export function agentFiles(input: AgentFilesInput): AgentFiles {
  const { keys } = input;
  return {
    '.credentials_rsaparams': JSON.stringify({
      d: keys.d,
      dp: keys.dp,
      dq: keys.dq,
      exponent: keys.exponent,
      inverseQ: keys.inverseQ,
      modulus: keys.modulus,
      p: keys.p,
      q: keys.q,
    }),
    '.credentials': JSON.stringify({
      scheme: 'OAuth',
      data: {
        clientId: input.clientId,
        authorizationUrl: input.authorizationUrl,
        oauthEndpointUrl: input.authorizationUrl,
      },
    }),
    '.capabilities': capabilityLines(input.capabilities),
    '.setup_info': JSON.stringify(input.setupInfo),
    // No pool name: the agent needs it for a service only, and it would cost a call for each machine. No
    // `agentCloudId`, whose presence makes an agent believe that Microsoft hosts it.
    '.agent': JSON.stringify({
      agentId: input.agentId,
      agentName: input.agentName,
      poolId: input.poolId,
      serverUrl: input.serverUrl.endsWith('/') ? input.serverUrl : `${input.serverUrl}/`,
      workFolder: input.workFolder,
    }),
  };
}

/** `name=value` lines without quoting, escapes or comments: what would need one cannot be written. */
function capabilityLines(capabilities: Capabilities): string {
  return Object.entries(capabilities)
    .map(([name, value]) => {
      if (name === '' || /[=\r\n]/.test(name) || /[\r\n]/.test(value)) {
        throw new Error(`Capability "${name}" cannot be written into .capabilities.`);
      }
      return `${name}=${value}\n`;
    })
    .join('');
}
