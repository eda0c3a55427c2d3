// Images of the Marketplace that are sold under a plan: who makes machines of one names the plan, and somebody has accepted its terms
// for the subscription before. Codes and texts are those of public reports; docs/unverified.md has what they do not tell.
import { ArmError, invalidParameter } from './arm-error.ts';
import type { Cloud } from './cloud.ts';
import { resourceById } from './image-resources.ts';
import { objectAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { platformImage } from './deployable-image.ts';

export interface Plan {
  readonly publisher: string;
  readonly product: string;
  readonly name: string;
}

/** Refuses a scale set whose `plan` is not that of its image, or whose terms nobody accepted. `subject` is the set's resource id. */
export function requirePlan(cloud: Cloud, subject: string, profile: JsonObject, given: JsonObject | undefined): void {
  const wanted = planOfImage(cloud, objectAt(profile, 'storageProfile', 'imageReference') ?? {});
  const named = given === undefined ? null : planIn(given);
  if (named === null) {
    if (wanted === null) return;
    throw new ArmError(
      400,
      'VMMarketplaceInvalidInput',
      `Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image requires Plan information in the request. VM: '${subject}'.`,
    );
  }
  if (wanted === null || keyOf(named) !== keyOf(wanted))
    throw invalidParameter('plan', `The plan '${keyOf(named)}' is not a plan of the image of '${subject}'.`);
  if (cloud.state.acceptedPlans?.includes(keyOf(named)) !== true) throw termsNotAccepted(cloud, subject, named);
}

/** As agreements are remembered. */
export function keyOf({ publisher, product, name }: Plan): string {
  return `${publisher}/${product}/${name}`.toLowerCase();
}

function planOfImage(cloud: Cloud, reference: JsonObject): Plan | null {
  const id = stringAt(reference, 'id')?.replace(/\/versions\/[^/]+\/?$/i, '');
  if (id === undefined) return platformImage(cloud, reference)?.plan ?? null;
  const plan = objectAt(resourceById(cloud, id)?.properties, 'purchasePlan');
  return plan === undefined ? null : planIn(plan);
}

function planIn(plan: JsonObject): Plan | null {
  const [publisher, product, name] = ['publisher', 'product', 'name'].map((key) => stringAt(plan, key));
  return publisher === undefined || product === undefined || name === undefined ? null : { publisher, product, name };
}

function termsNotAccepted(cloud: Cloud, subject: string, { publisher, product, name }: Plan): ArmError {
  const subscription = subject.split('/')[2] ?? '';
  const terms =
    `You have not accepted the legal terms on this subscription: '${subscription}' for this plan. Before the subscription can be used, you need to accept the legal terms of the image. ` +
    `Offer details: publisher='${publisher}' offer = '${product}', sku = '${name}'.`;
  if (cloud.variants.termsRefused === 'validation') {
    const message = `User failed validation to purchase resources. Error message: '${terms}'`;
    return new ArmError(400, 'ResourcePurchaseValidationFailed', message);
  }
  return new ArmError(
    400,
    'MarketplacePurchaseEligibilityFailed',
    'Marketplace purchase eligibilty check returned errors. See inner errors for details.',
    undefined,
    {},
    [
      {
        code: 'BadRequest',
        message: `Offer with PublisherId: '${publisher}', OfferId: '${product}' cannot be purchased due to validation errors. ${terms}`,
      },
    ],
  );
}
