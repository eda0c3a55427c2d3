// The same extension under other names, so that it can be installed beside the real one: its id, its tasks and its kind of service
// connection are its own, and it is private.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const suffix = 'dev';
const words = '(development)';

/** Copies into `folder`, which becomes the root of the package, what the manifest in `root` names, with the names of development. */
export function stageDevelopment(root, folder) {
  const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const write = (name, value) => writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const manifest = read('vss-extension.json');
  const { content, icons, files } = manifest;
  rmSync(folder, { recursive: true, force: true });
  const named = [...files, ...Object.values(content)].map((one) => one.path);
  for (const path of [...named, ...Object.values(icons)]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  for (const { type, properties } of manifest.contributions)
    if (type === 'ms.vss-distributed-task.task') {
      const path = `${properties.name}/task.json`;
      write(path, taskOf(read(path)));
    }
  write('vss-extension.json', {
    ...manifest,
    id: `${manifest.id}-${suffix}`,
    name: `${manifest.name} ${words}`,
    public: false,
    contributions: manifest.contributions.map(contributionOf),
  });
}

/** Azure DevOps knows a task by its id alone: the development's must be another, and the same in each build. */
function taskOf(task) {
  const connection = (type) => (type === 'connectedService:weir' ? `${type}-${suffix}` : type);
  return {
    ...task,
    id: idOf(`${task.id} ${suffix}`),
    name: `${task.name}Dev`,
    friendlyName: `${task.friendlyName} ${words}`.slice(0, 40),
    inputs: task.inputs.map((input) => ({ ...input, type: connection(input.type) })),
  };
}

function contributionOf(contribution) {
  const { type, properties } = contribution;
  if (type === 'ms.vss-endpoint.service-endpoint-type') {
    const displayName = `${properties.displayName} ${words}`;
    return { ...contribution, properties: { ...properties, name: `${properties.name}-${suffix}`, displayName } };
  }
  if (properties.uri === undefined) return contribution;
  return { ...contribution, properties: { ...properties, name: `${properties.name} ${words}` } };
}

/** A version 5 form from a digest. */
function idOf(text) {
  const digits = createHash('sha256').update(text).digest('hex').slice(0, 32).split('');
  digits[12] = '5';
  digits[16] = '8';
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)]
    .map((part) => part.join(''))
    .join('-');
}
