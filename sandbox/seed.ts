import { createHash } from 'node:crypto'
import type { ShopSeed } from './contract.ts'
import type { Id, ShopRecord } from './model.ts'
import { seededRandom } from './random.ts'
import { seedCustomer } from './seed/customers.ts'
import { createMoments } from './seed/moments.ts'
import { seedOrder } from './seed/orders.ts'
import { seedProduct } from './seed/products.ts'
import { MutableShopStore } from './store.ts'

const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/
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
  store.touched()
  return store
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
