// What the agent says it can, in the order in which later names win: environment, tools, `.capabilities`, its own facts
// (agent-enrolment.md 6).
import type { AgentConfiguration } from './agent-configuration.ts';
import type { Machine } from './machine.ts';

const environments = {
  linux: {
    HOME: '/home/AzDevOps',
    LANG: 'C.UTF-8',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    USER: 'AzDevOps',
  },
  windows: {
    COMSPEC: 'C:\\Windows\\system32\\cmd.exe',
    OS: 'Windows_NT',
    PROCESSOR_ARCHITECTURE: 'AMD64',
    USERNAME: 'AzDevOps',
  },
} as const;

const tools = {
  linux: { bash: '/bin/bash', curl: '/usr/bin/curl', git: '/usr/bin/git', python3: '/usr/bin/python3', sh: '/bin/sh' },
  windows: {
    Cmd: 'C:\\Windows\\system32\\cmd.exe',
    git: 'C:\\Program Files\\Git\\cmd\\git.exe',
    PowerShell: '5.1.20348.1',
  },
} as const;

export function systemCapabilities(
  machine: Machine,
  configuration: AgentConfiguration,
): Readonly<Record<string, string>> {
  if (configuration.skipCapabilitiesScan) return {};
  const { osType, computerName } = machine.identity;
  const launch = machine.disk.launch;
  const byName = new Map<string, readonly [string, string]>();
  const add = (name: string, value: string) => byName.set(name.toLowerCase(), [name, value]);
  for (const [name, value] of Object.entries({ ...environments[osType], ...tools[osType] })) add(name, value);
  for (const [name, value] of capabilityLines(machine.disk.files.get('.capabilities') ?? '')) add(name, value);
  add('Agent.Name', configuration.agentName);
  add('Agent.OS', osType === 'windows' ? 'Windows_NT' : 'Linux');
  add('Agent.OSArchitecture', 'X64');
  if (osType === 'windows') add('Agent.OSVersion', '10.0.20348');
  add('InteractiveSession', launch?.startsAtLogOn === true ? 'True' : 'False');
  add('Agent.Version', launch?.agentVersion ?? '');
  add('Agent.ComputerName', computerName);
  add('Agent.HomeDirectory', launch?.agentFolder ?? '');
  return Object.fromEntries(byName.values());
}

/** No trimming, quoting, escapes or comments; the first `=` splits, and a line without a name before one is skipped. */
export function capabilityLines(text: string): readonly (readonly [string, string])[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((line) => {
      const split = line.indexOf('=');
      return split > 0 ? [[line.slice(0, split), line.slice(split + 1)] as const] : [];
    });
}
