// How a person makes a snapshot, for the help of the verbs that read one.

export const snapshotHelp = `A snapshot is one JSON file with the answers of both clouds as they came:

  { "now": "2026-11-22T10:00:00Z",
    "settings": { "maxCapacity": 10, … },
    "jobRequests": GET ORGANIZATION/_apis/distributedtask/pools/ID/jobrequests?completedRequestCount=0,
    "agents":      GET ORGANIZATION/_apis/distributedtask/pools/ID/agents?includeCapabilities=true
                       &includeAssignedRequest=true&includeLastCompletedRequest=true,
    "scaleSets": [ { "scaleSet":  GET SCALE-SET-ID?api-version=2024-07-01,
                     "instances": GET SCALE-SET-ID/virtualMachines?$expand=instanceView&api-version=2024-07-01 } ],
    "images":    [ { "id": IMAGE-ID, "versions": GET IMAGE-ID/versions?api-version=2024-03-03 } ],
    "memory":    { … } }

Only "now" must be there, with its time zone (Z is UTC). Without "settings" the defaults of "weir schema pool-settings" are
taken; this and whatever else is guessed is a warning, in JSON "warnings": [ { "code", "message", "field", "nextStep" } ], which
is absent where there is none. A list that is missing was not captured: it is unknown, and then nothing is changed. Lists may
stand bare or as { "count", "value" }, whole: the pages of a long list belong together into one.

Of a Marketplace image the id is PUBLISHER:OFFER:SKU. Replication is judged where $expand=ReplicationStatus told it. Scale sets
are known as lanes by the tags weir-image and weir-version, else by their imageReference, else they are the first image's.

"memory" is what Weir remembers of the pool between two looks, as it stands in its database (weir.lease, column memory), with
instants in milliseconds since 1970. Every part may be missing. Verdicts stand on these, by the id of a scale set:
  restUntil         { ID: INSTANT }: until then it is not asked, for Azure had no capacity or no quota
  capacityRefusals  { ID: { "code", "words", "isQuota" } }: what Azure said then
  refusals          { ID: { "at", "what": "scaleOut" or "createLane", "code", "words", "nextStep" } }: what Azure will not make
  shortages         { ID: { "restUntil", "at", "going", "inVain", "machines" } }: where machines make room for a job
  breakers          machines that fail one after the other, by image, version and size: { "failures", "lastAt", "openUntil", "why" }
Beside them may stand "generations", "operations", "placeholders", "admittedVersions" and "rollouts", which the service keeps in
rows of their own. Without "generations" every scale set of the snapshot is taken for one of Weir's.

Examples, in a checkout: weir explain test/snapshots/living-pool.json
                         weir decide test/snapshots/living-pool.json --json`;
