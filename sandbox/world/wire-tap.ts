// What went between the service and both clouds, as the service saw it, told to the checkers alone: the journal has
// effects, and some laws are about answers. The service is never asked.
import type { HttpRequest, HttpResponse, Send } from '../http-message.ts';
import { callKind, type CallKind } from './call-kind.ts';
import type { JournalEvent } from './journal.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface WireTapOptions {
  readonly pool: string;
  /** Milliseconds since the epoch: where `t` is 0. */
  readonly startAt: number;
  readonly onLine: (line: JournalEvent) => void;
  /** The truth about a scale set in the moment in which the service asks for something. */
  readonly truthOf: (request: HttpRequest) => Readonly<Record<string, unknown>>;
  /** First alias of the image whose versions lie at the address. */
  readonly imageAt: (pathname: string) => string | null;
}

/** A line is written when the answer is there: `status` is null where none came. `asked` is when the call began. */
export function wireTap(send: Send, clock: VirtualClock, options: WireTapOptions): Send {
  const detailsOf = detailReader();
  return async (request) => {
    const asked = (clock.now() - options.startAt) / 1000;
    const truth = truthFor(request, options);
    const tell = (status: number | null, body = '') => {
      const t = (clock.now() - options.startAt) / 1000;
      options.onLine({ t, kind: 'wire', pool: options.pool, asked, status, ...detailsOf(request, body), ...truth });
    };
    try {
      const response = await send(request);
      tell(isPage(response) ? null : response.status, response.body);
      return response;
    } catch (error) {
      tell(null);
      throw error;
    }
  };
}

function truthFor(request: HttpRequest, { truthOf, imageAt }: WireTapOptions): Details {
  const call = callKind(request);
  if (call === 'patchCapacity') return truthOf(request);
  const isOfVersions = call === 'listVersions' || call === 'readVersion';
  return isOfVersions ? { image: imageAt(new URL(request.url).pathname) } : {};
}

/** A sign-in page with a status of success is no answer. */
function isPage(response: HttpResponse): boolean {
  return (response.headers['content-type'] ?? '').startsWith('text/html');
}

type Details = Readonly<Record<string, unknown>>;

/** The whole queue is told again and again; what a text said is kept until another one comes. */
function detailReader(): (request: HttpRequest, answer: string) => Details {
  let last: { readonly url: string; readonly answer: string; readonly told: Details } | null = null;
  return (request, answer) => {
    if (last?.answer === answer && last.url === request.url) return last.told;
    const told = detailsOf(request, answer);
    if (callKind(request) === 'jobRequests') last = { url: request.url, answer, told };
    return told;
  };
}

function detailsOf(request: HttpRequest, answer: string): Details {
  const call: CallKind = callKind(request);
  // Of most calls nothing is told that their address would have to be read for.
  const path = (): string => new URL(request.url).pathname;
  switch (call) {
    case 'patchCapacity':
      return {
        call,
        method: request.method,
        scaleSet: path().split('/').at(-1)?.toLowerCase() ?? '',
        capacity: capacityIn(request.body),
        hasIfMatch: (request.headers['if-match'] ?? '') !== '',
      };
    case 'deleteInstances':
      return { call, ids: idsIn(request.body) };
    case 'reimage':
      return { call, ids: isOfWholeSet(path()) ? idsIn(request.body) : [path().split('/').at(-2) ?? ''] };
    case 'patchAgent':
      return { call, ...agentAt(path()), enabled: enabledIn(request.body), isWhole: isWhole(answer) };
    case 'readAgent':
      return { call, method: request.method, ...agentAt(path()), isWhole: isWhole(answer) };
    case 'jobRequests':
      return { call, method: request.method, ...toldRequests(request.url, answer) };
    case 'listVersions':
      return { call, method: request.method, imageId: imageIdIn(path()), versions: namesIn(answer) };
    case 'readVersion':
      return { call, method: request.method, version: path().split('/').at(-1) ?? '', isWhole: isWhole(answer) };
    default:
      return { call, method: request.method };
  }
}

function agentAt(path: string): Details {
  return { agent: Number(path.split('/').at(-1)) };
}

function isOfWholeSet(path: string): boolean {
  return /\/virtualmachinescalesets\/[^/]+(\/[a-z]+)?$/i.test(path);
}

function capacityIn(body: string | undefined): number | null {
  const capacity: unknown = (parsed(body) as { sku?: { capacity?: unknown } }).sku?.capacity;
  return typeof capacity === 'number' ? capacity : null;
}

function enabledIn(body: string | undefined): boolean | null {
  const enabled: unknown = (parsed(body) as { enabled?: unknown }).enabled;
  return typeof enabled === 'boolean' ? enabled : null;
}

function idsIn(body: string | undefined): readonly unknown[] {
  const ids: unknown = (parsed(body) as { instanceIds?: unknown }).instanceIds;
  return Array.isArray(ids) ? ids : [];
}

function parsed(body: string | undefined): object {
  const value: unknown = body === undefined || body === '' ? {} : JSON.parse(body);
  return typeof value === 'object' && value !== null ? value : {};
}

/** `waiting`: of the whole queue, whom nobody has yet; `ended`: of those that are over. Absent where the answer cannot be read. */
function toldRequests(url: string, answer: string): Readonly<Record<string, unknown>> {
  const { searchParams } = new URL(url);
  if (searchParams.has('agentId')) return {};
  const isWholeQueue = searchParams.get('completedRequestCount') === '0';
  const rows = rowsIn(withoutMatches(answer)) ?? rowsIn(answer);
  if (rows === null) return { isWholeQueue };
  const over = rows.filter((row) => typeof row.result === 'string');
  const free = rows.filter((row) => row.result === undefined && row.reservedAgent === undefined);
  return { isWholeQueue, ...(isWholeQueue ? { waiting: idsOf(free) } : {}), ended: idsOf(over) };
}

/** Which agents match is nearly all of the text of a long queue, and no law asks for it. An odd name in it only leaves it unreadable. */
function withoutMatches(answer: string): string {
  const [first = '', ...others] = answer.split(',"matchedAgents":[');
  return first + others.map((part) => part.slice(part.indexOf(']') + 1)).join('');
}

type Row = Readonly<Record<string, unknown>>;

function idsOf(rows: readonly Row[]): readonly number[] {
  return rows.flatMap(({ requestId }) => (typeof requestId === 'number' ? [requestId] : []));
}

function imageIdIn(pathname: string): string {
  return pathname.toLowerCase().replace(/\/versions\/?$/, '');
}

/** Of the versions of one image. */
function namesIn(answer: string): readonly unknown[] | null {
  return rowsIn(answer)?.map((row) => row.name) ?? null;
}

function isWhole(answer: string): boolean {
  try {
    JSON.parse(answer);
    return true;
  } catch {
    return false;
  }
}

/** Half of a body, or a page, tells nothing. The Marketplace lists without a frame. */
function rowsIn(answer: string): readonly Row[] | null {
  try {
    const read = JSON.parse(answer) as { readonly value?: unknown } | readonly Row[];
    const value = 'value' in read ? read.value : read;
    return Array.isArray(value) ? (value as readonly Row[]) : null;
  } catch {
    return null;
  }
}
