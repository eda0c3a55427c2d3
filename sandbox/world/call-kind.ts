// What a request of the service means, told by its address: the names by which faults choose their victims.
import type { HttpRequest } from '../http-message.ts';

export type CallKind =
  | 'patchCapacity'
  | 'deleteInstances'
  | 'reimage'
  | 'putExtension'
  | 'operation'
  | 'listInstances'
  | 'readInstance'
  | 'readScaleSet'
  | 'listVersions'
  | 'readVersion'
  | 'otherAzure'
  | 'listAgents'
  | 'readAgent'
  | 'patchAgent'
  | 'deleteAgent'
  | 'addAgent'
  | 'jobRequests'
  | 'previewPipeline'
  | 'otherAzureDevOps';

/** Everybody between the service and the clouds asks this of the same request. */
const known = new WeakMap<HttpRequest, CallKind>();

export function callKind(request: HttpRequest): CallKind {
  const kind = known.get(request) ?? kindOf(request);
  known.set(request, kind);
  return kind;
}

function kindOf(request: HttpRequest): CallKind {
  const { host, pathname } = new URL(request.url);
  const path = pathname.toLowerCase();
  return host === 'dev.azure.com' ? azureDevOpsKind(request.method, path) : azureKind(request.method, path);
}

function azureKind(method: string, path: string): CallKind {
  if (path.includes('/operations/')) return 'operation';
  if (path.endsWith('/delete')) return 'deleteInstances';
  if (path.endsWith('/reimage')) return 'reimage';
  if (path.includes('/extensions/')) return 'putExtension';
  if (path.endsWith('/virtualmachines')) return 'listInstances';
  if (/\/virtualmachines\/[^/]+(\/instanceview)?$/.test(path)) return 'readInstance';
  if (/\/virtualmachinescalesets\/[^/]+$/.test(path)) return method === 'GET' ? 'readScaleSet' : 'patchCapacity';
  // Of a gallery's image, and of the Marketplace's.
  if (path.endsWith('/versions')) return 'listVersions';
  if (/\/versions\/[^/]+$/.test(path)) return 'readVersion';
  return 'otherAzure';
}

function azureDevOpsKind(method: string, path: string): CallKind {
  if (path.endsWith('/agents')) return method === 'POST' ? 'addAgent' : 'listAgents';
  if (/\/agents\/\d+$/.test(path)) {
    return method === 'GET' ? 'readAgent' : method === 'DELETE' ? 'deleteAgent' : 'patchAgent';
  }
  if (path.endsWith('/preview')) return 'previewPipeline';
  return path.endsWith('/jobrequests') ? 'jobRequests' : 'otherAzureDevOps';
}

const mutations: ReadonlySet<CallKind> = new Set<CallKind>([
  'patchCapacity',
  'deleteInstances',
  'reimage',
  'putExtension',
  'patchAgent',
  'deleteAgent',
  'addAgent',
]);

export function isMutation(kind: CallKind): boolean {
  return mutations.has(kind);
}

const ofAzure: ReadonlySet<CallKind> = new Set<CallKind>([
  'patchCapacity',
  'deleteInstances',
  'reimage',
  'putExtension',
  'operation',
  'listInstances',
  'readInstance',
  'readScaleSet',
  'listVersions',
  'readVersion',
  'otherAzure',
]);

export function isAzure(kind: CallKind): boolean {
  return ofAzure.has(kind);
}
