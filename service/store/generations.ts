// What Weir recorded about each life of each instance.
import type { Generation } from '../domain/observation.ts';
import type { Store } from '../ports.ts';
import { fenceParameters, fenced } from './fence.ts';
import { assignments, booleanIn, numberIn, numberOrNullIn, textIn, textOrNullIn } from './sql.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';

type GenerationMethods = 'listGenerations' | 'startGeneration' | 'changeGeneration' | 'unmarkGate' | 'endGeneration';

const changeable = {
  firstOnlineAt: 'first_online_at',
  isDisabledByWeir: 'is_disabled_by_weir',
  isKnownShut: 'is_known_shut',
  isShutAsked: 'is_shut_asked',
  isSaved: 'is_saved',
  savedUntil: 'saved_until',
  savedBecause: 'saved_because',
  savedFor: 'saved_for',
  agentId: 'agent_id',
  agentName: 'agent_name',
  alias: 'alias',
  workFolder: 'work_folder',
  tag: 'tag',
};

export function generationsOf(sql: Sql): Pick<Store, GenerationMethods> {
  return {
    listGenerations: async (pool) => {
      const rows = await sql.query(
        'select * from weir.generation where pool = $1 order by started_at, generation_id collate "C"',
        [pool],
      );
      return rows.map(generationOf);
    },
    startGeneration: async (lease, one) => {
      await fenced(
        sql,
        lease,
        `insert into weir.generation (pool, generation_id, scale_set_id, instance_id, vm_id, started_at, started_by,
           agent_id, agent_name, claimed_at, first_online_at, is_disabled_by_weir, is_saved,
           image, version, work_folder, tag, alias, saved_until, saved_because, saved_for)
         select held.pool, $4, $5, $6, $7, $8::double precision, $9, $10::bigint, $11, $12::double precision,
           $13::double precision, $14::boolean, $15::boolean, $16, $17, $18, $19, $20,
           $21::double precision, $22, $23::bigint
         from held returning 1 as wrote`,
        valuesOf(one),
      );
    },
    changeGeneration: async (lease, generationId, change) => {
      const set = assignments(withShut(change), changeable, fenceParameters + 1);
      const count = change.isDisabledByWeir === true ? ', times_disabled = row.times_disabled + 1' : '';
      const rows = await fenced(
        sql,
        lease,
        `update weir.generation as row set pool = row.pool ${set.clause} ${count} from held
         where row.pool = held.pool and row.generation_id = $4 returning 1 as wrote`,
        [generationId, ...set.values],
      );
      if (rows.length === 0) throw new Error(`Generation ${generationId} of pool "${lease.pool}" has ended.`);
    },
    unmarkGate: async (lease, generationId, timesDisabled) => {
      const rows = await fenced(
        sql,
        lease,
        `update weir.generation as row set is_disabled_by_weir = false, is_known_shut = false, is_shut_asked = false
         from held
         where row.pool = held.pool and row.generation_id = $4 and row.times_disabled = $5::integer
         returning 1 as wrote`,
        [generationId, timesDisabled],
      );
      return rows.length > 0;
    },
    endGeneration: async (lease, generationId) => {
      await fenced(
        sql,
        lease,
        `delete from weir.generation as row using held
         where row.pool = held.pool and row.generation_id = $4 returning 1 as wrote`,
        [generationId],
      );
    },
  };
}

type Mark = Partial<Pick<Generation, 'isDisabledByWeir' | 'isKnownShut' | 'isShutAsked'>>;

/** A mark that is written anew, or goes, knows of no answer and waits for none unless it says so. */
export function withShut<T extends Mark>(change: T): T {
  return change.isDisabledByWeir === undefined ? change : { isKnownShut: false, isShutAsked: false, ...change };
}

function valuesOf(one: Generation): readonly SqlValue[] {
  return [
    one.generationId,
    one.scaleSetId,
    one.instanceId,
    one.vmId,
    one.startedAt,
    one.startedBy,
    one.agentId,
    one.agentName,
    one.claimedAt,
    one.firstOnlineAt,
    one.isDisabledByWeir,
    one.isSaved,
    ...[one.image, one.version, one.workFolder, one.tag, one.alias].map((label) => label ?? null),
    ...[one.savedUntil, one.savedBecause, one.savedFor].map((kept) => kept ?? null),
  ];
}

export function generationOf(row: SqlRow): Generation {
  return withLabels({
    generationId: textIn(row, 'generation_id'),
    scaleSetId: textIn(row, 'scale_set_id'),
    instanceId: textIn(row, 'instance_id'),
    vmId: textIn(row, 'vm_id'),
    startedAt: numberIn(row, 'started_at'),
    startedBy: textIn(row, 'started_by') as Generation['startedBy'],
    agentId: numberOrNullIn(row, 'agent_id'),
    agentName: textOrNullIn(row, 'agent_name'),
    claimedAt: numberOrNullIn(row, 'claimed_at'),
    formerRequestId: numberOrNullIn(row, 'former_request_id'),
    registrationLostAt: numberOrNullIn(row, 'registration_lost_at'),
    firstOnlineAt: numberOrNullIn(row, 'first_online_at'),
    isDisabledByWeir: booleanIn(row, 'is_disabled_by_weir'),
    timesDisabled: numberIn(row, 'times_disabled'),
    isKnownShut: booleanIn(row, 'is_known_shut'),
    isShutAsked: booleanIn(row, 'is_shut_asked'),
    isSaved: booleanIn(row, 'is_saved'),
    image: textOrNullIn(row, 'image'),
    version: textOrNullIn(row, 'version'),
    workFolder: textOrNullIn(row, 'work_folder'),
    tag: textOrNullIn(row, 'tag'),
    alias: textOrNullIn(row, 'alias'),
    savedUntil: numberOrNullIn(row, 'saved_until'),
    savedBecause: textOrNullIn(row, 'saved_because'),
    savedFor: numberOrNullIn(row, 'saved_for'),
  });
}

/** What the life does not have is absent, in both stores alike. */
export function withLabels(life: Generation): Generation {
  const { image, version, alias, workFolder, tag, timesDisabled = 0, isKnownShut, ...others } = life;
  const { isShutAsked, savedUntil, savedBecause, savedFor, registrationLostAt, formerRequestId, ...generation } =
    others;
  return {
    ...generation,
    ...(formerRequestId == null ? {} : { formerRequestId }),
    ...(registrationLostAt == null ? {} : { registrationLostAt }),
    ...(savedUntil == null ? {} : { savedUntil }),
    ...(savedBecause == null ? {} : { savedBecause }),
    ...(savedFor == null ? {} : { savedFor }),
    ...(timesDisabled === 0 ? {} : { timesDisabled }),
    ...(isKnownShut === true ? { isKnownShut } : {}),
    ...(isShutAsked === true ? { isShutAsked } : {}),
    ...(image == null ? {} : { image }),
    ...(version == null ? {} : { version }),
    ...(alias == null ? {} : { alias }),
    ...(workFolder == null ? {} : { workFolder }),
    ...(tag == null ? {} : { tag }),
  };
}
