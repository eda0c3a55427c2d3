// The agent's process on a machine: it starts, listens, and ends with the exit codes of the real one.
import { AgentClient } from './agent-client.ts';
import { AgentRefuses, readConfiguration } from './agent-configuration.ts';
import { AgentToken } from './agent-token.ts';
import { listen } from './listener.ts';
import type { Machine } from './machine.ts';
import type { Spread } from './random.ts';
import { naturesOf } from './natures.ts';

export function startAgent(machine: Machine, delay: Spread): void {
  const { life } = machine;
  life.start(async () => {
    await life.sleep(machine.draw(delay));
    const has = naturesOf(machine.identity.image);
    const ofPackage = naturesOf({ downloadUrl: machine.disk.launch?.downloadUrl ?? '' });
    const isBroken =
      has.has('neverOnline') || ofPackage.has('neverOnline') || (has.has('onlyOnce') && machine.lives > 1);
    const { agentName, exitCode, why } = isBroken ? crash : await run(machine);
    machine.runningAgent = null;
    machine.emit({ kind: 'agentEnded', agentName, exitCode, why });
  });
}

interface Ending {
  readonly agentName: string;
  readonly exitCode: number;
  readonly why: string;
}

const crash: Ending = { agentName: '', exitCode: 134, why: 'the process died at its start' };

async function run(machine: Machine): Promise<Ending> {
  let agentName = '';
  try {
    const configuration = readConfiguration(machine.disk.files, machine.identity.osType);
    agentName = configuration.agentName;
    machine.runningAgent = agentName;
    const client = new AgentClient(machine, configuration, new AgentToken(machine, configuration));
    const why = await listen(machine, configuration, client);
    return { agentName, exitCode: 0, why };
  } catch (error) {
    if (!(error instanceof AgentRefuses)) throw error;
    return { agentName, exitCode: error.exitCode, why: error.message };
  }
}
