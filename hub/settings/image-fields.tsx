// The fields of one image.
import { FieldRow } from './field-row.tsx';
import { isDocument, type Document } from './document.ts';
import type { FieldFault } from './local-check.ts';
import { textOf, toNumber } from './plain-field.tsx';

interface ImageFieldsProps {
  readonly path: string;
  readonly image: Document;
  readonly faults: readonly FieldFault[];
  readonly onChange: (image: Document) => void;
}

export function ImageFields({ path, image, faults, onChange }: ImageFieldsProps) {
  const set = (change: Document): void => onChange({ ...image, ...change });
  const at = (name: string): readonly FieldFault[] =>
    faults.filter(({ field }) => field.startsWith(`${path}.${name}`) || (name === 'aliases' && field === path));
  const text = (name: string, label: string, help: string, value: unknown, write: (text: string) => void) => (
    <FieldRow key={name} path={`${path}.${name}`} label={label} help={help} faults={at(name)}>
      {(ids) => (
        <input
          id={ids.id}
          className="weir-input weir-input-text"
          aria-describedby={ids.describedBy}
          aria-invalid={ids.isInvalid}
          autoComplete="off"
          spellCheck={false}
          value={textOf(value)}
          onChange={({ target }) => write(target.value)}
        />
      )}
    </FieldRow>
  );
  const aliases = Array.isArray(image.aliases) ? image.aliases.map(String).join(',') : '';
  return (
    <div className="weir-fields">
      {text('aliases', 'Names', 'What the demand ImageOverride says; several with commas between.', aliases, (typed) =>
        set({ aliases: typed === '' ? [] : typed.split(',') }),
      )}
      <SourceFields path={path} source={image.source} text={text} onChange={(source) => set({ source })} />
      {text('version', 'Version', '"latest", or an exact version such as 2.0.0.', image.version, (version) =>
        set({ version }),
      )}
      {text(
        'standbyPercent',
        'Share of the standby',
        'In percent, or * for what the other images leave over.',
        image.standbyPercent,
        (typed) => set({ standbyPercent: typed === '*' ? '*' : toNumber(typed) }),
      )}
      {text('size', 'Size of its machines', "Empty: the scale set's. Such as Standard_D4s_v5.", image.size, (size) =>
        set({ size: size === '' ? null : size }),
      )}
      <FieldRow
        path={`${path}.osType`}
        label="Operating system"
        help="Of the machines of this image."
        faults={at('osType')}
      >
        {(ids) => (
          <select
            id={ids.id}
            aria-describedby={ids.describedBy}
            value={textOf(image.osType)}
            onChange={({ target }) => set({ osType: target.value === '' ? null : target.value })}
          >
            <option value="">As the scale set</option>
            <option value="linux">Linux</option>
            <option value="windows">Windows</option>
          </select>
        )}
      </FieldRow>
    </div>
  );
}

type Text = (
  name: string,
  label: string,
  help: string,
  value: unknown,
  write: (text: string) => void,
) => React.ReactNode;

interface SourceFieldsProps {
  readonly path: string;
  readonly source: unknown;
  readonly text: Text;
  readonly onChange: (source: Document | null) => void;
}

const kinds = { own: "The scale set's own image", market: 'Marketplace', id: 'Gallery or managed image' } as const;
type Kind = keyof typeof kinds;

function SourceFields({ path, source, text, onChange }: SourceFieldsProps) {
  const from = isDocument(source) ? source : {};
  const kind: Kind = !isDocument(source) ? 'own' : 'id' in source ? 'id' : 'market';
  const begin: Readonly<Record<Kind, Document | null>> = {
    own: null,
    market: { publisher: '', offer: '', sku: '' },
    id: { id: '' },
  };
  return (
    <>
      <FieldRow path={`${path}.source`} label="Comes from" help="Where its versions are published." faults={[]}>
        {(ids) => (
          <select
            id={ids.id}
            aria-describedby={ids.describedBy}
            value={kind}
            onChange={({ target }) => onChange(begin[target.value as Kind])}
          >
            {Object.entries(kinds).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </FieldRow>
      {kind === 'market'
        ? (['publisher', 'offer', 'sku'] as const).map((part) =>
            text(`source.${part}`, marketNames[part], 'As "az vm image list" prints it.', from[part], (typed) =>
              onChange({ ...from, [part]: typed }),
            ),
          )
        : null}
      {kind === 'id'
        ? text(
            'source.id',
            'Resource id',
            'Of an image definition of a gallery, or of a managed image.',
            from.id,
            (id) => onChange({ id }),
          )
        : null}
    </>
  );
}

const marketNames = { publisher: 'Publisher', offer: 'Offer', sku: 'SKU' } as const;
