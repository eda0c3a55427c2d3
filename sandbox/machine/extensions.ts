// Extensions of Azure as they run on a machine. Azure decides on their order; the machine runs what it is given.
import type { GuestExtension } from '../azure/guest.ts';
import { runAgentExtension, runScriptCommand, scriptCommandOf } from './agent-extension.ts';
import type { Machine } from './machine.ts';
import { naturesOf } from './natures.ts';

export function runExtension(machine: Machine, extension: GuestExtension): void {
  const type = `${extension.publisher}/${extension.type}`.toLowerCase();
  if (/^microsoft\.visualstudio\.services\/teamservicesagent(linux)?$/.test(type)) {
    machine.life.start(() => runAgentExtension(machine, extension));
  } else if (/^microsoft\.(azure\.extensions\/customscript|compute\/customscriptextension)$/.test(type)) {
    machine.life.start(() => runCustomScript(machine, extension));
  } else {
    machine.life.start(async () => {
      await machine.life.sleep(machine.draw(machine.surroundings.timings.otherExtension));
      machine.finishExtension(extension.name, { exitCode: 0, output: '' });
    });
  }
}

/**
 * The sandbox runs no command. By convention the last `exit N` in `commandToExecute` is its exit code, and without one
 * it succeeds: `echo warm; exit 1` is a customer's script that fails.
 */
async function runCustomScript(machine: Machine, extension: GuestExtension): Promise<void> {
  const script = machine.identity.osType === 'windows' ? scriptCommandOf(extension) : null;
  if (script !== null) {
    await runScriptCommand(machine, extension.name, script);
    return;
  }
  await machine.life.sleep(machine.draw(machine.surroundings.timings.customScript));
  const command = extension.protectedSettings.commandToExecute ?? extension.settings.commandToExecute;
  if (typeof command !== 'string' || command === '') {
    machine.finishExtension(extension.name, { exitCode: 51, output: "'commandToExecute' is not specified" });
    return;
  }
  if (naturesOf(machine.identity.image).has('scriptFails')) {
    machine.finishExtension(extension.name, {
      exitCode: 3,
      output: 'command terminated with exit status=3\n[stdout]\nwarming up\n[stderr]\ndotnet: command not found',
    });
    return;
  }
  const exits = [...command.matchAll(/\bexit\s+(\d{1,3})\b/g)];
  const exitCode = Number(exits.at(-1)?.[1] ?? 0);
  machine.finishExtension(extension.name, {
    exitCode,
    output: exitCode === 0 ? '' : `command terminated with exit status=${exitCode}`,
  });
}
