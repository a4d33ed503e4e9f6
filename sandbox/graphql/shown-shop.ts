import type { MutableShopStore } from '../store.ts'
import { RecordIndex } from './record-index.ts'
import { SearchLag } from './search-lag.ts'
import type { SearchedShop } from './search-lag.ts'

/** What one request is shown. */
export interface Shown extends SearchedShop {
  /** What searches see, when that is something else. */
  searched: SearchedShop | null
  /** Fields (`Customer.email`) whose values the app does not get. */
  withheld: ReadonlySet<string>
}

/** "Only the last 60 days' worth of orders from a store are accessible from the Order object by default" (type `Order`). */
const RECENT_ORDER_MS = 60 * 86_400_000
const ALL_ORDERS = 'read_all_orders'
/** How exactly the border of those days is kept, so that not every request has to look through all orders. */
const BORDER_MS = 1000

/** A shop as its app is shown it: with the lag of its searches, and without what the app may not see. */
export class ShownShop {
  readonly lag: SearchLag
  /** Whether orders of more than 60 days ago are left out for an app without `read_all_orders`. */
  recentOrdersOnly = false
  withheld: readonly string[] = []
  readonly #whole: SearchedShop
  readonly #recent = new WeakMap<MutableShopStore, { key: string; shop: SearchedShop }>()

  constructor(store: MutableShopStore) {
    this.lag = new SearchLag(store)
    this.#whole = { store, index: new RecordIndex(store) }
  }

  /** For a request that is answered at once. */
  shown(scopes: ReadonlySet<string>): Shown {
    const searched = this.lag.searched()
    return this.#limited(this.#whole, searched, scopes)
  }

  /** The same for those who take their time: it stays as it is. */
  snapshot(scopes: ReadonlySet<string>): Shown {
    const store = this.#whole.store.snapshot()
    return this.#limited({ store, index: new RecordIndex(store) }, this.lag.snapshot(), scopes)
  }

  #limited(whole: SearchedShop, searched: SearchedShop | null, scopes: ReadonlySet<string>): Shown {
    const withheld = new Set(this.withheld)
    if (!this.recentOrdersOnly || scopes.has(ALL_ORDERS)) return { ...whole, searched, withheld }
    return { ...this.#withRecentOrders(whole), searched: searched && this.#withRecentOrders(searched), withheld }
  }

  /** The shop as if it had no older orders, so that no query of any kind can come upon one. */
  #withRecentOrders({ store: whole }: SearchedShop): SearchedShop {
    const sinceMs = Math.floor((whole.now() - RECENT_ORDER_MS) / BORDER_MS) * BORDER_MS
    const key = `${whole.version} ${sinceMs}`
    const known = this.#recent.get(whole)
    if (known?.key === key) return known.shop
    const store = whole.snapshot(() => whole.now())
    for (const order of whole.orders.values()) if (Date.parse(order.createdAt) < sinceMs) store.orders.delete(order.id)
    const shop = { store, index: new RecordIndex(store) }
    this.#recent.set(whole, { key, shop })
    return shop
  }
}
