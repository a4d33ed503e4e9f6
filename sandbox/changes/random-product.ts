import type { Change } from '../contract.ts'
import type { ProductRecord, VariantRecord } from '../model.ts'
import { fromCents } from '../money.ts'
import { chance, int, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'
import { COLORS, GOODS, PRODUCT_TAGS, PRODUCT_TYPES, SIZES, STYLES, VENDORS } from '../seed/words.ts'
import type { MutableShopStore } from '../store.ts'
import { newVariant } from './new-variant.ts'
import { randomFields } from './random-fields.ts'

/** More than the 100 that a webhook body tells in full. */
const manyVariants = 104
const statuses = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'DRAFT', 'ARCHIVED'] as const

/** The fields of a new product, with variants that have ids of the shop's sequence. */
export function randomProduct(store: MutableShopStore, random: Random): Partial<ProductRecord> {
  const id = store.nextId()
  const product = {
    id,
    title: randomTitle(random),
    handle: randomHandle(id, random),
    descriptionHtml: randomDescription(random),
    status: pick(random, statuses),
    vendor: pick(random, VENDORS),
    productType: pick(random, PRODUCT_TYPES),
    tags: randomTags(random),
    publishedAt: chance(random, 0.8) ? store.timestamp() : null,
    createdAt: store.timestamp(),
    updatedAt: store.timestamp(),
    variants: [],
  }
  const count = chance(random, 0.02) ? manyVariants : int(random, 1, 5)
  const variants = Array.from({ length: count }, (_, index) =>
    newVariant(store, product, count === 1 ? 'Default Title' : variantTitle(index), {
      ...randomVariantFields(random),
      inventoryQuantity: int(random, 0, 200),
    }),
  )
  return { ...product, variants }
}

/** One to three fields of the product, or some of its variants' fields, anew. */
export function randomProductUpdate(store: MutableShopStore, random: Random, product: ProductRecord): Change {
  const fields = randomFields<ProductRecord>(random, {
    title: () => randomTitle(random),
    handle: () => randomHandle(product.id, random),
    descriptionHtml: () => randomDescription(random),
    status: () => pick(random, statuses),
    vendor: () => pick(random, VENDORS),
    productType: () => pick(random, PRODUCT_TYPES),
    tags: () => randomTags(random),
    publishedAt: () => (chance(random, 0.5) ? store.timestamp() : null),
    variants: () =>
      product.variants.map((variant) =>
        chance(random, 0.5) ? { ...variant, ...randomVariantFields(random) } : variant,
      ),
  })
  return { type: 'product.update', id: product.id, fields }
}

export function randomVariantUpdate(random: Random, product: ProductRecord): Change {
  const fields = randomFields<{ price: string; inventoryQuantity: number; sku: string | null }>(random, {
    price: () => randomPrice(random),
    inventoryQuantity: () => int(random, -3, 500),
    sku: () => randomSku(random),
  })
  return { type: 'variant.update', productId: product.id, id: pick(random, product.variants).id, fields }
}

function randomVariantFields(random: Random): Pick<VariantRecord, 'sku' | 'barcode' | 'price' | 'compareAtPrice'> {
  return {
    sku: randomSku(random),
    barcode: chance(random, 0.5) ? `4${int(random, 100_000_000_000, 999_999_999_999)}` : null,
    price: randomPrice(random),
    compareAtPrice: chance(random, 0.3) ? fromCents(int(random, 40_000, 60_000)) : null,
  }
}

function variantTitle(index: number): string {
  const title = `${COLORS[Math.floor(index / SIZES.length) % COLORS.length]} / ${SIZES[index % SIZES.length]}`
  const round = Math.floor(index / (SIZES.length * COLORS.length))
  return round === 0 ? title : `${title} / ${round}`
}

function randomTitle(random: Random): string {
  return `${pick(random, STYLES)} ${pick(random, GOODS)} ${int(random, 1, 99)}`
}

function randomHandle(id: string, random: Random): string {
  return `item-${id}-${int(random, 1, 99)}`
}

function randomDescription(random: Random): string {
  return chance(random, 0.2)
    ? ''
    : `<p>Lot ${int(random, 1, 9_999)} &ndash; <strong>"${randomTitle(random)}"</strong></p>`
}

function randomTags(random: Random): string[] {
  return sample(random, PRODUCT_TAGS, int(random, 0, 4))
}

function randomPrice(random: Random): string {
  return chance(random, 0.03) ? '0.00' : fromCents(int(random, 100, 39_999))
}

function randomSku(random: Random): string | null {
  return chance(random, 0.8) ? `SKU-${int(random, 10_000, 99_999)}` : null
}
