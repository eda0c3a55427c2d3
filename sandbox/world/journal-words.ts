// Who did something and why a job was lost, in the closed words of the journal.

export type Actor = 'controller' | 'person' | 'azure' | 'eviction';
export type LossCause = 'controllerDestroyed' | 'controllerDeregistered' | 'eviction' | 'machineLost' | 'person';

/** The names under which the world signs in: the service, and whoever else touches the estate. */
export const serviceName = 'weir';
export const personName = 'person';

export function whoOf(by: string): Actor {
  if (by === serviceName) return 'controller';
  if (by === 'azure' || by === 'eviction') return by;
  return 'person';
}

/** `reason` is the machine's word for its stop, null where only Azure DevOps missed the agent. */
export function causeOfLoss(reason: string | null, stopper: Actor, deregisteredBy: Actor | null): LossCause {
  if (reason === 'eviction') return 'eviction';
  if (reason === 'delete' || reason === 'reimage') {
    if (stopper === 'controller') return 'controllerDestroyed';
    return stopper === 'person' ? 'person' : 'machineLost';
  }
  if (deregisteredBy === 'controller') return 'controllerDeregistered';
  return deregisteredBy === 'person' ? 'person' : 'machineLost';
}
