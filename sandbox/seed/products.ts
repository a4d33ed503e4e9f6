import { fromCents } from '../money.ts'
import type { ProductRecord, Timestamp, VariantRecord } from '../model.ts'
import { chance, int, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'
import type { MutableShopStore } from '../store.ts'
import type { Moments } from './moments.ts'
import {
  COLORS,
  COLORS_AND_FINISHES,
  GOODS,
  MATERIALS,
  PRODUCT_TAGS,
  PRODUCT_TYPES,
  SIZES,
  STYLES,
  VENDORS,
} from './words.ts'

/** One product in so many has 120 variants: more than a page of nested variants or a webhook body holds. */
const LARGE_PRODUCT_EVERY = 150
const LARGE_PRODUCT_OFFSET = 3

/** Adds one product with its variants. `index` counts from 0 and makes the handle and the SKUs unique. */
export function seedProduct(
  store: MutableShopStore,
  random: Random,
  moments: Moments,
  index: number,
  createdAt: Timestamp,
): void {
  const id = store.nextId()
  const updatedAt = moments.since(createdAt)
  const title = `${pick(random, STYLES)} ${pick(random, MATERIALS)} ${pick(random, GOODS)}`
  const status = chance(random, 0.8) ? 'ACTIVE' : chance(random, 0.5) ? 'DRAFT' : 'ARCHIVED'
  const product: ProductRecord = {
    id,
    title,
    handle: `${asHandle(title)}-${index + 1}`,
    descriptionHtml: chance(random, 0.85) ? `<p>${title}: made to be used <em>every day</em> &amp; kept.</p>` : '',
    status,
    vendor: pick(random, VENDORS),
    productType: pick(random, PRODUCT_TYPES),
    tags: sample(random, PRODUCT_TAGS, int(random, 0, 4)),
    publishedAt: status === 'DRAFT' ? null : moments.soonAfter(createdAt, 2),
    createdAt,
    updatedAt,
    variants: [],
  }
  const titles = variantTitles(random, index)
  const baseCents = int(random, 3, 240) * 100 + pick(random, [0, 0, 50, 95, 99])
  product.variants = titles.map((variantTitle, at) =>
    seedVariant(store, random, product, {
      title: variantTitle,
      position: at + 1,
      cents: baseCents + at * pick(random, [0, 0, 250]),
    }),
  )
  store.products.set(id, product)
}

function seedVariant(
  store: MutableShopStore,
  random: Random,
  product: ProductRecord,
  given: { title: string; position: number; cents: number },
): VariantRecord {
  const number = store.products.size + 1
  return {
    id: store.nextId(),
    productId: product.id,
    title: given.title,
    sku: chance(random, 0.88)
      ? `SKU-${String(number).padStart(4, '0')}-${String(given.position).padStart(2, '0')}`
      : null,
    barcode: chance(random, 0.4) ? `4${String(int(random, 0, 999_999_999_999)).padStart(12, '0')}` : null,
    price: fromCents(given.cents),
    compareAtPrice: chance(random, 0.25) ? fromCents(given.cents + int(random, 1, 60) * 100) : null,
    inventoryQuantity: chance(random, 0.1) ? int(random, -4, 0) : int(random, 1, 400),
    inventoryItemId: store.nextId(),
    position: given.position,
    createdAt: product.createdAt,
    updatedAt: chance(random, 0.5) ? product.createdAt : product.updatedAt,
  }
}

function variantTitles(random: Random, index: number): string[] {
  if (index % LARGE_PRODUCT_EVERY === LARGE_PRODUCT_OFFSET)
    return COLORS_AND_FINISHES.flatMap((color) => SIZES.map((size) => `${color} / ${size}`))
  if (chance(random, 0.35)) return ['Default Title']
  const count = int(random, 1, 6)
  return chance(random, 0.5) ? SIZES.slice(0, count) : sample(random, COLORS, count)
}

function asHandle(title: string): string {
  return title
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '')
}
