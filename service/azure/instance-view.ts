// The instance view: what a virtual machine itself says, beside what the last operation on it ended with. Codes are
// `ProvisioningState/<state>[/<code>]` and `PowerState/<state>` (azure-wire.md 3).
import type { InstanceExtension, InstanceFailure, PowerState } from '../domain/instance.ts';
import type { Fields } from '../wire.ts';

const powerPrefix = 'powerstate/';
const provisioningPrefix = 'provisioningstate/';

const powerStates: Readonly<Record<string, PowerState>> = {
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  deallocating: 'deallocating',
  deallocated: 'deallocated',
};

/** Without a view the machine is assumed to run; a view that does not say is `unknown`. */
export function powerStateOf(view: Fields | null): PowerState {
  if (view === null) return 'running';
  const stated = codes(view).find((code) => code.toLowerCase().startsWith(powerPrefix));
  return (stated === undefined ? undefined : powerStates[stated.slice(powerPrefix.length).toLowerCase()]) ?? 'unknown';
}

/** The state in the view, without its details; null where the view has none. */
export function statedProvisioning(view: Fields | null): string | null {
  if (view === null) return null;
  const stated = codes(view).find((code) => code.toLowerCase().startsWith(provisioningPrefix));
  return stated?.slice(provisioningPrefix.length).split('/')[0] ?? null;
}

/**
 * Everything that the view reports as failed. An extension counts by the level `Error` alone, for the end of its code
 * varies. `source` is the extension's name, `vmAgent`, `operatingSystem` or `instance`.
 */
export function failuresOf(view: Fields | null): readonly InstanceFailure[] {
  if (view === null) return [];
  const extensions = (view.objects('extensions') ?? []).flatMap((extension) =>
    errors(extension, extension.text('name') ?? extension.text('type') ?? 'extension'),
  );
  const agent = view.object('vmAgent');
  return [...provisioningFailures(view), ...(agent === null ? [] : errors(agent, 'vmAgent')), ...extensions];
}

/**
 * Every status of every extension, good ones too: a handler that did nothing says so in one that is good. The Custom
 * Script Extension of Windows puts what a script printed into substatuses, so they stand behind it.
 */
export function extensionsOf(view: Fields): readonly InstanceExtension[] {
  return (view.objects('extensions') ?? []).flatMap((extension) =>
    (extension.objects('statuses') ?? []).map((status) => ({
      name: extension.text('name') ?? extension.text('type') ?? 'extension',
      code: status.text('code') ?? 'unknown',
      level: levelOf(status.text('level')),
      message: [words(status), ...printed(extension)].join('\n'),
    })),
  );
}

function printed(extension: Fields): readonly string[] {
  return (extension.objects('substatuses') ?? []).map(words).filter((text) => text.trim() !== '');
}

function levelOf(level: string | null): InstanceExtension['level'] {
  const plain = level?.toLowerCase();
  return plain === 'error' || plain === 'warning' ? plain : 'info';
}

function provisioningFailures(view: Fields): readonly InstanceFailure[] {
  return (view.objects('statuses') ?? []).flatMap((status) => {
    const [kind, state, ...rest] = (status.text('code') ?? '').split('/');
    if (kind?.toLowerCase() !== 'provisioningstate' || state?.toLowerCase() !== 'failed') return [];
    const code = rest.join('/') || 'failed';
    return [{ source: /^OSProvisioning/i.test(code) ? 'operatingSystem' : 'instance', code, message: words(status) }];
  });
}

function errors(part: Fields, source: string): readonly InstanceFailure[] {
  return (part.objects('statuses') ?? [])
    .filter((status) => status.text('level')?.toLowerCase() === 'error')
    .map((status) => ({ source, code: status.text('code') ?? 'unknown', message: words(status) }));
}

function words(status: Fields): string {
  return status.text('message') ?? status.text('displayStatus') ?? '';
}

function codes(view: Fields): readonly string[] {
  return (view.objects('statuses') ?? []).flatMap((status) => status.text('code') ?? []);
}
