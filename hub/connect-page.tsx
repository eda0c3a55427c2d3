// The first thing after installing: where the service stands. The address goes into the organization's extension data.
import { useState, type FormEvent } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { FormItem } from 'azure-devops-ui/FormItem';
import { TextField } from 'azure-devops-ui/TextField';
import { PageFrame } from './page-frame.tsx';
import { toProblem } from './problem.ts';
import { Section } from './section.tsx';
import { checkAddress } from './service-address.ts';

export function ConnectPage({ onSave }: { readonly onSave: (url: string) => Promise<void> }) {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const check = checkAddress(typed);
    if ('fault' in check) setFault(check.fault);
    else onSave(check.url).catch((cause: unknown) => setFault(toProblem(cause).message));
  };
  return (
    <PageFrame title="Elastic agents" description="Connect Weir's service">
      <Section title="Where does Weir's service run?">
        <div className="weir-form">
          <p>
            Weir keeps your agent pools at the right size from a small service in your own subscription. This page only
            shows what the service knows, so it needs its address once for the whole organization.
          </p>
          <form onSubmit={save} noValidate={true}>
            <FormItem
              label="Address of the service"
              error={fault !== null}
              message={fault ?? 'It holds no secret: everybody in the organization can read it.'}
            >
              <TextField
                placeholder="https://weir.example.com"
                value={typed}
                ariaInvalid={fault !== null}
                onChange={(_event, value) => {
                  setTyped(value);
                  setFault(null);
                }}
              />
            </FormItem>
            <Button type="submit" primary={true} text="Connect" />
          </form>
          <p className="weir-secondary">
            No service yet? Run <code>npm start</code> in a checkout of Weir to try everything on emulators of both
            clouds, or start the service with <code>npx weir start --config weir.yaml</code>.
          </p>
        </div>
      </Section>
    </PageFrame>
  );
}
