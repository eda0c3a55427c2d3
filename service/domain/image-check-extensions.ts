// The customer's script must be over before the agent comes: Azure orders only what the model names (azure-wire.md 3).
import { commandsFor } from './fix-commands.ts';
import type { TemplateFacts } from './image-facts.ts';
import { agentExtensionName, type ScaleSetExtension } from './instance.ts';
import type { Finding } from './validation-check.ts';

export function checkExtensionOrder({
  template,
}: {
  readonly template: Pick<TemplateFacts, 'id' | 'extensions'>;
}): Finding {
  const agent = template.extensions.find(
    (one) => isSame(one.name, agentExtensionName) || /^TeamServicesAgent(Linux)?$/i.test(one.type),
  );
  const scripts = template.extensions.filter(
    (one) => one !== agent && /^(CustomScript|CustomScriptExtension)$/i.test(one.type),
  );
  if (scripts.length === 0) return { status: 'ok', words: 'The template has no custom script.' };
  const names = scripts.map((one) => one.name).join(', ');
  const evidence = { scripts: names, agent: agent?.name ?? 'put there by Weir' };
  const waiting = agent === undefined ? undefined : scripts.find((one) => waitsFor(one, agent));
  if (agent !== undefined && waiting !== undefined) {
    return {
      status: 'error',
      words: `The script ${waiting.name} waits for the agent: jobs could start before it has run.`,
      evidence,
      fix: {
        words: 'Take the agent out of what the script waits for.',
        commands: orderCommand(
          template.id,
          waiting,
          waiting.provisionAfterExtensions.filter((one) => !isSame(one, agent.name)),
        ),
      },
    };
  }
  const missing = agent === undefined ? [] : scripts.filter((one) => !waitsFor(agent, one));
  if (agent === undefined || missing.length === 0)
    return { status: 'ok', words: `The agent waits for ${names}.`, evidence };
  return {
    status: 'error',
    words: `The agent does not wait for ${missing.map((one) => one.name).join(', ')}: a job may start before the script has run, and also when it fails.`,
    evidence,
    fix: {
      words: 'Let the agent wait for the script.',
      commands: orderCommand(template.id, agent, [
        ...agent.provisionAfterExtensions,
        ...missing.map((one) => one.name),
      ]),
    },
  };
}

function waitsFor(one: ScaleSetExtension, other: ScaleSetExtension): boolean {
  return one.provisionAfterExtensions.some((name) => isSame(name, other.name));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function orderCommand(templateId: string, extension: ScaleSetExtension, after: readonly string[]) {
  const [, group = '', name = ''] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(templateId) ?? [];
  return commandsFor([
    ...['az', 'vmss', 'extension', 'set', '--resource-group', group, '--vmss-name', name],
    ...['--extension-instance-name', extension.name, '--name', extension.type, '--publisher', extension.publisher],
    ...['--provision-after-extensions', ...after],
  ]);
}
