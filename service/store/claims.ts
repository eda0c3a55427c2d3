// What enrolment asks without a lease: the generation of a machine, the claim it may make once, and single-use nonces.
import type { Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { generationOf } from './generations.ts';
import { textIn, type Sql } from './sql.ts';

type ClaimMethods =
  'findGeneration' | 'claimGeneration' | 'completeClaim' | 'noteLostRegistration' | 'issueNonce' | 'useNonce';

export function claimsOf(sql: Sql): Pick<Store, ClaimMethods> {
  return {
    findGeneration: async (vmId) => {
      const [row] = await sql.query(
        `select * from weir.generation where vm_id = $1
         order by started_at desc, generation_id collate "C" desc limit 1`,
        [vmId],
      );
      return row === undefined ? null : { pool: textIn(row, 'pool'), generation: generationOf(row) };
    },
    claimGeneration: async (generationId, now) => {
      const rows = await sql.query(
        `update weir.generation set claimed_at = $2::double precision
         where generation_id = $1 and claimed_at is null returning 1`,
        [generationId, now],
      );
      return rows.length === 1;
    },
    completeClaim: async (generationId, agentId, agentName, formerRequestId = null) => {
      const rows = await sql.query(
        `update weir.generation set agent_id = $2::bigint, agent_name = $3, former_request_id = $4::bigint
         where generation_id = $1 and claimed_at is not null returning 1`,
        [generationId, agentId, agentName, formerRequestId],
      );
      if (rows.length === 0) throw claimLate();
    },
    noteLostRegistration: async (generationId, now) => {
      await sql.query(
        'update weir.generation set registration_lost_at = $2::double precision where generation_id = $1',
        [generationId, now],
      );
    },
    issueNonce: async (nonce, forMilliseconds) => {
      await sql.query(
        `insert into weir.nonce (nonce, until)
         values ($1, now() + $2::double precision * interval '1 millisecond')`,
        [nonce, forMilliseconds],
      );
    },
    useNonce: async (nonce) => {
      const [row] = await sql.query('delete from weir.nonce where nonce = $1 returning until > now() as valid', [
        nonce,
      ]);
      return row?.valid === true;
    },
  };
}

/** The machine was given up while its agent was being registered: whoever registered it takes the agent away again. */
export function claimLate(): UserProblem {
  return new UserProblem('CLAIM_LATE', 'This machine has been given up meanwhile.', {
    nextStep: 'Nothing: the machine is going to be deleted.',
  });
}
