// A few real key pairs, made once: a key takes a tenth of a second, and a day has hundreds of machines.
import { generateAgentKeys, type AgentKeys } from '../../service/enrolment/keys.ts';

export async function fixedKeys(count = 2): Promise<() => Promise<AgentKeys>> {
  const keys = await Promise.all(Array.from({ length: count }, () => generateAgentKeys()));
  let last = 0;
  return () => {
    last += 1;
    return Promise.resolve(keys[last % keys.length]!);
  };
}
