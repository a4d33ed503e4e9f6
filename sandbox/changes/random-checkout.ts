import type { Change } from '../contract.ts'
import type { CartRecord, CheckoutRecord } from '../model.ts'
import { chance, int, pick } from '../random.ts'
import type { Random } from '../random.ts'
import { cartLines, checkoutLine, contactOf } from '../seed/checkouts.ts'
import { seedAddress } from '../seed/customers.ts'
import { FIRST_NAMES, LAST_NAMES, ORDER_NOTES, OTHER_CURRENCIES } from '../seed/words.ts'
import type { MutableShopStore } from '../store.ts'
import { randomFields } from './random-fields.ts'

export function randomCart(store: MutableShopStore, random: Random): Partial<CartRecord> {
  return { lineItems: randomCartLines(store, random), note: randomNote(random) }
}

/** What somebody who strolls through the shop does with a cart, emptying it included. */
export function randomCartUpdate(store: MutableShopStore, random: Random, cart: CartRecord): Change {
  const fields = chance(random, 0.1)
    ? { lineItems: [] }
    : randomFields<CartRecord>(random, {
        lineItems: () => randomCartLines(store, random),
        note: () => randomNote(random),
      })
  return { type: 'cart.update', id: cart.id, fields }
}

/** A checkout of a cart that there is, or of none; half of them before the buyer has said who it is. */
export function randomCheckout(store: MutableShopStore, random: Random): Partial<CheckoutRecord> {
  const carts = [...store.carts.keys()]
  const isForeign = chance(random, 0.15)
  return {
    cartToken: carts.length > 0 && chance(random, 0.8) ? pick(random, carts) : null,
    lineItems: randomLines(store, random),
    presentmentCurrency: isForeign ? pick(random, OTHER_CURRENCIES) : store.shop.currency,
    ...(chance(random, 0.5) ? randomContact(store, random) : { email: null, phone: null }),
  }
}

/** What a buyer fills in, in any order. */
export function randomCheckoutUpdate(store: MutableShopStore, random: Random, checkout: CheckoutRecord): Change {
  const details = randomFields<CheckoutRecord>(random, {
    lineItems: () => randomLines(store, random),
    shippingAddress: () => (chance(random, 0.8) ? randomAddress(random) : null),
    billingAddress: () => (chance(random, 0.5) ? randomAddress(random) : null),
    note: () => randomNote(random),
    totalTax: () => `${int(random, 0, 40)}.50`,
  })
  const contact = chance(random, 0.6) ? randomContact(store, random) : {}
  return { type: 'checkout.update', id: checkout.id, fields: { ...details, ...contact } }
}

function randomLines(store: MutableShopStore, random: Random) {
  const market = { products: [...store.products.values()] }
  return Array.from({ length: int(random, 1, 4) }, () => checkoutLine(store, random, market))
}

const randomCartLines = (store: MutableShopStore, random: Random) => cartLines(randomLines(store, random))

const randomContact = (store: MutableShopStore, random: Random) =>
  contactOf(store, random, [...store.customers.values()])

const randomNote = (random: Random) => (chance(random, 0.5) ? pick(random, ORDER_NOTES) : null)

const randomAddress = (random: Random) =>
  seedAddress(random, { firstName: pick(random, FIRST_NAMES), lastName: pick(random, LAST_NAMES) })
