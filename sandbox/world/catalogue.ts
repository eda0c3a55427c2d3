// Every fault that a run may meet, by the id of the catalogue (reliability-security.md 3) or the mode of the fault injector,
// with a line of words: the help of `weir simulate` and its errors are made of this.
export const catalogue: Readonly<Record<string, string>> = {
  A1: 'Azure answers a write with 409 Conflict',
  A2: 'a capacity write meets 412, its etag is old',
  A3: 'Azure throttles beyond its own limits: 429, with Retry-After as seconds, a date, nothing or garbage',
  A4: 'Azure answers 500, 502, 503, 504 or 408',
  A5: 'no answer of Azure, before or after the effect',
  A6: 'the answer to a write is lost after its effect, in either cloud',
  A7: 'an operation of Azure is stuck, or its address is gone',
  A8: 'an operation is told Failed though it worked, or Succeeded though it did not',
  A9: 'OperationPreempted, an instance id that is not active, NicReservedForAnotherVm',
  A10: 'Azure has room for fewer machines than were asked for; the capacity stands, falls, or failed machines appear',
  A11: 'the quota has no room for the maximum',
  A12: 'operating systems never report; of some image versions nearly none does',
  A13: 'an extension fails, or hangs for ever',
  A14: 'a machine runs, and its agent never comes online',
  A15: 'an agent falls silent in the middle of a job, for minutes or for ever',
  A16: 'Azure evicts a machine',
  A17: 'a reimage fails, hangs, or reports success and wipes nothing',
  A18: 'a person deletes a machine in the portal',
  A19: 'a person scales by hand',
  A20: 'another autoscaler takes the scale set: the tag of an elastic pool, and a capacity that nobody asked for',
  A21: 'a person edits the model: overprovision, upgrade policy, size, automatic repairs',
  A22: 'lists of Azure are empty, lack an item or have one twice',
  A23: 'lists, the scale set and the versions of images are answered as they were minutes ago',
  A24: '401 or 403 of Azure, for a time',
  A25: 'the token endpoint refuses or is late, and tokens live for minutes',
  D1: 'Azure DevOps answers with its sign-in page',
  D2: '403 or 404 of the pool',
  D3: 'Azure DevOps throttles: 429, or an answer that comes late',
  D4: 'Azure DevOps is away, for reads, writes or both',
  D5: 'lists of Azure DevOps, and perhaps agents by id, are a minute old',
  D6: 'assignedRequest is missing though a job runs',
  D7: 'the queue in another order, with requests twice or with fields missing',
  D8: 'agents of somebody else under our names, in other letters and other pools',
  D9: 'a person disables and enables agents',
  D10: 'an idle agent goes offline for minutes and comes back',
  D11: 'jobs are assigned at the worst moments',
  D12: 'jobs are cancelled',
  D13: 'hooks wake the service at any time, more than once',
  D14: 'hostile text in the names and messages of jobs: markup, control characters, half surrogates, megabytes',
  S1: 'the process ends at a call of a port, before or after its effect',
  S2: 'the process stands still around a call for seconds to half an hour',
  S3: 'the links to Azure, Azure DevOps and the database are cut and mended one by one',
  S4: 'the database is away, read-only, slow, loses the answer of a commit, or is set back to a backup',
  S6: 'the clock of the service is wrong, jumps, and goes at another pace',
  S8: 'another version of Weir left its memory',
  S9: 'the settings change while the pool works',
  V1: 'only where named or dealt: machines of a validation never boot, reach nothing, are not wiped, or their extension fails or hangs',
  f: 'an answer comes whole and late',
  p: 'half of a body, then silence',
  pc: 'half of a body, then the connection is closed',
  pa: 'half of a body, then the connection is reset',
  pn: 'half of a body that ends as if it were whole',
  n: 'no answer, the connection stays open',
  nc: 'no answer, the connection is closed',
  na: 'no answer, the connection is reset',
};

/** The id as the catalogue writes it, or null. */
export function faultIdOf(text: string): string | null {
  const wanted = text.trim().toLowerCase();
  return Object.keys(catalogue).find((id) => id.toLowerCase() === wanted) ?? null;
}

/** One line for each, aligned. */
export function catalogueLines(): readonly string[] {
  return Object.entries(catalogue).map(([id, words]) => `${id.padEnd(4)} ${words}`);
}
