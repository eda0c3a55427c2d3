// A new scale set: chosen from lists as far as Azure tells them to the service, made by the service where it may, and in any
// case as the exact command for whoever makes it.
import { useCallback, useState } from 'react';
import type { PlaceChoices } from '../../contract/azure-places.ts';
import { Loading, ProblemMessage } from '../messages.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { CreateActions } from './create-actions.tsx';
import { SelectField, TextField } from './wish-fields.tsx';
import { fitsEphemeral, imageNamed, sizeWords, type Wish } from './wish.ts';
import { useAnswer } from './use-answer.ts';

interface CreateSetProps {
  readonly client: HubClient;
  readonly proof: number;
  readonly subscription: string;
  readonly onMade: (words: string) => void;
}

export function CreateSet(props: CreateSetProps) {
  const { client, proof, subscription } = props;
  const ask = useCallback(
    (signal: AbortSignal) => client.places(proof, subscription, signal),
    [client, proof, subscription],
  );
  const { data, problem, again } = useAnswer(ask);
  return (
    <Section title="Make a new scale set" className="weir-fields" takesFocus={true}>
      {data === null && problem === null ? <Loading what="what there is to choose from" /> : null}
      {problem === null ? null : <ProblemMessage problem={problem} retry={again} />}
      {data === null ? null : <CreateForm {...props} places={data} />}
    </Section>
  );
}

function CreateForm({ places, ...props }: CreateSetProps & { readonly places: PlaceChoices }) {
  const { client, proof, subscription } = props;
  const [first] = places.resourceGroups ?? [];
  const [wish, setWish] = useState<Wish>({
    subscriptionId: subscription,
    resourceGroup: first?.name ?? '',
    location: first?.location ?? '',
    name: '',
    size: '',
    image: places.images[1]?.urn ?? '',
    isEphemeral: true,
    subnetId: null,
    trialMachines: 0,
  });
  const change = (part: Partial<Wish>): void => setWish((last) => ({ ...last, ...part }));
  const { location } = wish;
  const ask = useCallback(
    (signal: AbortSignal) => client.sizes(proof, subscription, location, signal),
    [client, proof, subscription, location],
  );
  const isPlaced = /^[a-z0-9]{1,40}$/.test(location);
  const sizes = useAnswer(isPlaced ? ask : null);
  const image = imageNamed(places, wish.image);
  const usable = sizes.data?.sizes.filter((one) => one.restriction === null) ?? [];
  const size = usable.find((one) => one.name === wish.size);
  const hasRoom = size === undefined || fitsEphemeral(size, image.diskGigabytes);
  return (
    <>
      <GroupFields {...{ places, wish, change }} />
      <TextField label="Name of the scale set" value={wish.name} onChange={(name) => change({ name })} />
      <SelectField
        label="Image"
        value={wish.image}
        options={places.images.map((one) => [one.urn, one.name] as const)}
        onChange={(urn) => change({ image: urn })}
      />
      {sizes.problem === null ? null : <ProblemMessage problem={sizes.problem} retry={sizes.again} />}
      <SelectField
        label="Size of the machines"
        help="The price class is estimated from the VM series; Weir does not read Azure's prices."
        value={wish.size}
        options={[
          ['', sizes.data === null ? 'Choose the region first' : 'Choose a size'],
          ...usable.map((one) => [one.name, sizeWords(one, image.diskGigabytes)] as const),
        ]}
        onChange={(name) => change({ size: name })}
      />
      <label className="weir-check">
        <input
          type="checkbox"
          checked={wish.isEphemeral && hasRoom}
          disabled={!hasRoom}
          onChange={({ target }) => change({ isEphemeral: target.checked })}
        />
        Keep the system's disk on the machine itself: it starts and wipes faster
        {hasRoom ? '' : ` (this size has no room for ${image.diskGigabytes} GB)`}
      </label>
      <label className="weir-check">
        <input
          type="checkbox"
          checked={wish.trialMachines === 2}
          onChange={({ target }) => change({ trialMachines: target.checked ? 2 : 0 })}
        />
        Start two machines to try the scale set; Weir deletes them when the pool is made
      </label>
      <CreateActions {...props} wish={{ ...wish, osType: image.osType, isEphemeral: wish.isEphemeral && hasRoom }} />
    </>
  );
}

interface GroupProps {
  readonly places: PlaceChoices;
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
}

/** What Azure does not tell to the service is typed. */
function GroupFields({ places, wish, change }: GroupProps) {
  const { resourceGroups, subnets } = places;
  const near = subnets?.filter((one) => one.location === wish.location) ?? [];
  return (
    <>
      {resourceGroups === null || resourceGroups.length === 0 ? (
        <>
          <TextField
            label="Resource group"
            value={wish.resourceGroup}
            onChange={(resourceGroup) => change({ resourceGroup })}
          />
          <TextField
            label="Region, such as westeurope"
            value={wish.location}
            onChange={(location) => change({ location, subnetId: null })}
          />
        </>
      ) : (
        <SelectField
          label="Resource group"
          value={wish.resourceGroup}
          options={resourceGroups.map((one) => [one.name, `${one.name} (${one.location})`] as const)}
          onChange={(name) => {
            const location = resourceGroups.find((one) => one.name === name)?.location ?? wish.location;
            change({ resourceGroup: name, location, subnetId: null });
          }}
        />
      )}
      <SelectField
        label="Network"
        help={subnets === null ? 'Azure does not tell the networks to the service.' : 'Networks of the same region.'}
        value={wish.subnetId ?? ''}
        options={[['', 'None yet: the command makes one'], ...near.map((one) => [one.id, one.name] as const)]}
        onChange={(id) => change({ subnetId: id === '' ? null : id })}
      />
    </>
  );
}
