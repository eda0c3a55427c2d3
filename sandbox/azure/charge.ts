// What a throttle is asked and what it answers: apart, because the cloud holds a throttle and a throttle looks at the cloud.
import type { HttpResponse } from '../http-message.ts';
import type { AzureState } from './state.ts';

/** What a throttle sees of the cloud. */
export interface Seen {
  readonly state: AzureState;
}

export interface Charge {
  readonly operation: string;
  readonly method: string;
  readonly named: Readonly<Record<string, string>>;
  readonly by: string;
}

/** What is left, for the headers of the answer; `refusal` is given instead of the operation's own. */
export interface Charged {
  readonly refusal: HttpResponse | null;
  readonly headers: Readonly<Record<string, string>>;
}

export type Throttle = (cloud: Seen, charge: Charge) => Charged;
