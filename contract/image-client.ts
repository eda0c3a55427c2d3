// The typed client for images, pins, validations and connection tokens: the hub's pages and the pipeline tasks call it.
import { createCall, fill, type ClientOptions } from './client.ts';
import type { ImageGuide, ImageGuideRequest } from './image-guide.ts';
import type { ImagesView, PinChange, PinResult } from './images.ts';
import { guideRoutes, idempotencyHeader, imageRoutes } from './routes.ts';
import type { Connection, TokenIssued, TokenList, TokenRequest } from './tokens.ts';
import type { ValidationList, ValidationReport, ValidationRequest, ValidationStarted } from './validations.ts';

export interface PinOptions<Signal> {
  /** `ImageView.revision` that the change was made from; null for an admission of scope run, which names none. */
  readonly revision: number | null;
  /** The same for every repetition of the same change. */
  readonly idempotencyKey: string;
  readonly signal?: Signal;
}

/** Everything throws `ServiceProblem`. */
export interface ImageClient<Signal> {
  images(pool: string, signal?: Signal): Promise<ImagesView>;
  pin(pool: string, change: PinChange, options: PinOptions<Signal>): Promise<PinResult>;
  validations(pool: string, signal?: Signal): Promise<ValidationList>;
  validation(pool: string, validationId: string, signal?: Signal): Promise<ValidationReport>;
  startValidation(
    pool: string,
    request: ValidationRequest,
    options: { readonly idempotencyKey: string; readonly signal?: Signal },
  ): Promise<ValidationStarted>;
  /** The answer comes at once; the trial machines are gone when the phase is `finished`. */
  cancelValidation(pool: string, validationId: string, signal?: Signal): Promise<ValidationReport>;
  tokens(pool: string, signal?: Signal): Promise<TokenList>;
  issueToken(pool: string, request: TokenRequest, signal?: Signal): Promise<TokenIssued>;
  revokeToken(pool: string, tokenId: string, signal?: Signal): Promise<TokenList>;
  /** Steps to an image of one's own; a problem names the field. */
  imageGuide(pool: string, names: ImageGuideRequest, signal?: Signal): Promise<ImageGuide>;
  /** With the connection token alone. */
  connection(signal?: Signal): Promise<Connection>;
}

export function createImageClient<Signal>(options: ClientOptions<Signal>): ImageClient<Signal> {
  const call = createCall(options);
  const stop = (signal?: Signal) => (signal === undefined ? {} : { signal });
  const list = ['now', 'validations'];
  const report = ['validationId', 'phase', 'checks', 'instances'];
  return {
    images: (pool, signal) =>
      call({ method: 'GET', path: fill(imageRoutes.images, pool), expected: ['now', 'images'], ...stop(signal) }),
    pin: (pool, change, { revision, idempotencyKey, signal }) =>
      call({
        method: 'POST',
        path: fill(imageRoutes.pins, pool),
        expected: ['image', 'imageVersion', 'revision'],
        body: change,
        headers: {
          [idempotencyHeader]: idempotencyKey,
          ...(revision === null ? {} : { 'if-match': `"${revision}"` }),
        },
        ...stop(signal),
      }),
    validations: (pool, signal) =>
      call({ method: 'GET', path: fill(imageRoutes.validations, pool), expected: list, ...stop(signal) }),
    validation: (pool, id, signal) =>
      call({ method: 'GET', path: fill(imageRoutes.validation, pool, id), expected: report, ...stop(signal) }),
    startValidation: (pool, request, { idempotencyKey, signal }) =>
      call({
        method: 'POST',
        path: fill(imageRoutes.validations, pool),
        expected: ['validationId', 'version'],
        body: request,
        headers: { [idempotencyHeader]: idempotencyKey },
        ...stop(signal),
      }),
    cancelValidation: (pool, id, signal) =>
      call({ method: 'DELETE', path: fill(imageRoutes.validation, pool, id), expected: report, ...stop(signal) }),
    tokens: (pool, signal) =>
      call({ method: 'GET', path: fill(imageRoutes.tokens, pool), expected: ['tokens'], ...stop(signal) }),
    issueToken: (pool, request, signal) =>
      call({
        method: 'POST',
        path: fill(imageRoutes.tokens, pool),
        expected: ['token', 'details'],
        body: request,
        ...stop(signal),
      }),
    revokeToken: (pool, id, signal) =>
      call({ method: 'DELETE', path: fill(imageRoutes.token, pool, id), expected: ['tokens'], ...stop(signal) }),
    imageGuide: (pool, names, signal) =>
      call({
        method: 'POST',
        path: fill(guideRoutes.imageGuide, pool),
        expected: ['steps'],
        body: names,
        ...stop(signal),
      }),
    connection: (signal) =>
      call({ method: 'GET', path: imageRoutes.connection, expected: ['pool', 'role'], ...stop(signal) }),
  };
}
