// A link to another page of the hub. The address of the frame is not the one people see, so the host's is changed instead.
import { Name } from './name.tsx';
import { writeRoute, type Route } from './route.ts';

export function PageLink({
  route,
  onGo,
  children,
}: {
  readonly route: Route;
  readonly onGo: () => void;
  readonly children: string;
}) {
  return (
    <a
      className="weir-link"
      href={`#${writeRoute(route)}`}
      onClick={(event) => {
        event.preventDefault();
        onGo();
      }}
    >
      <Name>{children}</Name>
    </a>
  );
}
