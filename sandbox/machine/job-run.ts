// One job on an agent: its lock is renewed each minute, it runs for as long as its message says, and its end is told.
import type { AgentClient } from './agent-client.ts';
import type { AgentConfiguration } from './agent-configuration.ts';
import { capabilityLines } from './capabilities.ts';
import { asObject, readJson, textAt, type JsonObject } from './json.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';
import type { JobFacts } from './machine-event.ts';

/** A job's variable: how many seconds it runs in the sandbox. */
const durationVariable = 'weir.sandbox.durationSeconds';
/** A job's variable: how it ends, `succeeded` where it says nothing. */
const resultVariable = 'weir.sandbox.result';

const renewMilliseconds = 60_000;
const firstRenewTries = 5;
const firstRenewPauseMilliseconds = 10_000;
/** A lock that could not be renewed is held on to this long after its end. */
const graceMilliseconds = 300_000;
const noLockToken = '00000000-0000-0000-0000-000000000000';

export class JobRun {
  /** Settles when the job is over, whatever came of it. */
  readonly ended: Promise<'ended'>;
  readonly #machine: Machine;
  readonly #life: Life;
  readonly #client: AgentClient;
  readonly #configuration: AgentConfiguration;
  readonly #message: JsonObject;
  readonly #isLast: boolean;
  #isOver = false;
  #cancel: () => void = () => undefined;
  readonly #cancelled: Promise<'canceled'>;

  /** A listener runs one job at a time, so `before` is waited for. */
  constructor(
    machine: Machine,
    configuration: AgentConfiguration,
    client: AgentClient,
    message: JsonObject,
    isLast: boolean,
    before: Promise<unknown> | null,
  ) {
    this.#machine = machine;
    this.#life = machine.life;
    this.#configuration = configuration;
    this.#client = client;
    this.#message = message;
    this.#isLast = isLast;
    this.#cancelled = new Promise((resolve) => (this.#cancel = () => resolve('canceled')));
    this.ended = new Promise((resolve) => {
      this.#life.start(async () => {
        await before;
        await this.#run();
        resolve('ended');
      });
    });
  }

  cancel(jobId: string): void {
    if (jobId.toLowerCase() === (textAt(this.#message, 'jobId') ?? '').toLowerCase()) this.#cancel();
  }

  async #run(): Promise<void> {
    const job: JobFacts = {
      requestId: Number(this.#message.requestId),
      agentId: this.#configuration.agentId,
      agentName: this.#configuration.agentName,
    };
    const lockedUntil = await this.#firstRenew(job);
    if (lockedUntil === null) return;
    const durationSeconds = Math.max(0, Number(this.#variable(durationVariable) ?? 60) || 0);
    this.#machine.runningJob = job;
    this.#machine.emit({ kind: 'jobStarted', ...job, durationSeconds, ...this.#placeOfWork() });
    this.#life.start(() => this.#keepLock(job, lockedUntil));
    const finished = this.#life.sleep(durationSeconds * 1000).then(() => this.#variable(resultVariable) ?? 'succeeded');
    const result = await Promise.race([finished, this.#afterCancel()]);
    if (this.#hasEnded()) return;
    await this.#complete(job, result);
  }

  async #afterCancel(): Promise<string> {
    await this.#cancelled;
    await this.#life.sleep(this.#machine.draw(this.#machine.surroundings.timings.cancelJob));
    return 'canceled';
  }

  /** The worker starts only when the lock was renewed once. Null where it never was. */
  async #firstRenew(job: JobFacts): Promise<number | null> {
    for (let attempt = 1; attempt <= firstRenewTries; attempt += 1) {
      const renewed = await this.#renew(job);
      if (typeof renewed === 'number') return renewed;
      if (renewed === 'lost') return null;
      await this.#life.sleep(firstRenewPauseMilliseconds);
    }
    return null;
  }

  async #keepLock(job: JobFacts, until: number): Promise<void> {
    let lockedUntil = until;
    for (;;) {
      await this.#life.sleep(renewMilliseconds);
      if (this.#hasEnded()) return;
      const renewed = await this.#renew(job);
      if (this.#hasEnded()) return;
      if (typeof renewed === 'number') lockedUntil = renewed;
      else if (renewed === 'lost' || this.#life.now > lockedUntil + graceMilliseconds) {
        this.#end();
        this.#machine.emit({ kind: 'jobLost', ...job, reason: 'the lock was lost' });
        this.#cancel();
        return;
      }
    }
  }

  async #renew(job: JobFacts): Promise<number | 'lost' | 'failed'> {
    const path = `jobrequests/${job.requestId}?lockToken=${noLockToken}`;
    const answer = await this.#client.call('PATCH', path, { requestId: job.requestId });
    if (answer?.problem === 'TaskAgentJobNotFoundException' || answer?.problem === 'TaskAgentJobTokenExpiredException')
      return 'lost';
    const lockedUntil = answer?.status === 200 ? Date.parse(textAt(readJson(answer.body), 'lockedUntil') ?? '') : NaN;
    return Number.isNaN(lockedUntil) ? 'failed' : lockedUntil;
  }

  /** Told until the server hears it: the worker does not give up on its result lightly. */
  async #complete(job: JobFacts, result: string): Promise<void> {
    const plan = asObject(this.#message.plan) ?? {};
    const { serverUrl } = this.#configuration;
    const scope = textAt(plan, 'scopeIdentifier') ?? '';
    const url = `${serverUrl}${scope}/_apis/distributedtask/hubs/${textAt(plan, 'planType') ?? 'Build'}/plans/${textAt(plan, 'planId') ?? ''}/events`;
    const body = {
      name: 'JobCompleted',
      jobId: textAt(this.#message, 'jobId'),
      requestId: job.requestId,
      result,
      agentShuttingDown: this.#isLast,
    };
    for (let attempt = 1; attempt <= firstRenewTries; attempt += 1) {
      const answer = await this.#client.report(url, this.#jobToken(), body);
      if (answer !== null && answer.status < 300) {
        this.#end();
        this.#machine.emit({ kind: 'jobFinished', ...job, result });
        return;
      }
      await this.#life.sleep(firstRenewPauseMilliseconds);
    }
    this.#end();
    this.#machine.emit({ kind: 'jobLost', ...job, reason: 'its end could not be told' });
  }

  #hasEnded(): boolean {
    return this.#isOver;
  }

  #end(): void {
    this.#isOver = true;
    this.#machine.runningJob = null;
  }

  #placeOfWork() {
    const labels = Object.fromEntries(capabilityLines(this.#machine.disk.files.get('.capabilities') ?? ''));
    return { labels, workFolder: this.#configuration.workFolder, image: this.#machine.identity.image };
  }

  #variable(name: string): string | null {
    return textAt(asObject(asObject(this.#message.variables)?.[name]), 'value');
  }

  #jobToken(): string | null {
    const endpoints = asObject(this.#message.resources)?.endpoints;
    const connection = Array.isArray(endpoints)
      ? endpoints.map(asObject).find((one) => textAt(one, 'name') === 'SystemVssConnection')
      : null;
    return textAt(asObject(asObject(connection?.authorization)?.parameters), 'AccessToken');
  }
}
