// What may be wrong with a version of an image, as the emulator's machines play it, and which check finds it.

/** Words of the nature, the check that finds it, and its words; two more are seen on Windows only. */
export const natures: readonly (readonly [string, string, RegExp])[] = [
  ['enable-fails', 'extensionsSucceeded', /failed on/],
  ['agent-preinstalled', 'noAgentPreinstalled', /never joined the pool/],
  ['other-agent', 'noAgentPreinstalled', /\/opt\/vsts-agent/],
  ['never-online', 'agentOnline', /did not come online/],
  ['same-name', 'differentNames', /golden/],
  ['full-disk', 'freeDisk', /Only 1 GB/],
  ['read-only-folder', 'workFolderWritable', /cannot write/],
  ['probe-fails', 'probe', /exit code 127/],
  ['old-agent', 'agentVersion', /2\.200\.0/],
  ['only-once', 'reimage', /did not come back/],
];
