// terraform-aws-github-runner (performance.md 3c): a machine for each message that its job still waits after the webhook's
// delay, without counting what boots already; a pool that is topped up; and idle machines ended by their age.
import { sizeOf, type Baseline, type FreeMachine, type PoolView } from './baseline.ts';

export interface TerraformRunnersSettings {
  /** Of the webhook's event; none for machines of one job. */
  readonly delaySeconds: number;
  readonly poolSize: number;
  /** From the create on; before, an idle machine stays. */
  readonly minimumAgeSeconds: number;
}

interface Memory {
  readonly lastLookAt: number;
  readonly lastCronAt: number;
}

const retrySeconds = 900;
const cronSeconds = 300;

export function terraformRunners(settings: TerraformRunnersSettings): Baseline<Memory> {
  return {
    name: `terraform-aws pool${settings.poolSize}`,
    begin: { lastLookAt: -Infinity, lastCronAt: -Infinity },
    period: 5,
    isTold: false,
    isAlwaysOneJob: false,
    givesUpAfter: 20 * 60,
    look: (view, memory) => {
      const messages = dueMessages(view, memory.lastLookAt, settings.delaySeconds);
      const room = Math.max(0, view.maximum - sizeOf(view));
      const forMessages = Math.max(0, Math.min(messages, room));
      const isCron = view.now - memory.lastCronAt >= cronSeconds;
      const lastCronAt = isCron ? view.now : memory.lastCronAt;
      const topUp = isCron ? settings.poolSize - view.idle.length - view.boots.length : 0;
      return {
        create: forMessages + Math.max(0, Math.min(topUp, room - forMessages)),
        remove: isCron ? tooOld(view, settings) : [],
        memory: { lastLookAt: view.now, lastCronAt },
      };
    },
  };
}

/**
 * Messages whose delay, or whose retry, ended since the last look, and whose job still waits. Retries go on: the machine of the
 * last one may be lost too, or have found no room, and a job that nothing is asked for any more would wait for ever.
 */
function dueMessages(view: PoolView, lastLookAt: number, delay: number): number {
  const toldBy = (at: number, arrival: number) => Math.max(-1, Math.floor((at - arrival - delay) / retrySeconds));
  return view.waitingSince.filter((arrival) => toldBy(view.now, arrival) > toldBy(lastLookAt, arrival)).length;
}

/** Whatever runs no job, a machine that still boots too, except the pool's share of the idle ones. */
function tooOld(view: PoolView, settings: TerraformRunnersSettings): readonly FreeMachine[] {
  const isOld = (machine: FreeMachine) => view.now - machine.createdAt >= settings.minimumAgeSeconds;
  const idle = view.idle.filter(isOld);
  const kept = Math.max(0, settings.poolSize - (view.idle.length - idle.length));
  return [...idle.slice(0, Math.max(0, idle.length - kept)), ...view.boots.filter(isOld)];
}
