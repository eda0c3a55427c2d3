// The page around the hub. This file alone knows the extension SDK; everything else sees the Host below.
import * as SDK from 'azure-devops-extension-sdk';
import { PreferenceChanged, type Kept, type Preferences } from './preferences.tsx';
import { HostProblem, wordsOf } from './problem.ts';

export interface Host {
  /** Without a slash at the end, as settings write it: `https://dev.azure.com/fabrikam`. */
  readonly organizationUrl: string;
  readonly organizationName: string;
  /** Null in organization settings. */
  readonly projectName: string | null;
  /** Of the installed extension, such as `1.2.0`; null where the host does not say. */
  readonly extensionVersion: string | null;
  accessToken(): Promise<string>;
  /** Address of Weir's service for this organization, or null before anybody has connected one. */
  serviceUrl(): Promise<string | null>;
  saveServiceUrl(url: string): Promise<void>;
  currentHash(): Promise<string>;
  setHash(hash: string): void;
  /** Without an entry of its own in the browser's history. */
  replaceHash(hash: string): void;
  onHashChanged(listener: (hash: string) => void): void;
  setTitle(title: string): void;
  /** Kept for this person alone, in every browser. */
  readonly preferences?: Preferences;
  /** Only on the page of a pipeline run: called with the run, and again when it changes; absent elsewhere. */
  readonly onRun?: (listener: (run: PipelineRun) => void) => void;
}

export interface PipelineRun {
  readonly runId: number;
  readonly projectId: string;
}

/** `SDK.init` never rejects and never gives up by itself, so the time-out is ours. */
export async function connect(timeoutMs: number): Promise<Host> {
  await withTimeout(SDK.init({ loaded: false, applyTheme: true }), timeoutMs);
  const [location, navigation] = await Promise.all([
    service<LocationService>('ms.vss-features.location-service'),
    service<NavigationService>('ms.vss-features.host-navigation-service'),
  ]);
  const organizationUrl = (await asking(location.getServiceLocation())).replace(/\/+$/, '');
  return {
    organizationUrl,
    organizationName: SDK.getHost().name,
    projectName: projectName(),
    extensionVersion: versionOf(SDK.getExtensionContext()),
    accessToken: () => asking(SDK.getAccessToken()),
    serviceUrl: async () => {
      const address = await asking((await dataManager()).getValue(serviceUrlKey, ofOrganization));
      return typeof address === 'string' && address !== '' ? address : null;
    },
    saveServiceUrl: async (url) => {
      await asking((await dataManager()).setValue(serviceUrlKey, url, ofOrganization));
    },
    currentHash: () => asking(navigation.getHash()),
    setHash: (hash) => void navigation.setHash(hash),
    replaceHash: (hash) => void navigation.replaceHash(hash),
    onHashChanged: (listener) => void navigation.onHashChanged(listener),
    setTitle: (title) => void navigation.setDocumentTitle(title),
    preferences: { read: readPreference, save: savePreference },
    ...runOf(SDK.getConfiguration()),
  };
}

interface RunPageConfiguration {
  readonly onBuildChanged?: (listener: (build: Build) => void) => void;
}

interface Build {
  readonly id: number;
  readonly project?: { readonly id?: string };
}

/** The only way to the number of the run (pipelines-and-yaml.md 3.5); the listener hears again whenever the run changes. */
function runOf({ onBuildChanged }: RunPageConfiguration): Pick<Host, 'onRun'> {
  if (typeof onBuildChanged !== 'function') return {};
  const context: { readonly project?: { readonly id: string } } = SDK.getWebContext();
  return {
    onRun: (listener) =>
      onBuildChanged(({ id, project }) => listener({ runId: id, projectId: project?.id ?? context.project?.id ?? '' })),
  };
}

/** Lets the host take away its spinner, also when what there is to see is a problem. Without a host nothing happens. */
export function showLoaded(): void {
  void SDK.notifyLoadSucceeded();
}

