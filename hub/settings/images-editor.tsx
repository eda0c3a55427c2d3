// The images of the pool in their order: names, where each comes from, which version, its share of the standby.
import { Button } from 'azure-devops-ui/Button';
import { apart } from '../apart.ts';
import { FaultLines } from '../problem-words.tsx';
import { Section } from '../section.tsx';
import { isDocument, type Document } from './document.ts';
import { faultsAt, type FieldFault } from './local-check.ts';
import { ImageFields } from './image-fields.tsx';

interface ImagesEditorProps {
  readonly value: unknown;
  readonly help: string;
  readonly faults: readonly FieldFault[];
  readonly onChange: (images: readonly Document[]) => void;
}

export function ImagesEditor({ value, help, faults, onChange }: ImagesEditorProps) {
  const images = Array.isArray(value) ? value.filter(isDocument) : [];
  const whole = faults.filter(({ field }) => field === 'images' || field === 'laneResourceGroup');
  const swap = (index: number, other: number): void =>
    onChange(images.map((image, at) => (at === index ? images[other] : at === other ? images[index] : image) ?? image));
  return (
    <div className="weir-field" data-field="images" tabIndex={-1}>
      <p className="weir-secondary">
        {help} {images.length === 0 ? 'Now the pool has the image of its scale set, which jobs cannot name.' : ''}
      </p>
      <FaultLines faults={whole} />
      {images.map((image, index) => (
        <Section
          // The order is all that tells two images apart that somebody is just writing.
          key={index}
          title={nameOf(images, index)}
          className="weir-image-fields"
          aside={
            <span className="weir-filters">
              <Button
                subtle={true}
                text="Up"
                ariaLabel={`Move ${nameOf(images, index)} up`}
                disabled={index === 0}
                onClick={() => swap(index, index - 1)}
              />
              <Button
                subtle={true}
                text="Remove"
                ariaLabel={`Remove ${nameOf(images, index)}`}
                onClick={() => onChange(images.filter((_one, at) => at !== index))}
              />
            </span>
          }
        >
          <ImageFields
            path={`images[${index}]`}
            image={image}
            faults={faultsAt(faults, `images[${index}]`)}
            onChange={(changed) => onChange(images.map((one, at) => (at === index ? changed : one)))}
          />
        </Section>
      ))}
      <Button text="Add an image" onClick={() => onChange([...images, newImage])} />
    </div>
  );
}

/** The scale set's own image, which nobody has named yet. */
export const newImage: Document = { aliases: [], source: null, version: 'latest', standbyPercent: '*' };

/** Two that somebody calls the same are told apart by their places. */
function nameOf(images: readonly Document[], index: number): string {
  const name = firstName(images[index]);
  if (name === '') return `Image ${index + 1}`;
  const isOnly = images.every((image, at) => at === index || firstName(image) !== name);
  return isOnly ? name : `${apart(name)} (image ${index + 1})`;
}

function firstName({ aliases }: Document = {}): string {
  return Array.isArray(aliases) ? String(aliases[0] ?? '') : '';
}
