// An emulated agent that has come online, and what it told.
import { FakeWorld } from './fake-world.ts';

export const online = async () => {
  const world = new FakeWorld();
  world.claimAnswer = { ...world.claimAnswer, runOnce: false };
  await world.enrolled();
  world.requests.length = 0;
  return world;
};

export const kindsOf = (world: FakeWorld, kind: string) => world.events.filter((event) => event.kind === kind);