const serviceUrlKey = 'serviceUrl';
/** The scope that everybody of the organization shares; the other one is each user's own. */
const ofOrganization = { scopeType: 'Default' };
const ofPerson = { scopeType: 'User' };

/** Where the data manager keeps what `setValue` is given: documents of this collection, each with its `__etag`. */
const settings = '$settings';

interface SettingDocument {
  readonly value?: unknown;
  readonly __etag?: number;
}

async function readPreference(key: string): Promise<Kept> {
  const data = await dataManager();
  try {
    const { value, __etag: revision } = await data.getDocument(settings, key, ofPerson);
    return { value: value ?? null, revision: revision ?? null };
  } catch (cause) {
    // A document that is not there is refused like one that cannot be read; only this question tells the two apart.
    const value = await asking(data.getValue(key, ofPerson));
    if (value !== undefined && value !== null) throw refusedBy(cause);
    return { value: null, revision: null };
  }
}

async function savePreference(key: string, value: unknown, revision: number | null): Promise<void> {
  const data = await dataManager();
  try {
    if (revision === null) await data.createDocument(settings, { id: key, value }, ofPerson);
    else await data.updateDocument(settings, { id: key, value, __etag: revision }, ofPerson);
  } catch (cause) {
    // What was refused because of its revision says so in words only; another revision than ours is clear.
    const now = await readPreference(key);
    throw now.revision === revision ? refusedBy(cause) : new PreferenceChanged();
  }
}

function versionOf({ version }: { readonly version?: string }): string | null {
  return version ?? null;
}

interface LocationService {
  getServiceLocation(): Promise<string>;
}

interface NavigationService {
  getHash(): Promise<string>;
  setHash(hash: string): Promise<void>;
  replaceHash(hash: string): Promise<void>;
  onHashChanged(listener: (hash: string) => void): Promise<void>;
  setDocumentTitle(title: string): Promise<void>;
}

interface DataManager {
  getValue(key: string, options: { readonly scopeType: string }): Promise<unknown>;
  setValue(key: string, value: unknown, options: { readonly scopeType: string }): Promise<unknown>;
  getDocument(collection: string, id: string, options: { readonly scopeType: string }): Promise<SettingDocument>;
  createDocument(collection: string, document: object, options: { readonly scopeType: string }): Promise<unknown>;
  updateDocument(collection: string, document: object, options: { readonly scopeType: string }): Promise<unknown>;
}

interface DataService {
  getExtensionDataManager(extensionId: string, accessToken: string): Promise<DataManager>;
}

async function dataManager(): Promise<DataManager> {
  const data = await service<DataService>('ms.vss-features.extension-data-service');
  return asking(data.getExtensionDataManager(SDK.getExtensionContext().id, await asking(SDK.getAccessToken())));
}

function service<Service extends object>(id: string): Promise<Service> {
  return asking(SDK.getService<Service>(id));
}

/** Settings pages may have no project, and asking the SDK for a team that is absent throws: only the context is read. */
function projectName(): string | null {
  const context: { readonly project?: { readonly name: string } } = SDK.getWebContext();
  return context.project?.name ?? null;
}

async function asking<Value>(question: Promise<Value>): Promise<Value> {
  try {
    return await question;
  } catch (cause) {
    throw refusedBy(cause);
  }
}

function refusedBy(cause: unknown): HostProblem {
  const message = `Azure DevOps did not answer this page: ${wordsOf(cause)}`;
  const nextStep = 'Reload the page. If it stays, sign out of Azure DevOps and in again.';
  return new HostProblem('HOST_REFUSED', message, nextStep, cause);
}

async function withTimeout(handshake: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const nextStep = 'In Azure DevOps: Project settings or Organization settings, then Elastic agents.';
      reject(new HostProblem('HOST_ABSENT', 'Open this page from Azure DevOps.', nextStep));
    }, timeoutMs);
  });
  await Promise.race([handshake, late]).finally(() => clearTimeout(timer));
}
