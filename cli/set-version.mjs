// `npm run set-version 1.2.3`: moves the version everywhere it stands (package, lock file, manifest, tasks), because agents and
// organisations take a changed task only where its version grew (hub-and-tasks.md 5.1), and a forgotten one is not noticed.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [version = ''] = process.argv.slice(2);
const parts = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/.exec(version);
if (parts === null) {
  process.stderr.write('Write three plain numbers, such as npm run set-version 1.2.3.\n');
  process.exit(2);
}
const [Major, Minor, Patch] = parts.slice(1).map(Number);

change('package.json', (text) => text.replace(/("version": )"[^"]*"/, `$1"${version}"`));
// The first two stand for the package itself, everything after for others.
change('package-lock.json', (text) => {
  let count = 0;
  return text.replace(/("version": )"[^"]*"/g, (whole, key) => ((count += 1) <= 2 ? `${key}"${version}"` : whole));
});
change('vss-extension.json', (text) => text.replace(/("version": )"[^"]*"/, `$1"${version}"`));
for (const task of ['ValidateImage', 'PinImageVersion']) {
  change(`tasks/${task}/task.json`, (text) =>
    text.replace(/"version": \{[^}]*\}/, `"version": { "Major": ${Major}, "Minor": ${Minor}, "Patch": ${Patch} }`),
  );
}
process.stdout.write(`Everything says ${version} now.\n`);

function change(file, by) {
  const path = join(root, file);
  writeFileSync(path, by(readFileSync(path, 'utf8')));
}
