// A name that somebody else chose: kept as text, with its own writing direction, and cut after two lines.

export function Name({ children }: { readonly children: string }) {
  return (
    <bdi className="weir-name" title={children.length > 60 ? children : undefined}>
      {children}
    </bdi>
  );
}
