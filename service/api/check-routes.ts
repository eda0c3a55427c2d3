// Checks of a scale set, read anew each time, and Fix it: one write by whoever manages the pool, once for each key.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ChecksView, FixResult } from '../../contract/checks.ts';
import { checkRoutes, idempotencyHeader } from '../../contract/routes.ts';
import type { Doctor, Inspection, Mended } from '../doctor-port.ts';
import { checkUserRights } from '../domain/pool-right-check.ts';
import { isCheckCode } from '../domain/set-check.ts';
import type { PoolRecord } from '../ports.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { askerOf, isOf, poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { checksViewOf } from './check-views.ts';
import { fixAsked, fixEnded, readFix, readFixes } from './fix-records.ts';
import { earlierAnswer, onceKeyOf, rememberedAnswer, type OnceKey } from './once.ts';
import type { ApiOptions } from './options.ts';
import type { Asker, Rights } from './rights.ts';
import { requireSubscription } from './subscription-use.ts';

const PoolName = Type.Object({ pool: Type.String() });
const CheckName = Type.Object({ pool: Type.String(), check: Type.String() });
/** Names as Azure allows them: nothing that would lead a request elsewhere. */
const setId =
  '^/subscriptions/[0-9A-Fa-f-]{36}/resourceGroups/[\\w().-]{1,90}/providers/Microsoft\\.Compute/virtualMachineScaleSets/[A-Za-z0-9][\\w.-]{0,63}$';

const setIdExample =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/agents/providers/Microsoft.Compute/virtualMachineScaleSets/agents';

export function checkRoutesOf(fastify: FastifyInstance, options: ApiOptions, rights: Rights): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    checkRoutes.poolChecks,
    {
      config: { access: 'read' },
      schema: {
        summary: 'The checks of the scale set of a pool, and what the service and you lack',
        security: secured,
        params: PoolName,
        response: answers(ChecksView, 'As Azure tells it at this moment.'),
      },
    },
    async (request) => {
      const record = poolOf(request);
      const inspection = await doctorOf(options).lookAtPool(record.settings);
      return await poolView(record, askerOf(request), inspection, options, rights);
    },
  );
  app.post(
    checkRoutes.fix,
    {
      config: { access: 'manage' },
      schema: {
        summary: 'Mend what a check found, by one write of the service',
        security: secured,
        params: CheckName,
        headers: Type.Object({ [idempotencyHeader]: Type.Optional(Type.String()) }),
        response: answers(FixResult, 'What was changed, and the checks after it.'),
      },
    },
    async (request) => await fix(request, poolOf(request), request.params.check, options, rights),
  );
  app.get(
    checkRoutes.setChecks,
    {
      config: { access: 'user' },
      schema: {
        summary: 'The checks of a scale set that has no pool yet',
        security: secured,
        querystring: Type.Object({
          scaleSet: Type.String({ pattern: setId, description: 'Its resource id.', examples: [setIdExample] }),
          poolId: Type.Optional(
            Type.String({ pattern: '^[1-9]\\d{0,8}$', description: 'An agent pool that you manage.', examples: ['7'] }),
          ),
        }),
        response: answers(ChecksView, 'As Azure tells it at this moment.'),
      },
    },
    async (request) => {
      const { scaleSet, poolId } = request.query;
      await requireManager(askerOf(request), poolId === undefined ? null : Number(poolId), options, rights);
      requireSubscription(options, askerOf(request).organization, scaleSet, 'scaleSet');
      const inspection = await doctorOf(options).lookAtSet(scaleSet);
      const view = { now: options.clock.now(), pool: null, inspection, own: [], mayFix: false, fixes: [] };
      return checksViewOf(view);
    },
  );
}

function doctorOf({ doctor }: ApiOptions): Doctor {
  if (doctor !== undefined) return doctor;
  throw new CloudError('unavailable', 'doctor', 'Nobody looks at scale sets here.');
}

