// What a customer has before Weir comes: a resource group, a scale set made as the documentation asks, a second group for
// whatever Weir makes itself, a project, an agent pool and a queue. Laid out over the wire, as a person with two command lines would do it.
import type { HttpResponse, Send } from '../http-message.ts';

export interface EstateOptions {
  readonly send: Send;
  /** Such as https://management.azure.com. */
  readonly azureUrl: string;
  readonly azureToken: string;
  /** Such as https://dev.azure.com/fabrikam. */
  readonly organizationUrl: string;
  readonly azureDevOpsToken: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly scaleSetName: string;
  readonly poolName: string;
  readonly osType: 'linux' | 'windows';
}

export interface Estate {
  readonly scaleSetId: string;
  /** Empty, and only for Weir. */
  readonly laneResourceGroup: string;
  readonly poolId: number;
}

export async function layOutEstate(options: EstateOptions): Promise<Estate> {
  const group = `/subscriptions/${options.subscriptionId}/resourceGroups/${options.resourceGroup}`;
  const scaleSetId = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${options.scaleSetName}`;
  const laneResourceGroup = `${group}-lanes`;
  await arm(options, 'PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  await arm(options, 'PUT', `${laneResourceGroup}?api-version=2021-04-01`, { location: 'westeurope' });
  await arm(options, 'PUT', `${scaleSetId}?api-version=2024-03-01`, scaleSetModel(options, group));
  const pool = await devOps(options, 'POST', 'pools?api-version=7.1', {
    name: options.poolName,
    poolType: 'automation',
    autoProvision: true,
    autoUpdate: false,
  });
  return { scaleSetId, laneResourceGroup, poolId: idOf(pool) };
}

/** What there is before anybody thinks of agents: a resource group with a network. */
export async function layOutGround(
  options: Owners & Pick<EstateOptions, 'subscriptionId' | 'resourceGroup'>,
): Promise<void> {
  const group = `/subscriptions/${options.subscriptionId}/resourceGroups/${options.resourceGroup}`;
  const network = `${group}/providers/Microsoft.Network/virtualNetworks/agents`;
  await arm(options, 'PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  await arm(options, 'PUT', `${network}?api-version=2024-05-01`, {
    location: 'westeurope',
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ name: 'default', properties: { addressPrefix: '10.0.0.0/20' } }],
    },
  });
}

/** The settings that the scale set agents page asks for (azure-wire.md 3, "Required model"). */
function scaleSetModel(options: EstateOptions, group: string): Record<string, unknown> {
  const isLinux = options.osType === 'linux';
  const subnet = `${group}/providers/Microsoft.Network/virtualNetworks/agents/subnets/default`;
  return {
    location: 'westeurope',
    sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 0 },
    properties: {
      orchestrationMode: 'Uniform',
      overprovision: false,
      upgradePolicy: { mode: 'Manual' },
      singlePlacementGroup: false,
      platformFaultDomainCount: 1,
      virtualMachineProfile: {
        storageProfile: {
          imageReference: isLinux
            ? {
                publisher: 'Canonical',
                offer: '0001-com-ubuntu-server-jammy',
                sku: '22_04-lts-gen2',
                version: 'latest',
              }
            : {
                publisher: 'MicrosoftWindowsServer',
                offer: 'WindowsServer',
                sku: '2022-datacenter-g2',
                version: 'latest',
              },
          osDisk: {
            createOption: 'FromImage',
            caching: 'ReadOnly',
            diffDiskSettings: { option: 'Local' },
            diskSizeGB: 30,
          },
        },
        osProfile: {
          computerNamePrefix: options.scaleSetName.slice(0, 9),
          adminUsername: 'operator',
          ...(isLinux
            ? { linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [sshKey] } } }
            : { adminPassword: 'Sandbox-only-0' }),
        },
        networkProfile: {
          networkInterfaceConfigurations: [
            {
              name: 'nic',
              properties: { primary: true, ipConfigurations: [{ name: 'ip', properties: { subnet: { id: subnet } } }] },
            },
          ],
        },
      },
    },
  };
}

/** The form of a key, not a key: nobody logs in to a machine of the sandbox. */
const sshKey = {
  path: '/home/operator/.ssh/authorized_keys',
  keyData: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ sandbox',
};

type Owners = Pick<EstateOptions, 'send' | 'azureUrl' | 'azureToken' | 'organizationUrl' | 'azureDevOpsToken'>;

async function arm(options: Owners, method: string, path: string, body: unknown): Promise<HttpResponse> {
  const response = await options.send({
    method,
    url: `${options.azureUrl}${path}`,
    headers: { authorization: `Bearer ${options.azureToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return expectSuccess(response, `${method} ${path}`);
}

async function devOps(options: Owners, method: string, path: string, body: unknown): Promise<HttpResponse> {
  const response = await options.send({
    method,
    url: `${options.organizationUrl}/_apis/distributedtask/${path}`,
    headers: {
      authorization: `Bearer ${options.azureDevOpsToken}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify(body),
  });
  return expectSuccess(response, `${method} ${path}`);
}

function expectSuccess(response: HttpResponse, what: string): HttpResponse {
  if (response.status >= 200 && response.status < 300) return response;
  throw new Error(
    `The sandbox could not be laid out: ${what} gave ${String(response.status)} ${response.body.slice(0, 300)}`,
  );
}

function idOf(response: HttpResponse): number {
  const body: unknown = JSON.parse(response.body);
  if (typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'number') return body.id;
  throw new Error('The sandbox answered a new pool without an id.');
}
