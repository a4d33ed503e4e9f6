import { createHash } from 'node:crypto'
import type { ShopSeed } from './contract.ts'
import type { Id, ShopRecord } from './model.ts'
import { sample, seededRandom } from './random.ts'
import { seedCart, seedCheckout, seedRecoveredCheckout } from './seed/checkouts.ts'
import { seedCustomer } from './seed/customers.ts'
import { createMoments } from './seed/moments.ts'
import { seedOrder } from './seed/orders.ts'
import type { Market } from './seed/orders.ts'
import { seedProduct } from './seed/products.ts'
import { MutableShopStore } from './store.ts'

const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/
/** Between the seeds of the two sequences: no two shops in use are so far apart. */
const CART_SEEDS = 1_000_003
const ID_OFFSET = 9007199254740993n

/**
 * A shop full of records. The same seed, sizes and clock give the same shop. `now`: the sandbox's clock, milliseconds
 * since 1970; nothing in the shop is from later. Throws when the domain is not one of `*.myshopify.com`.
 */
export function seedShop(seed: ShopSeed, now: () => number): MutableShopStore {
  if (!SHOP_DOMAIN.test(seed.domain)) throw new Error(`not a shop domain: ${seed.domain}`)
  const store = new MutableShopStore(shopRecord(seed), now)
  const random = seededRandom(seed.seed)
  const moments = createMoments(random, now())
  moments.births(seed.products).forEach((born, index) => seedProduct(store, random, moments, index, born))
  moments.births(seed.customers).forEach((born, index) => seedCustomer(store, random, moments, index, born))
  const market = { products: [...store.products.values()], customers: [...store.customers.values()] }
  for (const born of moments.births(seed.orders)) seedOrder(store, random, moments, market, born)
  seedCarts(store, seed, market)
  store.touched()
  return store
}

/** By a sequence of its own, so that how many there are changes nothing about the other records. */
function seedCarts(store: MutableShopStore, seed: ShopSeed, market: Market): void {
  const random = seededRandom(seed.seed + CART_SEEDS)
  const moments = createMoments(random, store.now())
  const { checkouts = Math.floor(seed.orders / 10), carts = Math.floor(seed.orders / 10) } = seed
  const recovered = sample(random, [...store.orders.values()], Math.floor(checkouts / 5))
  for (const order of recovered) seedRecoveredCheckout(store, random, order)
  for (const born of moments.births(checkouts - store.checkouts.size))
    seedCheckout(store, random, moments, market, born)
  for (const born of moments.births(carts)) seedCart(store, random, moments, market, born)
}

function shopRecord(seed: ShopSeed): ShopRecord {
  const handle = seed.domain.replace('.myshopify.com', '')
  return {
    id: shopId(seed.domain),
    domain: seed.domain,
    name: handle.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => (dash && ' ') + letter.toUpperCase()),
    email: `owner@${handle}.example`,
    currency: seed.currency ?? 'USD',
    timezone: seed.timezone ?? 'America/New_York',
    plan: seed.plan ?? 'standard',
  }
}

/** Different for each domain, and above 2^53 like all other ids here. */
function shopId(domain: string): Id {
  const digest = createHash('sha256').update(domain).digest()
  return String(ID_OFFSET + BigInt(digest.readUInt32BE(0)))
}
