// The tables, as numbered steps that are never changed once released: a new step is added at the end.

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/**
 * Instants that the caller gives are `double precision` milliseconds, exactly the numbers of JavaScript (the sandbox's
 * clock has fractions). Leases and nonces live on the database's own clock and are `timestamptz`. Documents are
 * `json`, not `jsonb`: they keep their bytes, and a job name with an escaped NUL cannot fail a write.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'pools, leases, ledger, generations, log, samples, views',
    sql: `
      create table weir.pool (
        pool text primary key,
        settings json not null,
        revision integer not null,
        is_managed_by_file boolean not null,
        saved_at timestamptz not null default now()
      );

      create table weir.lease (
        pool text primary key,
        owner text,
        epoch bigint not null,
        until timestamptz not null,
        reserved integer not null default 0,
        memory json
      );

      create table weir.operation (
        operation_id bigint generated always as identity primary key,
        pool text not null,
        kind text not null,
        phase text not null,
        scale_set_id text,
        generation_id text,
        instance_id text,
        vm_id text,
        agent_id bigint,
        from_capacity integer,
        to_capacity integer,
        operation_url text,
        started_at double precision not null,
        phase_since double precision not null,
        deadline_at double precision,
        attempts integer not null default 0,
        reason json not null,
        last_problem text,
        closed_at double precision
      );
      create unique index one_open_operation_per_generation on weir.operation (generation_id)
        where closed_at is null and generation_id is not null;
      create index open_operations on weir.operation (pool) where closed_at is null;

      create table weir.generation (
        generation_id text primary key,
        pool text not null,
        scale_set_id text not null,
        instance_id text not null,
        vm_id text not null,
        started_at double precision not null,
        started_by text not null,
        agent_id bigint,
        agent_name text,
        claimed_at double precision,
        first_online_at double precision,
        is_disabled_by_weir boolean not null,
        is_saved boolean not null
      );
      create index generations_of_pool on weir.generation (pool);
      create index generations_of_machine on weir.generation (vm_id);

      create table weir.nonce (
        nonce text primary key,
        until timestamptz not null
      );

      create table weir.placeholder (
        pool text not null,
        agent_id bigint not null,
        name text not null,
        image text not null,
        primary key (pool, agent_id)
      );

      create table weir.log (
        id bigint generated always as identity primary key,
        pool text not null,
        at double precision not null,
        entry json not null
      );
      create index log_of_pool on weir.log (pool, id desc);
      create index log_by_age on weir.log (at);

      create table weir.sample (
        pool text not null,
        at double precision not null,
        queued integer not null,
        running integer not null,
        agents_idle integer not null,
        agents_busy integer not null,
        agents_starting integer not null,
        instances integer not null,
        primary key (pool, at)
      );

      create table weir.view (
        pool text primary key,
        at double precision not null,
        document json not null
      );
    `,
  },
  {
    version: 2,
    name: 'lanes, and the labels that a life of a machine was made with',
    sql: `
      create table weir.lane (
        pool text not null,
        scale_set_id text not null,
        image text not null,
        version text,
        template text not null,
        created_at double precision not null,
        primary key (pool, scale_set_id)
      );
      alter table weir.generation add column image text;
      alter table weir.generation add column version text;
      alter table weir.generation add column work_folder text;
      alter table weir.generation add column tag text;
    `,
  },
  {
    version: 3,
    name: 'placeholders that a machine takes over',
    sql: 'alter table weir.placeholder add column taken_at timestamptz',
  },
  {
    version: 4,
    name: 'the picture that questions are answered from',
    sql: `
      create table weir.picture (
        pool text primary key,
        at double precision not null,
        document json not null
      );
    `,
  },
  {
    version: 5,
    name: 'records: pins, admissions, validations, trial machines, connection tokens',
    sql: `
      create table weir.record (
        kind text not null,
        pool text not null,
        key text not null,
        revision integer not null,
        at double precision not null,
        is_open boolean not null,
        document json not null,
        primary key (kind, pool, key)
      );
      create index records_in_order on weir.record (kind, pool, at desc);
      create index records_by_key on weir.record (kind, key);
    `,
  },
  {
    version: 6,
    name: 'the alias of its image that a life of a machine answers to',
    sql: 'alter table weir.generation add column alias text;',
  },
  {
    version: 7,
    name: 'history: states of nodes, starts of jobs, boots of machines',
    sql: `
      create table weir.node_span (
        pool text not null,
        node text not null,
        name text not null,
        state text not null,
        from_at double precision not null,
        to_at double precision
      );
      create index node_spans_by_node on weir.node_span (pool, node);
      create index node_spans_in_order on weir.node_span (pool, from_at desc);
      create index open_node_spans on weir.node_span (pool) where to_at is null;

      create table weir.job_start (
        pool text not null,
        request_id bigint not null,
        queued_at double precision not null,
        started_at double precision not null,
        primary key (pool, request_id)
      );
      create index job_starts_in_order on weir.job_start (pool, started_at);

      create table weir.boot (
        pool text not null,
        life text not null,
        image text not null,
        version text,
        started_by text not null,
        at double precision not null,
        seconds double precision not null,
        primary key (pool, life)
      );
    `,
  },
  {
    version: 8,
    name: 'finished jobs, which a what-if replays',
    sql: `
      create table weir.past_job (
        pool text not null,
        request_id bigint not null,
        queued_at double precision not null,
        started_at double precision not null,
        finished_at double precision not null,
        image text not null,
        primary key (pool, request_id)
      );
      create index past_jobs_in_order on weir.past_job (pool, queued_at);
      create index past_jobs_by_age on weir.past_job (finished_at);
    `,
  },
  {
    version: 9,
    name: 'who changed the settings of a pool, and when',
    sql: 'alter table weir.pool add column changed_by text, add column changed_at double precision;',
  },
  {
    version: 10,
    name: 'what is pruned by its age is found by it',
    sql: `
      create index samples_by_age on weir.sample (at);
      create index closed_operations_by_age on weir.operation (closed_at) where closed_at is not null;
      create index ended_node_spans_by_age on weir.node_span (to_at) where to_at is not null;
      create index job_starts_by_age on weir.job_start (started_at);
      create index boots_by_age on weir.boot (at);
    `,
  },
  {
    version: 11,
    name: 'the machines of a sample by size and image',
    sql: 'alter table weir.sample add column machines json;',
  },
  {
    version: 12,
    name: 'which disable of an agent is meant',
    sql: 'alter table weir.generation add column times_disabled integer not null default 0;',
  },
  {
    version: 13,
    name: 'why a machine is kept, and until when',
    sql: `
      alter table weir.generation
        add column saved_until double precision, add column saved_because text, add column saved_for bigint;
    `,
  },
  {
    version: 14,
    name: 'whether the disable of an agent was answered',
    sql: 'alter table weir.generation add column is_known_shut boolean not null default false;',
  },
  {
    version: 15,
    name: 'whether a call may have been taken though no answer came',
    sql: `
      alter table weir.operation add column in_doubt boolean not null default false;
      update weir.operation set in_doubt = true
        where closed_at is null and kind = 'delete' and phase = 'deregistered' and attempts > 0;
    `,
  },
  {
    version: 16,
    name: 'whether an agent is still to be disabled for certain',
    sql: 'alter table weir.generation add column is_shut_asked boolean not null default false;',
  },
  {
    version: 17,
    name: 'when a claim lost the answer to a registration',
    sql: 'alter table weir.generation add column registration_lost_at double precision;',
  },
  {
    version: 18,
    name: 'which job a registration ran before its machine took it over',
    sql: 'alter table weir.generation add column former_request_id bigint;',
  },
];
