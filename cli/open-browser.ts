// Opens the page for a person who sits at a terminal with a desktop; everybody else has the address on the screen.
import { spawn } from 'node:child_process';

export function openInBrowser(url: string): void {
  const command = commandFor();
  if (command === null || process.env.CI !== undefined || !process.stdout.isTTY) return;
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  // No browser is no failure: the address was printed.
  child.on('error', () => undefined);
  child.unref();
}

function commandFor(): string | null {
  if (process.platform === 'darwin') return 'open';
  if (process.platform === 'win32') return 'explorer';
  return process.env.DISPLAY === undefined && process.env.WAYLAND_DISPLAY === undefined ? null : 'xdg-open';
}
