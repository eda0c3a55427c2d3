// For whoever has installed the extension and runs no service yet: how to get one, with what this page already knows filled in.
import { CommandText } from '../command-text.tsx';
import { Section } from '../section.tsx';

interface NoServiceProps {
  readonly organizationUrl: string;
  readonly origin: string;
}

export function NoService({ organizationUrl, origin }: NoServiceProps) {
  return (
    <Section title="No service yet?">
      <div className="weir-form">
        <p>
          The service is one process with one configuration file, in your own subscription: in a container behind https,
          or on Azure Container Apps with <code>deploy/main.bicep</code>. The README in the folder <code>deploy</code>{' '}
          of Weir has both, with the roles that its identity needs. For this organization its file begins like this:
        </p>
        <CommandText label="Beginning of weir.yaml" text={configuration(organizationUrl, origin)} />
        <p>
          Then start it with <code>npx weir start --config weir.yaml</code>, or as a container, and type its address
          above.
        </p>
        <p>
          Only want to look? <code>npm start</code> in a checkout of Weir runs this page, the service and emulators of
          both clouds on your own machine. Nothing there costs money or touches this organization.
        </p>
      </div>
    </Section>
  );
}

function configuration(organizationUrl: string, origin: string): string {
  return [
    'publicUrl: https://weir.example.com',
    'hubOrigins:',
    `  - ${origin}`,
    'organizations:',
    `  - url: ${organizationUrl}`,
    '    identity: { kind: managedIdentity }',
  ].join('\n');
}
