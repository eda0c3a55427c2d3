// A process of its own that takes the lock of a folder, says how that went, and keeps the lock until it is killed.
import { lockFolder } from '../../../service/store/folder-lock.ts';

try {
  await lockFolder(process.argv[2] ?? '');
  process.stdout.write('locked\n');
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${(error as { code: string }).code}\n`);
}
