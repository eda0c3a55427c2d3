// Both clouds on loopback ports and in real time: every port answers for both, told apart by the first part of the path.
import { ISSUER_PATH } from '../azure-devops/job-token.ts';
import type { Certificate } from '../certificate.ts';
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { serveRequests, type RunningServer } from '../serve.ts';
import type { Clouds } from './clouds.ts';

export interface ServedCloudsOptions {
  readonly clouds: Clouds;
  /** The sandbox's clock, and how many times faster than the wall it runs. */
  readonly now: () => number;
  readonly speed: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly certificate: Certificate;
  /** Called whenever time has moved. */
  readonly onMoved?: (now: number) => void;
  readonly onProblem: (problem: unknown) => void;
}

export interface ServedClouds {
  readonly httpUrl: string;
  readonly httpsUrl: string;
  close(): Promise<void>;
}

/** However far away the next event is, time is moved at least this often, in milliseconds on the wall. */
const longestStillness = 100;
const shortestStillness = 4;
/** In milliseconds of the sandbox: what machines say takes a turn of the process, and a lock must not run out meanwhile. */
const longestStep = 30_000;

export async function serveClouds(options: ServedCloudsOptions): Promise<ServedClouds> {
  const { clouds } = options;
  const step = Math.max(longestStep, 2 * options.speed * longestStillness);
  let movedTo = options.now();
  const move = (): void => {
    // After a stall of this process time is caught up with in steps.
    movedTo = Math.max(movedTo, Math.min(options.now(), movedTo + step));
    clouds.advance(movedTo);
    options.onMoved?.(movedTo);
  };
  const answer = (request: HttpRequest): HttpResponse | Promise<HttpResponse> => {
    move();
    return isAzureDevOps(request.url, clouds.azureDevOps.organization)
      ? clouds.azureDevOps.handle(request)
      : clouds.azure.handle(request);
  };
  const http = await serveRequests(answer, { port: options.httpPort, onError: options.onProblem });
  const https = await serveSecure(answer, http, options);
  clouds.origins.azureDevOps.add(http.url).add(https.url);
  const stop = keepMoving(options, move);
  return {
    httpUrl: http.url,
    httpsUrl: https.url,
    close: async () => {
      stop();
      await Promise.all([http.close(), https.close()]);
    },
  };
}

async function serveSecure(
  answer: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
  http: RunningServer,
  options: ServedCloudsOptions,
): Promise<RunningServer> {
  try {
    return await serveRequests(answer, {
      port: options.httpsPort,
      tls: options.certificate,
      onError: options.onProblem,
    });
  } catch (error) {
    await http.close();
    throw error;
  }
}

/** Addresses of Azure DevOps outside of an organisation: its sign-in page, and the issuer of job tokens. */
const azureDevOpsWords = new Set(['_signin', ISSUER_PATH]);

function isAzureDevOps(url: string, organization: string): boolean {
  const first = (new URL(url).pathname.split('/')[1] ?? '').toLowerCase();
  return first === organization.toLowerCase() || azureDevOpsWords.has(first);
}

function keepMoving(options: ServedCloudsOptions, move: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    try {
      move();
    } catch (problem) {
      options.onProblem(problem);
    }
    const next = options.clouds.nextEventAt();
    const wait = next === null ? longestStillness : (next - options.now()) / options.speed;
    timer = setTimeout(tick, Math.min(longestStillness, Math.max(shortestStillness, wait)));
  };
  tick();
  return () => clearTimeout(timer);
}
