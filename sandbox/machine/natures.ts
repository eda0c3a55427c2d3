// What may be wrong with an image, so that every finding of a validation can be seen failing. An image whose reference, or whose tag
// `weir-sandbox-nature` in the emulated Azure, holds a word gives that nature to all its machines.

export const natures = {
  /** Everything inside takes five times as long. */
  slow: 'slow',
  /** The script ends well and the agent's process dies at once. */
  neverOnline: 'never-online',
  /** The agent extension fails after its work, with exit code and output. */
  enableFails: 'enable-fails',
  /** The customer's script fails, with exit code and output. */
  scriptFails: 'script-fails',
  /** A configured agent stands in the agent's own folder: the handler takes the machine for enabled. */
  agentPreinstalled: 'agent-preinstalled',
  /** An agent stands elsewhere on the disk. */
  otherAgent: 'other-agent',
  /** The image sets a variable that would register the agent elsewhere. */
  forbiddenVariable: 'forbidden-variable',
  /** Every machine calls itself by the name of the one that the image was made of. */
  sameName: 'same-name',
  /** An update that was installed last waits for a restart. */
  needsReboot: 'needs-reboot',
  /** Next to nothing is free where jobs work. */
  fullDisk: 'full-disk',
  /** The work folder cannot be written. */
  readOnlyFolder: 'read-only-folder',
  /** What the probe looks for is missing. */
  probeFails: 'probe-fails',
  /** The image swaps the agent for an older one. */
  oldAgent: 'old-agent',
  /** It comes up once, and never again after it was wiped. */
  onlyOnce: 'only-once',
} as const;
export type Nature = keyof typeof natures;

export function naturesOf(image: Readonly<Record<string, string>>): ReadonlySet<Nature> {
  const { nature = '', ...reference } = image;
  const words = Object.values(reference).join(' ').toLowerCase();
  const named = nature.toLowerCase().split(/[\s,]+/);
  const all = Object.keys(natures) as Nature[];
  return new Set(all.filter((one) => words.includes(`weir-sandbox-${natures[one]}`) || named.includes(natures[one])));
}
