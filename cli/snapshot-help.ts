// How a person makes a snapshot, for the help of the verbs that read one.

export const snapshotHelp = `A snapshot is one JSON file with the answers of both clouds as they came:

  { "now": "2026-11-22T10:00:00Z",
    "settings": { "maxCapacity": 10, … },
    "jobRequests": GET ORGANIZATION/_apis/distributedtask/pools/ID/jobrequests?completedRequestCount=0,
    "agents":      GET ORGANIZATION/_apis/distributedtask/pools/ID/agents?includeCapabilities=true
                       &includeAssignedRequest=true&includeLastCompletedRequest=true,
    "scaleSets": [ { "scaleSet":  GET SCALE-SET-ID?api-version=2024-07-01,
                     "instances": GET SCALE-SET-ID/virtualMachines?$expand=instanceView&api-version=2024-07-01 } ],
    "images":    [ { "id": IMAGE-ID, "versions": GET IMAGE-ID/versions?api-version=2024-03-03 } ] }

Of a Marketplace image the id is PUBLISHER:OFFER:SKU. Replication is judged where $expand=ReplicationStatus told it. Scale sets
are known as lanes by the tags weir-image and weir-version, else by their imageReference, else they are the first image's.

Lists may stand bare or as { "count", "value" }, whole. What is missing is unknown, and then nothing is changed. "memory" may carry
what Weir remembered.`;
