// The emulated Azure's answers against the vendor's OpenAPI files and the table of the real client's operations, where those stand.
import { describe, expect, it } from '@jest/globals';
import { armRoutes } from '../../sandbox/azure/routes.ts';
import { createBody, extension, group, profile, setPath, testCloud } from '../sandbox/azure/cloud.ts';
import type { Answer, TestCloud } from '../sandbox/azure/cloud.ts';
import {
  definitionBody,
  definitionPath,
  galleryPath,
  imageBody,
  imagePath,
  versionBody,
} from '../sandbox/azure/gallery.ts';
import { openApi, readSpec, specsStand } from './open-api.ts';

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly answer: Answer;
}

/** One life of a set with everything that can be asked of it; answers all exchanges. */
function everything(): Exchange[] {
  const exchanges: Exchange[] = [];
  const cloud = testCloud({ pageSize: 2 });
  const call = (method: string, path: string, body?: unknown): Answer => {
    const answer = cloud.call(method, path, body);
    exchanges.push({ method, path, answer });
    return answer;
  };
  const read = (): void => {
    const machine = `${setPath}/virtualMachines/0`;
    for (const path of [
      setPath,
      `${setPath}?$expand=userData`,
      `${setPath}/instanceView`,
      `${setPath}/skus`,
      `${setPath}/extensions`,
      `${setPath}/extensions/cse`,
    ])
      call('GET', path);
    for (const path of ['', '?$expand=instanceView']) call('GET', `${setPath}/virtualMachines${path}`);
    for (const path of [
      machine,
      `${machine}?$expand=instanceView`,
      `${machine}/instanceView`,
      `${machine}/extensions`,
      `${machine}/extensions/cse`,
      `${machine}/extensions/none`,
    ])
      call('GET', path);
    const subscription = group.slice(0, group.indexOf('/resourceGroups'));
    call('GET', `${subscription}/providers/Microsoft.Compute/virtualMachineScaleSets`);
    call('GET', `${subscription}/providers/Microsoft.Compute/locations/eastus/virtualMachineScaleSets`);
    call('GET', `${subscription}/providers/Microsoft.Compute/locations/eastus/usages`);
    call('GET', setPath.slice(0, setPath.lastIndexOf('/')));
  };
  create(cloud, call);
  cloud.advance(30);
  read();
  cloud.advance(60);
  read();
  cloud.settle();
  read();
  change(cloud, call, read);
  images(cloud, call);
  return exchanges;
}

/** Galleries, managed images and the Marketplace, each written, read while it changes, listed and deleted. */
function images(cloud: TestCloud, call: (method: string, path: string, body?: unknown) => Answer): void {
  const version = `${definitionPath}/versions/1.0.0`;
  const subscription = group.slice(0, group.indexOf('/resourceGroups'));
  const publishers = `${subscription}/providers/Microsoft.Compute/locations/eastus/publishers`;
  const skus = `${publishers}/Canonical/artifacttypes/vmimage/offers/ubuntu-24_04-lts/skus`;
  call('PUT', galleryPath, { location: 'eastus', properties: { description: 'for tests' } });
  cloud.settle();
  call('PUT', definitionPath, definitionBody());
  call('PUT', imagePath, imageBody());
  cloud.settle();
  call('PUT', version, versionBody({ regions: ['eastus', 'West US'] }));
  call('PUT', `${definitionPath}/versions/one`, versionBody());
  const read = (): void => {
    for (const path of [galleryPath, definitionPath, version, `${version}?$expand=ReplicationStatus`, imagePath])
      call('GET', path);
    for (const path of [galleryPath, definitionPath, version, imagePath]) call('GET', path.replace(/\/[^/]+$/, ''));
    call('GET', `${subscription}/providers/Microsoft.Compute/galleries`);
    call('GET', `${subscription}/providers/Microsoft.Compute/images`);
    for (const path of ['', '/1.2.3', '/24.04.202611110', '?$top=1&$orderby=name desc'])
      call('GET', `${skus}/server/versions${path}`);
    for (const path of [publishers, skus.replace('/ubuntu-24_04-lts/skus', ''), skus]) call('GET', path);
  };
  cloud.advance(60);
  read();
  cloud.settle();
  call('PATCH', version, { properties: { publishingProfile: { excludeFromLatest: true } } });
  call('PATCH', definitionPath, { tags: { a: 'b' } });
  call('PATCH', galleryPath, { tags: { a: 'b' } });
  call('PATCH', imagePath, { tags: { a: 'b' } });
  cloud.settle();
  call('PUT', version, versionBody({ regions: ['eastus'] }));
  cloud.settle();
  read();
  call('DELETE', galleryPath);
  for (const path of [version, definitionPath, galleryPath, imagePath, imagePath]) {
    call('DELETE', path);
    cloud.settle();
  }
}

