// The settings of a pool: read with their revision, changed whole, and only from the revision that was read.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { routes } from '../../contract/routes.ts';
import { SettingsChange, SettingsView } from '../../contract/service.ts';
import { laneGroupFault } from '../domain/lane-group.ts';
import { namedImages } from '../domain/named-resources.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { validatePoolSettings, type SettingsProblem } from '../domain/pool-rules.ts';
import type { PoolRecord } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { askerOf, poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { isoOrNull } from './instant.ts';
import type { ApiOptions } from './options.ts';
import { ManyProblems } from './problem-answer.ts';
import type { Rights } from './rights.ts';
import { requireSubscriptions } from './subscription-use.ts';

const PoolName = Type.Object({ pool: Type.String() });

/**
 * Who manages one pool must not reach another through it: these say whose machines and whose agents they are, and only
 * the configuration file may.
 */
const fixed = [
  'name',
  'organization',
  'poolId',
  'scaleSet',
  'laneResourceGroup',
] as const satisfies readonly (keyof PoolSettings)[];

export function settingsRoutes(fastify: FastifyInstance, options: ApiOptions, rights: Rights): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    routes.settings,
    {
      config: { access: 'read' },
      schema: {
        summary: 'The settings of a pool',
        security: secured,
        params: PoolName,
        response: answers(SettingsView, 'With their revision, which is also the ETag.'),
      },
    },
    async (request, reply) => {
      const record = poolOf(request);
      return settingsViewOf(record, await rights.mayManage(askerOf(request), record.settings.poolId), reply);
    },
  );
  app.put(
    routes.settings,
    {
      config: { access: 'manage' },
      schema: {
        summary: 'Change the settings of a pool',
        security: secured,
        params: PoolName,
        headers: Type.Object({ 'if-match': Type.Optional(Type.String({ description: 'The ETag that was read.' })) }),
        body: SettingsChange,
        response: answers(SettingsView, 'As they stand now.'),
      },
    },
    async (request, reply) => {
      const record = poolOf(request);
      const revision = revisionIn(request.headers['if-match']);
      if (record.isManagedByFile) {
        throw new UserProblem('POOL_MANAGED_BY_FILE', `Pool "${record.pool}" stands in the configuration file.`);
      }
      const settings = settingsIn(request.body, record.settings);
      // Only these can be changed here: who lost the subscription of the scale set can still pause the pool.
      requireSubscriptions(options, askerOf(request).organization, namedImages(settings));
      const author = { by: askerOf(request).userName, at: options.clock.now() };
      const saved = await options.store.savePool(settings, revision, false, author);
      options.onSettingsSaved?.(saved.pool);
      return settingsViewOf(saved, true, reply);
    },
  );
}

/** With its ETag. */
export function settingsViewOf(record: PoolRecord, mayChange: boolean, reply: FastifyReply): SettingsView {
  const { settings, revision, isManagedByFile, author } = record;
  void reply.header('etag', `"${revision}"`);
  const saved = { savedBy: author?.by ?? null, savedAt: isoOrNull(author?.at ?? null) };
  return { settings: { ...settings }, revision, isManagedByFile, mayChange, ...saved };
}

/** Throws UserProblem `REVISION_REQUIRED` or `REVISION_INVALID`. */
export function revisionIn(header: string | undefined): number {
  if (header === undefined)
    throw new UserProblem('REVISION_REQUIRED', 'A change must say which revision it was made from.');
  const [, digits] = /^(?:W\/)?"?([1-9][0-9]{0,8})"?$/.exec(header.trim()) ?? [];
  if (digits === undefined) {
    throw new UserProblem('REVISION_INVALID', 'If-Match names no revision.', {
      field: 'if-match',
      value: header.slice(0, 80),
    });
  }
  return Number(digits);
}

function settingsIn(body: unknown, current: PoolSettings): PoolSettings {
  if (body === undefined) throw new UserProblem('BODY_NOT_JSON', 'The request has no body.', { field: 'body' });
  const answer = validatePoolSettings(body);
  if ('problems' in answer) throw toProblems(answer.problems);
  const { settings } = answer;
  const changed = fixed.find((field) => (settings[field] ?? null) !== (current[field] ?? null));
  if (changed !== undefined) {
    throw new UserProblem('FIELD_FIXED', `${changed} cannot be changed here.`, {
      field: changed,
      value: String(current[changed]),
    });
  }
  const fault = laneGroupFault(settings);
  if (fault !== null) throw toProblems([fault]);
  return settings;
}

export function toProblems(problems: readonly SettingsProblem[]): UserProblem {
  const all = problems.map(
    ({ code, message, field, nextStep, value }) =>
      new UserProblem(code, message, { field, nextStep, ...(value === null ? {} : { value }) }),
  );
  const [first] = all;
  if (first === undefined) throw new Error('Settings were refused without a problem.');
  return new ManyProblems(first, all);
}
