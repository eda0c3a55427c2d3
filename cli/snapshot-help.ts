// How a person makes a snapshot, for the help of the verbs that read one.

export const snapshotHelp = `A snapshot is one JSON file with the answers of both clouds as they came:

  { "now": "2026-11-22T10:00:00Z",
    "settings": { "maxCapacity": 10, … },
    "jobRequests": GET ORGANIZATION/_apis/distributedtask/pools/ID/jobrequests?completedRequestCount=0,
    "agents":      GET ORGANIZATION/_apis/distributedtask/pools/ID/agents?includeCapabilities=true
                       &includeAssignedRequest=true&includeLastCompletedRequest=true,
    "scaleSets": [ { "scaleSet":  GET SCALE-SET-ID?api-version=2024-07-01,
                     "instances": GET SCALE-SET-ID/virtualMachines?$expand=instanceView&api-version=2024-07-01 } ] }

Lists may stand bare or as { "count", "value" }; what is missing counts as empty. "memory" may carry what Weir remembered.`;
