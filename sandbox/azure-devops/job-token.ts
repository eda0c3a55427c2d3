// The OIDC token of a job, and what its issuer publishes so that anybody can check it (pipelines-and-yaml.md 4.1). The issuer has a host
// of its own; behind a loopback port, where there is but one, it answers below `_vstoken`.

import type { HttpResponse } from '../http-message.ts';
import { asBody, textValues } from './body.ts';
import { ok, parameter, query, type Call, type Handler } from './call.ts';
import { base64UrlOfText } from './encoding.ts';
import { accessDenied, invalid, jobNotFound, VssError } from './errors.ts';
import { drawGuid } from './guid.ts';
import type { JobTokenSigner, Organization } from './organization.ts';
import { planRequests } from './plans.ts';
import { repositoryOf } from './run.ts';
import type { RequestRecord } from './state.ts';

const cloudOrigin = 'https://dev.azure.com';
const cloudIssuer = 'https://vstoken.dev.azure.com';
/** The first part of an address that belongs to the issuer, where it has no host of its own. */
export const ISSUER_PATH = '_vstoken';
/** Not chosen by whoever asks. */
const AUDIENCE = 'api://AzureADTokenExchange';
const LIFE_SECONDS = 600;

export function isIssuer(origin: string, first: string): boolean {
  return origin === cloudIssuer || first.toLowerCase() === ISSUER_PATH;
}

export const createOidcToken: Handler = (organization, call) => {
  const request = ownJob(organization, call);
  // Claims of one's own may be sent; what the service does with them is not known, and here they change nothing.
  textValues(asBody(call.body()), 'body');
  const { jobTokens } = organization;
  if (jobTokens === null)
    throw new VssError(501, 'NotImplementedException', 'This emulator was given no key to sign job tokens with.');
  return ok({ oidcToken: signed(jobTokens, claimsOf(organization, request, call, jobTokens)) });
};

/** Discovery document and keys; they are public. `path` is what follows the issuer's address. */
export function answerIssuer(organization: Organization, origin: string, path: readonly string[]): HttpResponse {
  const { jobTokens, state } = organization;
  const [instance = '', ...rest] = path;
  const name = rest.join('/').toLowerCase();
  if (jobTokens === null || instance.toLowerCase() !== state.organizationId)
    throw new VssError(404, 'HostDoesNotExistException', `Nobody called ${instance} issues tokens here.`);
  const issuer = `${origin === cloudIssuer ? cloudIssuer : `${origin}/${ISSUER_PATH}`}/${state.organizationId}`;
  if (name === '.well-known/openid-configuration') {
    return ok({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'nbf', 'jti'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
    });
  }
  if (name === '.well-known/jwks') return ok({ keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', ...jobTokens.key }] });
  throw new VssError(404, 'HostDoesNotExistException', `The issuer publishes nothing called ${name}.`);
}

/** Only the job itself, while it runs, gets a token: it is what tells it from everybody else. */
function ownJob(organization: Organization, call: Call): RequestRecord {
  const jobId = parameter(call, 'jobId').toLowerCase();
  const request = planRequests(organization, call).find((one) => one.jobId === jobId);
  if (request === undefined) throw jobNotFound(jobId);
  if (call.caller.requestId !== request.id) throw accessDenied(call.caller.name, 'Manage', `job ${jobId}`);
  return request;
}

type Claims = Readonly<Record<string, string | number>>;

function claimsOf(organization: Organization, request: RequestRecord, call: Call, signer: JobTokenSigner): Claims {
  const { state, random, name } = organization;
  const project = state.projects.get(request.projectId)?.name ?? '';
  const { origin } = call.address;
  const issuer = origin === cloudOrigin ? cloudIssuer : `${origin}/${ISSUER_PATH}`;
  const now = Math.floor((signer.now?.() ?? organization.now) / 1000);
  const { id, url, version, ref } = repositoryOf(organization, request, call.base);
  return {
    jti: drawGuid(random),
    sub: subjectOf(organization, call, `${name}/${project}`, request.definition.name),
    aud: AUDIENCE,
    iss: `${issuer}/${state.organizationId}`,
    ...{ nbf: now - LIFE_SECONDS, exp: now + LIFE_SECONDS, iat: now },
    org_id: state.organizationId,
    prj_id: request.projectId,
    def_id: String(request.definition.id),
    ...(organization.rules.jobTokenNamesRun ? { run_id: String(request.owner.id) } : {}),
    ...{ rpo_id: id, rpo_uri: url, rpo_ver: version, rpo_ref: ref },
  };
}

/** Asked for a service connection, the token speaks for that connection and no longer for the pipeline. */
function subjectOf(organization: Organization, call: Call, place: string, pipeline: string): string {
  const wanted = query(call, 'serviceConnectionId')?.toLowerCase();
  if (wanted === undefined) return `p://${place}/${pipeline}`;
  const connection = organization.state.serviceConnections.get(wanted);
  if (connection === undefined) throw invalid(`No service connection found with identifier ${wanted}.`);
  return `sc://${place}/${connection.name}`;
}

function signed(signer: JobTokenSigner, claims: Claims): string {
  const header = { typ: 'JWT', alg: 'RS256', kid: signer.key.kid };
  const data = [header, claims].map((part) => base64UrlOfText(JSON.stringify(part))).join('.');
  return `${data}.${signer.sign(data)}`;
}
