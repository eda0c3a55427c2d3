// Says what of a link could not be shown.
export function LinkFault({ fault }: { readonly fault: string | null }) {
  return fault === null ? null : (
    <p className="weir-secondary" role="status">
      {fault}
    </p>
  );
}
