// The static checks straight on Azure, with a connection to Azure and without the service: the same looks and the same words, before
// anybody has set up a pool.
import { readImageFacts } from '../../service/azure/image-facts.ts';
import { checkImage } from '../../service/domain/image-check.ts';
import type { ImageReference } from '../../service/domain/instance.ts';
import { CloudError } from '../../service/problem.ts';
import type { ValidationReport } from '../../contract/validations.ts';
import type { Agent } from '../agent.ts';
import { azureAccess } from '../azure-access.ts';
import { TaskProblem } from '../task-problem.ts';

export async function validateOnAzure(agent: Agent, signal: AbortSignal): Promise<ValidationReport> {
  if (!agent.flag('staticOnly')) {
    throw new TaskProblem(
      'With azureSubscription there is no service that could make trial machines.',
      'Write staticOnly: true, or use weirConnection in place of azureSubscription.',
    );
  }
  const image = agent.requiredInput('image');
  const { reference, isVersioned } = referenceOf(image);
  const version = versionOf(agent, isVersioned);
  const templateId = scaleSetOf(agent);
  const startedAt = new Date();
  agent.say(`Looking at version ${version} of ${image} with the service connection to Azure.`);
  const context = azureAccess(agent, agent.azureConnection('azureSubscription'), signal);
  // Whoever cannot sign in is told so at once: inside of a read it would pass for an Azure that does not answer.
  await context.tokens.token(context.scope);
  const facts = await readImageFacts(context, {
    ...{ now: startedAt.getTime(), alias: image, image: reference, version, templateId, size: null },
    osType: agent.choice('osType', ['linux', 'windows'], 'linux'),
    maxCapacity: agent.whole('maxCapacity', 1, 1000) ?? 1,
  }).catch((problem: unknown) => {
    throw problem instanceof CloudError && !signal.aborted ? inWords(problem) : problem;
  });
  const checks = checkImage(facts).map((check) => ({ ...check, evidence: [...check.evidence] }));
  for (const { status, title, words } of checks) agent.say(`${status}: ${title}: ${words}`);
  const count = (status: string): number => checks.filter((check) => check.status === status).length;
  const now = new Date().toISOString();
  const isGood = count('error') === 0;
  return {
    ...{ now, validationId: 'on-azure', image, version, verdict: isGood ? 'passed' : 'failed', phase: 'finished' },
    words: isGood
      ? 'Every static check passed; no machine was made.'
      : `${count('error')} of ${checks.length} static checks failed.`,
    ...{ startedAt: startedAt.toISOString(), finishedAt: now, startedBy: 'this job', staticOnly: true },
    ...{ errors: count('error'), warnings: count('warning'), instanceCount: 0, probeScript: null, deadlineAt: null },
    ...{ scaleSet: null, checks, instances: [], bootSeconds: null, events: [] },
  };
}

/** An ARM id, or publisher:offer:sku of the Marketplace. Managed images have no versions. */
function referenceOf(image: string): { readonly reference: ImageReference; readonly isVersioned: boolean } {
  const none = { version: null };
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\//i.test(image)) {
    const reference = {
      ...none,
      id: image.replace(/\/versions\/[^/]*$/i, ''),
      publisher: null,
      offer: null,
      sku: null,
    };
    return { reference, isVersioned: /\/galleries\//i.test(image) };
  }
  const [publisher = '', offer = '', sku = '', ...rest] = image.split(':');
  if (publisher !== '' && offer !== '' && sku !== '' && rest.length === 0)
    return { reference: { ...none, id: null, publisher, offer, sku }, isVersioned: true };
  throw new TaskProblem(
    `With azureSubscription the input image must say where the image is, and it is "${image}".`,
    'Write the resource id of the image or of its definition in a gallery, or publisher:offer:sku.',
  );
}

function versionOf(agent: Agent, isVersioned: boolean): string {
  const version = agent.input('version');
  if (!isVersioned) {
    if (version === null) return '-';
    throw new TaskProblem('A managed image has no versions.', 'Remove version.');
  }
  if (version !== null && /^\d{1,10}(\.\d{1,14}){2,3}$/.test(version)) return version;
  throw new TaskProblem(
    version === null ? 'With azureSubscription a version is needed.' : `"${version.slice(0, 80)}" is no version.`,
    'Write version: and an exact x.y.z.',
  );
}

function scaleSetOf(agent: Agent): string {
  const id = agent.requiredInput('scaleSet');
  if (
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/virtualMachineScaleSets\/[^/]+$/i.test(
      id,
    )
  )
    return id;
  throw new TaskProblem(
    `The input scaleSet must be the resource id of a virtual machine scale set, and it is "${id.slice(0, 200)}".`,
    'Copy it from the properties of the scale set in the Azure portal.',
  );
}

function inWords(problem: CloudError): TaskProblem {
  const next = {
    denied: 'Give the identity of the service connection the role Reader on the scale set and on the image.',
    notFound: 'Correct scaleSet: the identity of the service connection sees no such scale set.',
  };
  const step =
    problem.kind === 'denied' || problem.kind === 'notFound' ? next[problem.kind] : 'Run the job again in a while.';
  return new TaskProblem(problem.message.replace(/[^.!?]$/, '$&.'), step);
}