async function poolView(
  { pool, settings }: PoolRecord,
  asker: Asker,
  inspection: Inspection,
  { store, clock }: ApiOptions,
  rights: Rights,
): Promise<ChecksView> {
  const mayFix = await rights.mayManage(asker, settings.poolId);
  const own = [checkUserRights(settings, asker.userName, mayFix)];
  return checksViewOf({ now: clock.now(), pool, inspection, own, mayFix, fixes: await readFixes(store, pool) });
}

/** What a scale set is like is the business of whoever may make a pool of it: somebody who manages an agent pool. */
async function requireManager(
  asker: Asker,
  poolId: number | null,
  { store }: ApiOptions,
  rights: Rights,
): Promise<void> {
  if (poolId !== null) {
    if (await rights.mayManage(asker, poolId)) return;
  } else {
    const own = (await store.listPools()).filter((record) => isOf(record, asker));
    for (const { settings } of own) if (await rights.mayManage(asker, settings.poolId)) return;
  }
  throw new UserProblem('NEED_POOL_MANAGE', 'You manage no agent pool that a scale set could serve.', {
    field: 'poolId',
    nextStep: 'Name an agent pool on which you have the Administrator role, in poolId.',
  });
}

async function fix(
  request: FastifyRequest,
  record: PoolRecord,
  check: string,
  options: ApiOptions,
  rights: Rights,
): Promise<FixResult> {
  const { store, clock } = options;
  const { pool, settings } = record;
  const asker = askerOf(request);
  const once = onceKeyOf(request);
  const earlier = await earlierAnswer<FixResult>(store, pool, once);
  if (earlier !== null) return earlier;
  if (!isCheckCode(check))
    throw new UserProblem('CHECK_NOT_FOUND', `There is no check called "${check.slice(0, 40)}".`);
  const doctor = doctorOf(options);
  const asked = fixAsked(pool, once.key, { at: clock.now(), by: asker.userName, check, title: check });
  if (!(await store.writeRecords([asked]))) return await askedBefore(options, pool, once, check);
  const mended = await attempt(doctor, record, check, once.key, options);
  const ended = await fixEnded(store, pool, once.key, 'done', mended.words);
  if (ended !== null) await store.writeRecords([ended]);
  // The pool may have waited for this.
  if (mended.isChanged) options.onSettingsSaved?.(settings.name);
  const checks = await poolView(record, asker, mended.inspection, options, rights);
  const answer: FixResult = { isChanged: mended.isChanged, words: mended.words, checks };
  await store.writeRecords([rememberedAnswer(pool, once, answer, clock.now())]);
  return answer;
}

/** Asked at the same moment or earlier under the same key: it is not done twice, and what came of it is told. */
async function askedBefore({ store }: ApiOptions, pool: string, once: OnceKey, check: string): Promise<FixResult> {
  const answer = await earlierAnswer<FixResult>(store, pool, once);
  if (answer !== null) return answer;
  const fix = await readFix(store, pool, once.key);
  if (fix !== null && fix.check !== check)
    throw new UserProblem('IDEMPOTENCY_MISMATCH', 'Another request was sent under this Idempotency-Key.');
  throw new UserProblem('FIX_ASKED', `This change was asked for before. ${fix?.words ?? ''}`.trim());
}

/** What did not come to pass is closed in the record too, with its reason, and so is what nobody knows of. */
async function attempt(
  doctor: Doctor,
  { pool, settings }: PoolRecord,
  check: string,
  id: string,
  { store }: ApiOptions,
): Promise<Mended> {
  try {
    return await doctor.mend(settings, check);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const isUnknown = error instanceof UserProblem && error.code === 'FIX_UNKNOWN';
    const ended = await fixEnded(store, pool, id, isUnknown ? 'unknown' : 'refused', words);
    if (ended !== null) await store.writeRecords([ended]);
    throw error;
  }
}
