import type { CartLineRecord, CartRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { cartBody } from '../webhooks/bodies/cart-body.ts'
import type { Outcome } from './announcement.ts'
import { findCart } from './find-record.ts'
import { firstVariantLine } from './new-order.ts'

/** Without fields: a cart with one unit of the shop's first variant. */
export function createCart(store: MutableShopStore, fields: Partial<CartRecord> = {}): Outcome {
  const id = fields.id ?? store.nextToken()
  if (store.carts.has(id)) throw new Error(`cart ${id} exists already`)
  const now = store.timestamp()
  const given = structuredClone(fields)
  const lineItems = given.lineItems ?? firstLine(store)
  return saveCart(store, { note: null, createdAt: now, ...given, lineItems, id, updatedAt: now }, 'carts/create')
}

export function updateCart(store: MutableShopStore, id: string, fields: Partial<CartRecord>): Outcome {
  const cart = findCart(store, id)
  return saveCart(store, { ...cart, ...structuredClone(fields), id }, 'carts/update')
}

function saveCart(store: MutableShopStore, cart: CartRecord, topic: string): Outcome {
  const saved = { ...cart, updatedAt: store.timestamp() }
  store.carts.set(saved.id, saved)
  return { id: saved.id, messages: [{ topic, body: cartBody(store.shop, saved) }] }
}

function firstLine(store: MutableShopStore): CartLineRecord[] {
  const { productId, variantId, title, variantTitle, sku, price } = firstVariantLine(store)
  if (productId === null || variantId === null) return []
  const fullTitle = variantTitle === null ? title : `${title} - ${variantTitle}`
  return [{ productId, variantId, title: fullTitle, sku, quantity: 1, price }]
}