function create(cloud: TestCloud, call: (method: string, path: string, body?: unknown) => Answer): void {
  cloud.azure.setGuest({
    booted: () => undefined,
    stopped: () => undefined,
    runExtension: (guest, one) =>
      cloud.azure.extensionFinished(guest.vmId, one.name, { exitCode: guest.instanceId === '1' ? 1 : 0, output: '' }),
  });
  const extensions = [extension('cse'), extension('agent', ['cse'])];
  const whole = {
    ...profile(),
    priority: 'Regular',
    userData: 'dXNlcg==',
    extensionProfile: { extensions, extensionsTimeBudget: 'PT1H' },
  };
  call('GET', setPath);
  call('PUT', setPath, createBody({ capacity: 3, profile: whole, tags: { a: 'b' } }));
  call('PUT', `${setPath}-no`, {});
}

function change(
  cloud: TestCloud,
  call: (method: string, path: string, body?: unknown) => Answer,
  read: () => void,
): void {
  call('PUT', setPath, { location: 'eastus', sku: { name: 'Standard_D2s_v5', capacity: 3 } });
  call('PATCH', setPath, { sku: { capacity: 4 } });
  cloud.settle();
  for (const [method, path, body] of [
    ['PUT', '/extensions/more', extension('more')],
    ['PATCH', '/extensions/more', { properties: { forceUpdateTag: '1' } }],
    ['DELETE', '/extensions/more', undefined],
    ['DELETE', '/extensions/more', undefined],
    ['PUT', '/virtualMachines/0', { properties: { protectionPolicy: { protectFromScaleIn: true } } }],
    ['POST', '/reimage', { instanceIds: ['0'] }],
    ['POST', '/reimageall', undefined],
    ['POST', '/restart', { instanceIds: ['0'] }],
    ['POST', '/poweroff', { instanceIds: ['0'] }],
    ['POST', '/start', { instanceIds: ['0'] }],
    ['POST', '/deallocate', { instanceIds: ['0'] }],
    ['POST', '/redeploy', { instanceIds: ['0'] }],
    ['POST', '/manualupgrade', { instanceIds: ['0'] }],
    ['POST', '/reapply', undefined],
    ['POST', '/virtualMachines/0/reimage', undefined],
    ['POST', '/virtualMachines/0/reimageall', undefined],
    ['POST', '/virtualMachines/0/restart', undefined],
    ['POST', '/virtualMachines/0/powerOff', undefined],
    ['POST', '/virtualMachines/0/start', undefined],
    ['POST', '/virtualMachines/0/deallocate', undefined],
    ['POST', '/virtualMachines/0/redeploy', undefined],
    ['POST', '/virtualMachines/0/simulateEviction', undefined],
    ['POST', '/delete', { instanceIds: ['1'] }],
    ['POST', '/delete', {}],
    ['DELETE', '/virtualMachines/0', undefined],
    ['DELETE', '', undefined],
    ['DELETE', '', undefined],
  ] as const) {
    call(method, `${setPath}${path}`, body);
    if (method === 'POST' || method === 'PUT') read();
    cloud.settle();
  }
}

if (!specsStand)
  process.stdout.write(
    'Skipped: the answers are not held against the official OpenAPI, because ../shared/specs does not stand beside the project.\n',
  );
