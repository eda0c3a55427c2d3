// The task PinImageVersion: pins, unpins or rolls back an image of a pool, lets a version in for this run, or writes the
// demand into pipeline files.
import { randomUUID } from 'node:crypto';
import { ServiceProblem } from '../../contract/client.ts';
import type { ImageView, PinResult } from '../../contract/images.ts';
import type { Agent } from '../agent.ts';
import { TaskProblem } from '../task-problem.ts';
import type { Outcome } from '../run-task.ts';
import { weirService, type WeirService } from '../weir-service.ts';
import { changeFiles } from './pipeline-files.ts';

const scopes = ['pool', 'run', 'yaml'] as const;
const actions = ['pin', 'unpin', 'rollback'] as const;

interface Change {
  readonly pool: string;
  readonly image: string;
  readonly scope: (typeof scopes)[number];
  readonly action: (typeof actions)[number];
  readonly version: string | null;
}

export async function pinImageVersion(agent: Agent, signal: AbortSignal): Promise<Outcome> {
  const change = readChange(agent);
  const service = weirService(agent);
  if (change.scope === 'yaml') return await pinInFiles(agent, service, change, signal);
  const result = await pin(agent, service, change, signal);
  return tell(agent, result);
}

function readChange(agent: Agent): Change {
  const scope = agent.choice('scope', scopes, 'pool');
  const action = agent.choice('action', actions, 'pin');
  const version = agent.input('version');
  if (action === 'pin' && version === null)
    throw new TaskProblem(
      'A pin needs a version.',
      'Write version: and an exact x.y.z, such as the output of ValidateImage.',
    );
  if (action !== 'pin' && version !== null)
    throw new TaskProblem(`"${action}" takes no version.`, 'Remove version, or use action: pin.');
  if (action !== 'pin' && scope !== 'pool')
    throw new TaskProblem(`"${action}" is only for scope: pool.`, 'Use scope: pool, or action: pin.');
  return { pool: agent.requiredInput('pool'), image: agent.requiredInput('image'), scope, action, version };
}

async function pin(agent: Agent, service: WeirService, change: Change, signal: AbortSignal): Promise<PinResult> {
  const { pool, image, scope, action, version } = change;
  const requireValidated = agent.input('requireValidated');
  const reason = agent.input('reason');
  const untilMinutes = agent.whole('untilMinutes', 1, 10_080);
  const standing = await imageOf(service, change, signal);
  const body = {
    ...{ image, action, version, scope: scope === 'run' ? ('run' as const) : ('pool' as const) },
    ...(requireValidated === null ? {} : { requireValidated: agent.flag('requireValidated') }),
    ...(reason === null ? {} : { reason }),
    ...(untilMinutes === null ? {} : { untilMinutes }),
  };
  try {
    const revision = scope === 'run' ? null : standing.revision;
    return await service.client.pin(pool, body, { revision, idempotencyKey: randomUUID(), signal });
  } catch (problem) {
    if (!(problem instanceof ServiceProblem) || problem.status !== 412) throw problem;
    throw new TaskProblem(
      await overtaken(service, change, signal),
      'Look at the history of the image, then run this step again.',
    );
  }
}

/** Two pins at once: who came first is told, and nothing is overwritten. */
async function overtaken(service: WeirService, change: Change, signal: AbortSignal): Promise<string> {
  const now = await imageOf(service, change, signal);
  // What is let in for a run changes nothing for the pool.
  const last = now.history.find((one) => one.action !== 'admitForRun');
  const who = last === undefined ? 'Somebody' : `${last.by} (${last.action} to ${last.to ?? 'the newest'})`;
  return `${who} changed image ${now.alias} at the same moment, so nothing was done; it stands at ${now.currentVersion ?? 'no version'} now.`;
}

async function imageOf(service: WeirService, { pool, image }: Change, signal: AbortSignal): Promise<ImageView> {
  const { images } = await service.client.images(pool, signal);
  const wanted = image.toLowerCase();
  const found = images.find((one) => one.aliases.some((alias) => alias.toLowerCase() === wanted));
  if (found !== undefined) return found;
  const known = images.flatMap((one) => one.aliases).join(', ');
  throw new TaskProblem(
    `Pool ${pool} has no image "${image}".`,
    known === '' ? 'Add the image to the settings of the pool.' : `It offers: ${known}.`,
  );
}

function tell(agent: Agent, result: PinResult): Outcome {
  agent.output('imageVersion', result.imageVersion ?? '');
  agent.output('previousVersion', result.previousVersion ?? '');
  agent.output('demand', result.demand ?? '');
  return { succeeded: true, words: result.words };
}

/** Writes files of the checkout only; committing them is for the pipeline. */
async function pinInFiles(agent: Agent, service: WeirService, change: Change, signal: AbortSignal): Promise<Outcome> {
  const version = change.version ?? '';
  const { images } = await service.client.images(change.pool, signal);
  const image = await imageOf(service, change, signal);
  if (!image.versions.some((one) => one.version === version && one.exists)) {
    const newest = image.versions.slice(0, 3).map((one) => one.version);
    throw new TaskProblem(
      `Image ${image.alias} has no version ${version}.`,
      `The last ${newest.length} are ${newest.join(', ')}.`,
    );
  }
  const folder = agent.variable('Build.SourcesDirectory') ?? process.cwd();
  const patterns = agent.requiredInput('files').split(/\r?\n/);
  const changed = await changeFiles(folder, agent.find(folder, patterns), {
    ...{ pool: change.pool, aliases: image.aliases, version },
    isFirst: images[0]?.alias === image.alias,
  });
  for (const { file, diff, previous } of changed.files) {
    agent.say(`${file}: ${previous ?? 'no version'} → ${version}`);
    for (const line of diff) agent.say(line);
  }
  agent.output('imageVersion', version);
  agent.output('previousVersion', changed.files[0]?.previous ?? '');
  agent.output('demand', `ImageVersionOverride -equals ${version}`);
  const count = changed.files.length;
  if (count === 0 && changed.looked === 0) throw new TaskProblem('No file fits the input files.', 'Correct the paths.');
  const words =
    count === 0
      ? `Nothing to change in ${changed.looked} files: no pool "${change.pool}" with image ${image.alias} asks for another version.`
      : `${count} of ${changed.looked} files ask for version ${version} now.`;
  return { succeeded: true, words };
}
