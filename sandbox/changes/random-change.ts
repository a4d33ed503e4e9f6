import type { Change } from '../contract.ts'
import type { CheckoutRecord, OrderRecord, ProductRecord } from '../model.ts'
import { chance, int, pick } from '../random.ts'
import type { Random } from '../random.ts'
import { REFUND_NOTES } from '../seed/words.ts'
import type { MutableShopStore } from '../store.ts'
import { canChange, canComplete } from './checkout-changes.ts'
import { canCancel, canFulfill, canPay, canRefund } from './order-steps.ts'
import { randomCart, randomCartUpdate, randomCheckout, randomCheckoutUpdate } from './random-checkout.ts'
import { randomCustomer, randomCustomerUpdate } from './random-customer.ts'
import { randomOrder, randomOrderUpdate } from './random-order.ts'
import { randomProduct, randomProductUpdate, randomVariantUpdate } from './random-product.ts'

/** Gives a change of its kind, or null when the shop has no record that it could be made to. */
type Draw = (store: MutableShopStore, random: Random) => Change | null

/** How often each kind of change comes, of 120: as in a shop that sells, and is looked after by its staff. */
const draws: readonly { weight: number; draw: Draw }[] = [
  { weight: 5, draw: (store, random) => ({ type: 'product.create', fields: randomProduct(store, random) }) },
  { weight: 11, draw: onProduct((product, store, random) => randomProductUpdate(store, random, product)) },
  { weight: 2, draw: onProduct((product) => ({ type: 'product.delete', id: product.id })) },
  { weight: 8, draw: onProduct((product, _store, random) => randomVariantUpdate(random, product)) },
  { weight: 2, draw: onProduct((product) => ({ type: 'variant.create', productId: product.id })) },
  { weight: 2, draw: drawVariantDelete },
  { weight: 6, draw: (store, random) => ({ type: 'customer.create', fields: randomCustomer(store, random) }) },
  { weight: 13, draw: drawCustomerUpdate },
  { weight: 2, draw: drawCustomerDelete },
  { weight: 14, draw: (store, random) => ({ type: 'order.create', fields: randomOrder(store, random) }) },
  {
    weight: 11,
    draw: onOrder(
      () => true,
      (order, store, random) => randomOrderUpdate(store, random, order),
    ),
  },
  { weight: 1, draw: onOrder(canCancel, ({ id }) => ({ type: 'order.edit', id })) },
  { weight: 6, draw: onOrder(canPay, ({ id }) => ({ type: 'order.pay', id })) },
  { weight: 3, draw: onOrder(canCancel, drawCancel) },
  { weight: 6, draw: onOrder(canRefund, drawRefund) },
  { weight: 7, draw: onOrder(canFulfill, ({ id }) => ({ type: 'order.fulfill', id })) },
  {
    weight: 1,
    draw: onOrder(
      () => true,
      ({ id }) => ({ type: 'order.delete', id }),
    ),
  },
  { weight: 4, draw: (store, random) => ({ type: 'cart.create', fields: randomCart(store, random) }) },
  { weight: 5, draw: drawCartUpdate },
  { weight: 4, draw: (store, random) => ({ type: 'checkout.create', fields: randomCheckout(store, random) }) },
  { weight: 4, draw: onCheckout(canChange, (checkout, ...rest) => randomCheckoutUpdate(...rest, checkout)) },
  { weight: 2, draw: onCheckout(canComplete, ({ id }) => ({ type: 'checkout.complete', id })) },
  {
    weight: 1,
    draw: onCheckout(
      () => true,
      ({ id }) => ({ type: 'checkout.delete', id }),
    ),
  },
]
const totalWeight = draws.reduce((sum, { weight }) => sum + weight, 0)

/**
 * A change that `applyChange` accepts for the shop as it stands. Works on an empty shop too. Takes ids and tokens of the
 * shop's sequences for what is new. `random` gives 0 <= n < 1 at each call; the same sequence gives the same change.
 */
export function randomChange(store: MutableShopStore, random: Random): Change {
  for (;;) {
    const change = draw(random)(store, random)
    if (change) return change
  }
}

function draw(random: Random): Draw {
  let left = random() * totalWeight
  for (const { weight, draw } of draws) {
    left -= weight
    if (left < 0) return draw
  }
  throw new Error('the random number is not below 1')
}

/** The first in a circle that begins at a random place, so that none is preferred. */
function pickWhere<T>(random: Random, records: Iterable<T>, suits: (record: T) => boolean): T | null {
  const all = [...records]
  if (all.length === 0) return null
  const start = int(random, 0, all.length - 1)
  return [...all.slice(start), ...all.slice(0, start)].find(suits) ?? null
}

function onProduct(draw: (product: ProductRecord, store: MutableShopStore, random: Random) => Change): Draw {
  return (store, random) => {
    const product = pickWhere(random, store.products.values(), () => true)
    return product && draw(product, store, random)
  }
}

function onOrder(
  suits: (order: OrderRecord) => boolean,
  draw: (order: OrderRecord, store: MutableShopStore, random: Random) => Change,
): Draw {
  return (store, random) => {
    const order = pickWhere(random, store.orders.values(), suits)
    return order && draw(order, store, random)
  }
}

function onCheckout(
  suits: (checkout: CheckoutRecord) => boolean,
  draw: (checkout: CheckoutRecord, store: MutableShopStore, random: Random) => Change,
): Draw {
  return (store, random) => {
    const checkout = pickWhere(random, store.checkouts.values(), suits)
    return checkout && draw(checkout, store, random)
  }
}

function drawCartUpdate(store: MutableShopStore, random: Random): Change | null {
  const cart = pickWhere(random, store.carts.values(), () => true)
  return cart && randomCartUpdate(store, random, cart)
}

function drawVariantDelete(store: MutableShopStore, random: Random): Change | null {
  const product = pickWhere(random, store.products.values(), ({ variants }) => variants.length > 1)
  return product && { type: 'variant.delete', productId: product.id, id: pick(random, product.variants).id }
}

function drawCustomerUpdate(store: MutableShopStore, random: Random): Change | null {
  const customer = pickWhere(random, store.customers.values(), () => true)
  return customer && { type: 'customer.update', id: customer.id, fields: randomCustomerUpdate(store, random, customer) }
}

function drawCustomerDelete(store: MutableShopStore, random: Random): Change | null {
  const buyers = new Set([...store.orders.values()].map(({ customerId }) => customerId))
  const customer = pickWhere(random, store.customers.values(), ({ id }) => !buyers.has(id))
  return customer && { type: 'customer.delete', id: customer.id }
}

function drawCancel({ id }: OrderRecord, _store: MutableShopStore, random: Random): Change {
  const reason = pick(random, ['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'OTHER', 'STAFF'] as const)
  return chance(random, 0.9) ? { type: 'order.cancel', id, reason } : { type: 'order.cancel', id }
}

function drawRefund({ id }: OrderRecord, _store: MutableShopStore, random: Random): Change {
  return { type: 'order.refund', id, note: chance(random, 0.5) ? pick(random, REFUND_NOTES) : null }
}
