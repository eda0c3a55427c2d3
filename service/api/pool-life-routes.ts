// Pools come and go while the service runs: made by whoever has the Administrator role on the agent pool, and deleted by
// them, which the passes carry out.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { NewPool, PoolDeletion } from '../../contract/new-pool.ts';
import { routes } from '../../contract/routes.ts';
import { SettingsView } from '../../contract/service.ts';
import { poolLifeRemoval, poolLifeWrite, readPoolLife, type KeptLife } from '../pool-life.ts';
import type { PoolRecord } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { askerOf, poolOf } from './access.ts';
import { accepted, answers, created, secured } from './answers.ts';
import { deletionOf } from './deletion-view.ts';
import { makePool } from './new-pool.ts';
import type { ApiOptions } from './options.ts';
import type { Rights } from './rights.ts';
import { settingsViewOf } from './settings-routes.ts';

const PoolName = Type.Object({ pool: Type.String() });

export function poolLifeRoutes(fastify: FastifyInstance, options: ApiOptions, rights: Rights): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    routes.pools,
    {
      config: { access: 'user' },
      schema: {
        summary: 'Make a pool of an agent pool and a scale set',
        security: secured,
        body: NewPool,
        response: created(SettingsView, 'Weir looks after it from now on.'),
      },
    },
    async (request, reply) => {
      const made = await makePool(askerOf(request), request.body, options, rights);
      return await reply.code(201).send(settingsViewOf(made, true, reply));
    },
  );
  app.delete(
    routes.pool,
    {
      config: { access: 'manage' },
      schema: {
        summary: 'Delete a pool: free machines go at once, busy ones after their job, the pool after the last of them',
        security: secured,
        params: PoolName,
        response: accepted(PoolDeletion, 'It goes on by itself.'),
      },
    },
    async (request, reply) => {
      const record = poolOf(request);
      await beginEnd(record, askerOf(request).userName, options);
      return await reply.code(202).send(await deletionOf(record, options));
    },
  );
  app.get(
    routes.deletion,
    {
      config: { access: 'read' },
      schema: {
        summary: 'What deleting a pool takes along and leaves, and how far it is',
        security: secured,
        params: PoolName,
        response: answers(PoolDeletion, 'Of a pool that nobody deletes too.'),
      },
    },
    async (request) => await deletionOf(poolOf(request), options),
  );
}

/** Asked twice it is the same; a pass may be writing, so it is tried from what stands. */
async function beginEnd({ pool, isManagedByFile }: PoolRecord, by: string, options: ApiOptions): Promise<void> {
  if (isManagedByFile) throw managedByFile(pool);
  const { store, clock, onSettingsSaved } = options;
  for (;;) {
    const kept = await readPoolLife(store, pool);
    if (kept?.value.ending != null) return;
    const ending = { by, at: clock.now() };
    const life = kept?.value ?? { createdBy: '', createdAt: clock.now(), adopted: [], ending };
    if (!(await store.writeRecords([poolLifeWrite(pool, kept?.revision ?? null, { ...life, ending })]))) continue;
    await requireStill(pool, kept, options);
    break;
  }
  onSettingsSaved?.(pool);
}

/** Without the pool the record would end the next one of its name, so it is made again what it was. */
async function requireStill(pool: string, before: KeptLife | null, { store }: ApiOptions): Promise<void> {
  const record = await store.readPool(pool);
  if (record?.isManagedByFile === false) return;
  const { revision, value } = before ?? { revision: 0, value: null };
  await store.writeRecords([
    value === null ? poolLifeRemoval(pool, revision + 1) : poolLifeWrite(pool, revision + 1, value),
  ]);
  throw record === null ? new UserProblem('POOL_NOT_FOUND', `Pool "${pool}" is gone already.`) : managedByFile(pool);
}

function managedByFile(pool: string): UserProblem {
  return new UserProblem('POOL_MANAGED_BY_FILE', `Pool "${pool}" stands in the configuration file.`);
}
