// What a machine asks for and what it gets: the shapes of the claim, in memory as on the wire.
import { Type, type Static } from '@sinclair/typebox';
import type { AgentFiles } from './agent-files.ts';
import { maximumSignatureLength } from './attested-document.ts';

const nonceForm = /^[0-9]{10}$/;

/** Names only: the values of forbidden variables may be secrets and stay on the machine. */
export const ClaimRequest = Type.Object({
  document: Type.Object({
    encoding: Type.String({ maxLength: 20 }),
    signature: Type.String({ maxLength: maximumSignatureLength }),
  }),
  nonce: Type.String({ pattern: nonceForm.source }),
  osDescription: Type.Optional(Type.String({ maxLength: 256 })),
  computerName: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,63}$' })),
  reported: Type.Object({
    forbiddenVariables: Type.Array(Type.String({ pattern: '^[A-Za-z0-9_]{1,100}$' }), { maxItems: 100 }),
    workFolderVariable: Type.Union([Type.String({ maxLength: 400 }), Type.Null()]),
  }),
});
export type ClaimRequest = Static<typeof ClaimRequest>;

export interface ClaimAnswer {
  readonly files: AgentFiles;
  readonly package: { readonly version: string; readonly downloadUrl: string; readonly sha256: string };
  /** The agent ends after one job. */
  readonly runOnce: boolean;
  /** The machine restarts and logs on by itself before the agent starts. */
  readonly isInteractive: boolean;
  readonly workFolder: string;
  /** For a machine that cannot make `workFolder`. */
  readonly defaultWorkFolder: string;
  readonly warnings: readonly string[];
  /** Of a trial machine: it runs the probe once its agent was started, and reports once with the token. */
  readonly trial?: { readonly token: string; readonly probeScript: string | null };
}
