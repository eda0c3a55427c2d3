// A name that somebody else chose: kept as text, with its own writing direction, and cut after two lines.

export function Name({ children }: { readonly children: string }) {
  return (
    <bdi className="weir-name" title={children.length > 24 ? children : undefined}>
      {children}
    </bdi>
  );
}

/** As many characters as tell the machines of one scale set apart. */
const endLength = 8;

/**
 * The name of a node, whose end stays where a row has no room for all of it. What is around it has to bear the name for a screen reader,
 * which would read the two parts as two words.
 */
export function NodeName({ children }: { readonly children: string }) {
  return (
    <bdi className="weir-name weir-ends" title={children}>
      <span>{children.slice(0, -endLength)}</span>
      <span>{children.slice(-endLength)}</span>
    </bdi>
  );
}