const describeWithSpecs = specsStand ? describe : describe.skip;

describeWithSpecs('every answer of the emulated resource manager', () => {
  it('has a declared status, fits the official schema and names no field that the schema does not know', () => {
    const official = openApi(['vmss-2024-03-01.json', 'images-usage-2024-03-01.json', 'gallery-2023-07-03.json']);
    const exchanges = everything();
    const wrong: string[] = [];
    let held = 0;
    for (const { method, path, answer } of exchanges) {
      const problems = official.problems(method, path, answer);
      if (problems === null) continue;
      held += 1;
      wrong.push(
        ...problems.map((problem) => `${method} ${path.slice(setPath.length)} → ${answer.status}: ${problem}`),
      );
    }
    expect([...new Set(wrong)]).toEqual([]);
    expect(held).toBeGreaterThan(200);
  });

  it('would be found out: a wrong type, a missing field, an undeclared field and an undeclared status', () => {
    const official = openApi(['vmss-2024-03-01.json']);
    const { answer } = everything().find(
      ({ method, path, answer }) => method === 'GET' && path === setPath && answer.status === 200,
    )!;
    const tampered = (change: object, status = 200): string[] | null => {
      const body = { ...(answer.json() as object), ...change };
      return official.problems('GET', setPath, { ...answer, status, text: JSON.stringify(body), json: () => body });
    };
    expect(tampered({})).toEqual([]);
    expect(tampered({ tags: 'text' })).toEqual(['/tags must be object']);
    expect(tampered({ location: undefined })).toEqual([" must have required property 'location'"]);
    expect(tampered({ properties: { surprise: 1 } })).toEqual(['/properties/surprise is not declared']);
    expect(tampered({}, 203)).toEqual(['status 203 is not declared']);
    expect(official.problems('GET', '/elsewhere', answer)).toBeNull();
  });
});

interface SurfaceRow {
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly expectedStatuses: readonly string[];
}

describeWithSpecs('the operations of the real client', () => {
  const ours =
    /^(virtualMachineScaleSets|virtualMachineScaleSetVMs|virtualMachineScaleSetExtensions|virtualMachineScaleSetVMExtensions|virtualMachineScaleSetVMRunCommands|usage|galleries|galleryImages|galleryImageVersions|communityGalleryImageVersions|sharedGalleryImageVersions|virtualMachineImages|images)\./;

  function surface(): SurfaceRow[] {
    const { operations } = readSpec('client-surface/arm-compute-25.1.1-operations.json') as {
      operations: SurfaceRow[];
    };
    return operations.filter((row) => ours.test(row.client));
  }

  const shape = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}').toLowerCase();

  // The extractor of the table left the walk of Service Fabric sets in; it is no operation of agent pools and stays a path without a name.
  // Two names of the client stand for one path and differ by `$expand` alone.
  const left = [
    'virtualMachineScaleSets.forceRecoveryServiceFabricPlatformUpdateDomainWalk',
    'virtualMachineImages.listWithProperties',
  ];

  it('all have a route with their own name, method and path, built or refused with 501', () => {
    const routes = new Map(armRoutes.map(([method, path, operation]) => [operation, `${method} ${shape(path)}`]));
    const missing = surface().filter(
      (row) => !left.includes(row.client) && routes.get(row.client) !== `${row.method} ${shape(row.path)}`,
    );
    expect(missing.map((row) => row.client)).toEqual([]);
    expect(surface().length).toBeGreaterThan(50);
  });

  it('are answered only with statuses that the client expects, or with an error', () => {
    const rows = surface();
    const unexpected = everything().flatMap(({ method, path, answer }) => {
      if (answer.status >= 400) return [];
      const plain = path.split('?')[0]!;
      const row = rows.find(
        (one) =>
          one.method === method && new RegExp(`^${one.path.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`, 'i').test(plain),
      );
      return row?.expectedStatuses.includes(String(answer.status)) ? [] : [`${method} ${plain} → ${answer.status}`];
    });
    expect([...new Set(unexpected)]).toEqual([]);
  });
});
