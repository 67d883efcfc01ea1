/** Choosing one SKU of a product by its specs. Pure. */
import type { Answer } from './api';

export type Product = Answer<'get', '/products/{product_id}'>;
export type Sku = Product['skus'][number];
/** The chosen value's id, by spec id. */
export type Chosen = Readonly<Record<string, string>>;

export interface ValueView {
  id: string;
  value: string;
  isChosen: boolean;
  /** Some SKU in stock has it, together with what is chosen of the other specs. */
  isPossible: boolean;
}

export interface SpecView {
  id: string;
  name: string;
  values: ValueView[];
}

/** Return the specs with what can still be chosen. */
export function specViews(product: Product, chosen: Chosen): SpecView[] {
  return product.specs.map(({ id, name, values }) => ({
    id,
    name,
    values: values.map((value) => ({
      ...value,
      isChosen: chosen[id] === value.id,
      isPossible: isPossible(product, { ...chosen, [id]: value.id }),
    })),
  }));
}

/** Choose a value, or take the choice back; what is impossible changes nothing. */
export function toggle(product: Product, chosen: Chosen, specId: string, valueId: string): Chosen {
  if (chosen[specId] === valueId) {
    const { [specId]: _taken, ...rest } = chosen;
    return rest;
  }
  const wanted = { ...chosen, [specId]: valueId };
  return isPossible(product, wanted) ? wanted : chosen;
}

/** Return the SKU that the choice names; undefined while a spec is open. */
export function resolve(product: Product, chosen: Chosen): Sku | undefined {
  if (product.specs.some((spec) => !chosen[spec.id])) return undefined;
  return product.skus.find((sku) => fits(sku, chosen));
}

/** Return the first spec that is still open. */
export function open(product: Product, chosen: Chosen): { name: string } | undefined {
  return product.specs.find((spec) => !chosen[spec.id]);
}

/** Return the choice that names a SKU; undefined where it is not there any more. */
export function valuesOf(product: Product, skuId: string): Chosen | undefined {
  const sku = product.skus.find(({ id }) => id === skuId);
  return sku && chosenOf(product, sku);
}

/** Return what is chosen where there is no choice: the only SKU's values. */
export function only(product: Product): Chosen {
  const [sku, ...others] = product.skus;
  return sku && !others.length ? chosenOf(product, sku) : {};
}

/** Return what the lowest price was before, as lists show it; 0 where nothing is compared. */
export function comparedTo(product: Product): number {
  const compared = product.skus
    .filter((sku) => sku.price_minor === product.price_minor)
    .map((sku) => sku.compare_price_minor ?? 0);
  return compared.length ? Math.min(...compared) : 0;
}

function chosenOf(product: Product, sku: Sku): Chosen {
  const chosen: Record<string, string> = {};
  for (const spec of product.specs) {
    const value = spec.values.find(({ id }) => sku.value_ids.includes(id));
    if (value) chosen[spec.id] = value.id;
  }
  return chosen;
}

function isPossible(product: Product, chosen: Chosen): boolean {
  return product.skus.some((sku) => sku.available > 0 && fits(sku, chosen));
}

function fits(sku: Sku, chosen: Chosen): boolean {
  return Object.values(chosen).every((valueId) => sku.value_ids.includes(valueId));
}
