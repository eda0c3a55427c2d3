// The names that the guide to an image of one's own is filled with.
import { useId } from 'react';
import type { ImageGuideRequest } from '../../contract/image-guide.ts';
import { Choice } from '../choice.tsx';

export type Fault = { readonly field: string | null; readonly message: string };

interface GuideFieldsProps {
  readonly names: ImageGuideRequest;
  /** Of the pool's own scale set. */
  readonly own: string;
  readonly faults: readonly Fault[];
  readonly onChange: (change: Partial<ImageGuideRequest>) => void;
}

const starts = ['azureImage', 'vhd', 'plain'] as const;
const startNames = {
  azureImage: 'an image of Azure, with software of my own',
  vhd: 'a generalized disk that I have (VHD)',
  plain: 'an image of Azure as it is',
} as const;
const systems = ['linux', 'windows'] as const;
const systemNames = { linux: 'Linux', windows: 'Windows' } as const;
const goals = ['own', 'new'] as const;
type TextField = 'resourceGroup' | 'baseImage' | 'vhd' | 'vmName' | 'vmSize' | 'adminUser' | 'imageName';

export function GuideFields({ names, own, faults, onChange }: GuideFieldsProps) {
  const text = (field: TextField, label: string, help: string) => (
    <TextRow
      key={field}
      label={label}
      help={help}
      value={names[field]}
      fault={faults.find((one) => one.field === field)?.message ?? null}
      onChange={(value) => onChange({ [field]: value })}
    />
  );
  const isPlain = names.start === 'plain';
  return (
    <>
      <div className="weir-filters">
        <Choice
          label="Begin with"
          value={names.start}
          choices={starts}
          nameOf={(one) => startNames[one]}
          onChange={(start) => onChange({ start, ...(start === 'plain' ? { scaleSet: names.scaleSet ?? '' } : {}) })}
        />
        <Choice
          label="System"
          value={names.osType}
          choices={systems}
          nameOf={(one) => systemNames[one]}
          onChange={(osType) =>
            onChange({ osType, baseImage: osType === 'windows' ? 'Win2022Datacenter' : 'Ubuntu2204' })
          }
        />
      </div>
      {text('resourceGroup', 'Resource group', 'Everything is made in it.')}
      {names.start === 'vhd'
        ? text('vhd', 'Address of the disk', 'Of the blob in a storage account, beginning with https://.')
        : text('baseImage', 'Image of Azure', 'Its short name or URN, as "az vm image list" prints it.')}
      {isPlain ? null : text('vmName', 'Virtual machine', 'You install your software on it, and delete it afterwards.')}
      {isPlain ? null : (
        <TextRow
          label="Disk in GiB"
          help="128 is what images of Azure have; at most 4095."
          value={Number.isNaN(names.diskGb) ? '' : String(names.diskGb)}
          fault={faults.find((one) => one.field === 'diskGb')?.message ?? null}
          onChange={(value) => onChange({ diskGb: /^\d{1,5}$/.test(value.trim()) ? Number(value) : Number.NaN })}
        />
      )}
      {text('vmSize', 'VM size', 'Of the machines, as "az vm list-sizes" prints it.')}
      {text(
        'adminUser',
        'Your account on it',
        names.osType === 'windows'
          ? 'You are asked for the password: it is part of no command.'
          : 'You sign in with your SSH key.',
      )}
      {isPlain ? null : text('imageName', 'Name of the new image', 'What your image is called.')}
      <Goal names={names} own={own} faults={faults} onChange={onChange} />
    </>
  );
}

/** Where machines of the image are made. */
function Goal({ names, own, faults, onChange }: GuideFieldsProps) {
  const isPlain = names.start === 'plain';
  return (
    <>
      {isPlain ? null : (
        <Choice
          label="Use it for"
          value={names.scaleSet === null ? 'own' : 'new'}
          choices={goals}
          nameOf={(one) => (one === 'own' ? `this pool's scale set, ${own}` : 'a new scale set')}
          onChange={(goal) => onChange({ scaleSet: goal === 'own' ? null : '' })}
        />
      )}
      {names.scaleSet === null ? null : (
        <TextRow
          label="New scale set"
          help="What it is called."
          value={names.scaleSet}
          fault={faults.find((one) => one.field === 'scaleSet')?.message ?? null}
          onChange={(scaleSet) => onChange({ scaleSet })}
        />
      )}
    </>
  );
}

interface TextRowProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly fault: string | null;
  readonly onChange: (value: string) => void;
}

function TextRow({ label, help, value, fault, onChange }: TextRowProps) {
  const id = useId();
  return (
    <div className="weir-guide-row">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="weir-input"
        value={value}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={fault !== null}
        aria-describedby={`${id}help`}
        onChange={({ target }) => onChange(target.value)}
      />
      <span id={`${id}help`} className={fault === null ? 'weir-secondary' : 'weir-fault'}>
        {fault ?? help}
      </span>
    </div>
  );
}
