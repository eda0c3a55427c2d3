// Log, samples and views in memory: what journal.ts and samples.ts do in SQL.
import type { Store } from '../../ports.ts';
import { done, held, listIn, type Rows } from './rows.ts';
import { chooseSamples } from './samples.ts';

type JournalMethods =
  | 'appendLog'
  | 'listLog'
  | 'appendSample'
  | 'listSamples'
  | 'writeView'
  | 'readView'
  | 'listViewTimes'
  | 'writePicture'
  | 'readPicture'
  | 'prune';

export function journalIn(rows: Rows, now: () => number): Pick<Store, JournalMethods> {
  return {
    appendLog: (lease, entries) =>
      done(() => {
        held(rows, lease);
        const log = listIn(rows.logs, lease.pool, () => []);
        for (const entry of entries) log.push({ ...entry, id: rows.nextLog++ });
      }),
    listLog: (pool, limit, before) =>
      done(() => {
        const log = rows.logs.get(pool) ?? [];
        return log
          .filter((entry) => before === null || entry.id < before)
          .slice(-limit)
          .reverse();
      }),
    appendSample: (lease, sample) =>
      done(() => {
        held(rows, lease);
        const samples = listIn(rows.samples, lease.pool, () => []);
        const index = samples.findLastIndex((one) => one.at <= sample.at);
        samples.splice(
          samples[index]?.at === sample.at ? index : index + 1,
          samples[index]?.at === sample.at ? 1 : 0,
          sample,
        );
      }),
    listSamples: (pool, from, to, maximumPoints) =>
      done(() => chooseSamples(rows.samples.get(pool) ?? [], from, to, maximumPoints)),
    writeView: (lease, view) =>
      done(() => {
        held(rows, lease);
        rows.views.set(lease.pool, view);
      }),
    readView: (pool) => done(() => rows.views.get(pool) ?? null),
    listViewTimes: () => done(() => new Map([...rows.views].map(([pool, view]) => [pool, view.at]))),
    writePicture: (lease, picture) =>
      done(() => {
        held(rows, lease);
        rows.pictures.set(lease.pool, picture);
      }),
    readPicture: (pool) => done(() => rows.pictures.get(pool) ?? null),
    prune: (before) =>
      done(() => {
        for (const [pool, log] of rows.logs)
          rows.logs.set(
            pool,
            log.filter((entry) => entry.at >= before),
          );
        for (const [pool, samples] of rows.samples)
          rows.samples.set(
            pool,
            samples.filter((one) => one.at >= before),
          );
        for (const jobs of rows.pastJobs.values())
          for (const job of jobs.values()) if (job.finishedAt < before) jobs.delete(job.requestId);
        for (const [nonce, until] of rows.nonces) if (until <= now()) rows.nonces.delete(nonce);
      }),
  };
}
