// The versions that a request may name. Writes must name one; a resource that was never released wants `-preview`.

import type { HttpRequest } from '../http-message.ts';
import type { Address } from './address.ts';
import { VssError } from './errors.ts';
import type { Location } from './locations.ts';

const NEWEST = 7.2;
const RELEASED = 7.1;

export function checkApiVersion(request: HttpRequest, address: Address, location: Location): void {
  const asked = address.query.get('api-version') ?? /api-version=([^;,\s]+)/i.exec(request.headers.accept ?? '')?.[1];
  if (asked === undefined) {
    // Public clients leave it out on GET and are answered (azure-devops-wire.md 0); on writes they are told this text.
    if (request.method === 'GET') return;
    throw new VssError(
      400,
      'VssVersionNotSpecifiedException',
      `No api-version was supplied for the "${request.method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
    );
  }
  const parts = /^(\d+(?:\.\d+)?)(-preview(?:\.(\d+))?)?$/i.exec(asked);
  if (parts === null)
    throw new VssError(400, 'VssInvalidPreviewVersionException', `The api-version "${asked}" is not a version.`);
  const version = Number(parts[1]);
  if (version > NEWEST) {
    throw new VssError(
      400,
      'VssVersionOutOfRangeException',
      `The requested REST API version of ${asked} is out of range for this server. The latest REST API version this server supports is ${NEWEST}.`,
    );
  }
  if (parts[2] !== undefined || (location.released && version <= RELEASED)) return;
  throw new VssError(
    400,
    'VssInvalidPreviewVersionException',
    `The requested version "${asked}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${asked}-preview"`,
  );
}
