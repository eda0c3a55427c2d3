// What `weir sandbox` does: both emulators on loopback until Ctrl-C.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createJobTokenSigner } from '../sandbox/azure-devops/serve.ts';
import { sandboxSubscription, type AzureState } from '../sandbox/azure/emulator.ts';
import { sharedAttestation } from '../sandbox/attestation.ts';
import { createClouds, type Clouds } from '../sandbox/world/clouds.ts';
import { serveClouds } from '../sandbox/world/served-clouds.ts';
import { UserProblem, whyUnreadable } from '../service/problem.ts';
import { createSend } from '../service/send.ts';
import { scaledClock, wallClock, wallRandom } from '../service/wall.ts';
import { onPort } from './ports-in-use.ts';
import { sandboxCertificate } from './sandbox-certificate.ts';
import type { Arguments, Io } from './verb.ts';

export async function runSandbox(args: Arguments, io: Io): Promise<number> {
  const stopped = io.untilStopped();
  const speed = args.number('speed', 0.01, 100_000) ?? 1;
  const ports = { http: args.port('port', 9000) ?? 0, https: args.port('https-port', 9443) ?? 0 };
  const clock = scaledClock(speed);
  const certificate = await sandboxCertificate(args);
  const clouds = createClouds({
    now: clock.now(),
    random: () => wallRandom.next(),
    organization: 'fabrikam',
    strictTokens: args.flag('strict-tokens'),
    signDocument: (await sharedAttestation()).signDocument,
    jobTokens: createJobTokenSigner(() => wallClock.now()),
    sendElsewhere: createSend({ certificateAuthority: certificate.cert }),
  });
  const statePath = args.text('state');
  if (statePath !== null) await loadState(clouds, statePath);
  const served = await onPort(
    { port: ports.http, isNamed: true, option: 'port' },
    (httpPort) =>
      serveClouds({
        clouds,
        now: () => clock.now(),
        speed,
        httpPort,
        httpsPort: ports.https,
        certificate,
        onProblem: (problem) => io.note(`weir: the sandbox failed: ${String(problem)}\n`),
      }),
    (text) => {
      io.note(text);
    },
  );
  io.out(`${JSON.stringify(addresses(served.httpUrl, served.httpsUrl))}\n`);
  await stopped;
  await served.close();
  if (statePath !== null) await saveState(clouds, statePath);
  return 0;
}

function addresses(http: string, https: string) {
  return {
    http,
    https,
    azure: https,
    azureDevOps: `${http}/fabrikam`,
    authorityHost: https,
    organization: 'fabrikam',
    subscriptionId: sandboxSubscription,
  };
}

async function loadState(clouds: Clouds, path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new UserProblem('STATE_READ', `The state ${path} cannot be read: ${whyUnreadable(error)}.`);
  });
  if (text === null) return;
  try {
    const state = JSON.parse(text) as { readonly azure: AzureState; readonly azureDevOps: unknown };
    clouds.azure.importState(state.azure);
    clouds.azureDevOps.importState(state.azureDevOps);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new UserProblem('STATE_INVALID', `The state ${path} cannot be used: ${words}.`, {
      nextStep: 'Name a file that "weir sandbox --state" wrote, or one that does not exist yet.',
    });
  }
}

/** Written beside and renamed, so that a full disk never costs the old state. */
async function saveState(clouds: Clouds, path: string): Promise<void> {
  const state = { azure: clouds.azure.exportState(), azureDevOps: clouds.azureDevOps.exportState() };
  try {
    await writeFile(`${path}.new`, JSON.stringify(state));
    await rename(`${path}.new`, path);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new UserProblem('STATE_WRITE', `The state could not be kept in ${path}: ${words}.`);
  }
}
