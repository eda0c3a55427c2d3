// The seam between a scale set instance and what runs inside it. Azure knows only that an operating system came up and
// that an extension ended; the machine knows only that it was booted, asked or stopped.

export interface GuestIdentity {
  readonly vmId: string;
  readonly subscriptionId: string;
  readonly scaleSetId: string;
  readonly scaleSetName: string;
  readonly instanceId: string;
  readonly computerName: string;
  readonly osType: 'linux' | 'windows';
  readonly location: string;
  /** The image as the model names it, with the exact version that was deployed. */
  readonly image: Readonly<Record<string, string>>;
}

export interface GuestExtension {
  readonly name: string;
  readonly publisher: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly protectedSettings: Readonly<Record<string, unknown>>;
}

export interface ExtensionOutcome {
  readonly exitCode: number;
  readonly output: string;
}

/** Implemented by the machine. All calls happen while Azure advances; instants are milliseconds since the epoch. */
export interface Guest {
  booted(guest: GuestIdentity, reason: 'create' | 'reimage' | 'restart' | 'start', now: number): void;
  /** The machine answers later through `GuestHost.extensionFinished`; Azure waits until its time budget ends. */
  runExtension(guest: GuestIdentity, extension: GuestExtension, now: number): void;
  stopped(
    guest: GuestIdentity,
    reason: 'delete' | 'reimage' | 'restart' | 'poweroff' | 'deallocate' | 'eviction',
    now: number,
  ): void;
}

/** What a machine may ask of the cloud that carries it. */
export interface GuestHost {
  extensionFinished(vmId: string, extension: string, outcome: ExtensionOutcome): void;
  /** The body that the instance metadata service gives for `/metadata/attested/document`. */
  attestedDocument(vmId: string, nonce: string): string;
  /** The operating system restarted by itself: a boot follows, extensions do not run again. */
  rebootedItself(vmId: string): void;
}
