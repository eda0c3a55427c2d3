// One virtual machine from the inside: its disk, and what runs on it since it was booted.
import type { ExtensionOutcome, GuestHost, GuestIdentity } from '../azure/guest.ts';
import type { Life } from './life.ts';
import type { JobFacts, MachineFact } from './machine-event.ts';
import { drawMilliseconds, type Random, type Spread } from './random.ts';
import { naturesOf } from './natures.ts';
import type { Timings } from './timings.ts';

export interface Surroundings {
  readonly random: Random;
  readonly host: GuestHost;
  readonly timings: Timings;
  readonly newLife: (vmId: string, onNetworkFailure: (words: string) => void) => Life;
  readonly emit: (identity: GuestIdentity, fact: MachineFact) => void;
}

export interface Disk {
  /** The agent folder: file name to content. */
  readonly files: Map<string, string>;
  /** How the agent is started: left by the script, gone with the disk. */
  launch: Launch | null;
  /** What a trial machine does after it has restarted and logged on. */
  trialAtLogOn: (() => void) | null;
}

export interface Launch {
  readonly runsOnce: boolean;
  /** An interactive agent starts at log-on, hence after every boot; any other only when the script starts it. */
  readonly startsAtLogOn: boolean;
  readonly agentVersion: string;
  /** Of the package: it may hold words of natures.ts. */
  readonly downloadUrl: string;
  readonly agentFolder: string;
}

export class Machine {
  readonly surroundings: Surroundings;
  identity: GuestIdentity;
  disk: Disk = emptyDisk();
  life: Life;
  /** The name of the agent whose process runs, if one does. */
  runningAgent: string | null = null;
  runningJob: JobFacts | null = null;
  /** The enable script runs, inside the extension or detached from it: a second run leaves the claim to the first. */
  isEnrolling = false;
  /** How often its disk was made. */
  lives = 0;

  constructor(surroundings: Surroundings, identity: GuestIdentity) {
    this.surroundings = surroundings;
    this.identity = identity;
    this.life = this.#newLife();
  }

  #newLife(): Life {
    return this.surroundings.newLife(this.identity.vmId, (words) => this.emit({ kind: 'networkFailed', words }));
  }

  emit(fact: MachineFact): void {
    this.surroundings.emit(this.identity, fact);
  }

  draw(spread: Spread): number {
    const milliseconds = drawMilliseconds(this.surroundings.random, spread);
    return naturesOf(this.identity.image).has('slow') ? milliseconds * 5 : milliseconds;
  }

  boot(identity: GuestIdentity, keepsDisk: boolean, reason: string): void {
    this.stop('restart');
    this.identity = identity;
    if (!keepsDisk) {
      this.disk = diskOf(identity);
      this.lives += 1;
    }
    this.life = this.#newLife();
    this.emit({ kind: 'booted', reason });
  }

  /** Everything ends at once; a running job is lost. */
  stop(reason: string): void {
    this.life.end();
    if (this.runningJob !== null) this.emit({ kind: 'jobLost', ...this.runningJob, reason });
    if (this.runningAgent !== null) {
      this.emit({
        kind: 'agentEnded',
        agentName: this.runningAgent,
        exitCode: null,
        why: `the machine stopped: ${reason}`,
      });
    }
    this.runningJob = null;
    this.runningAgent = null;
    this.isEnrolling = false;
  }

  finishExtension(extension: string, outcome: ExtensionOutcome): void {
    // The handler decodes what a script prints as ASCII.
    const output = outcome.output.replace(/[^\t\n\x20-\x7e]/g, '?');
    this.emit({ kind: 'extensionFinished', extension, exitCode: outcome.exitCode, output });
    this.surroundings.host.extensionFinished(this.identity.vmId, extension, { exitCode: outcome.exitCode, output });
  }
}

/** As the image brings it. */
function diskOf(identity: GuestIdentity): Disk {
  const disk = emptyDisk();
  if (naturesOf(identity.image).has('agentPreinstalled')) disk.files.set('.agent', '{"agentId":1}');
  return disk;
}

function emptyDisk(): Disk {
  return { files: new Map(), launch: null, trialAtLogOn: null };
}
