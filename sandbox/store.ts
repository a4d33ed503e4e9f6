import type { ShopStore } from './contract.ts'
import type {
  CartRecord,
  CheckoutRecord,
  CustomerRecord,
  EventRecord,
  Id,
  OrderRecord,
  ProductRecord,
  ShopRecord,
  Timestamp,
} from './model.ts'
import { hex, seededRandom } from './random.ts'
import type { Random } from './random.ts'

/**
 * Ids begin here, above 2^53, so that a program which reads them as JavaScript numbers is caught: this very number
 * and its neighbours collapse into one when rounded.
 */
const FIRST_ID = 9007199254740993n
const FIRST_ORDER_NUMBER = 1001

/** ISO 8601 in UTC with whole seconds, as Shopify writes times. `ms` since 1970, rounded down. */
export function toTimestamp(ms: number): Timestamp {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** The truth about one shop: its records, its sequences and its clock. Whoever changes a record calls `touched()`. */
export class MutableShopStore implements ShopStore {
  readonly shop: ShopRecord
  readonly products = new Map<Id, ProductRecord>()
  readonly customers = new Map<Id, CustomerRecord>()
  readonly orders = new Map<Id, OrderRecord>()
  readonly checkouts = new Map<Id, CheckoutRecord>()
  /** By token. */
  readonly carts = new Map<string, CartRecord>()
  readonly events = new Map<Id, EventRecord>()
  /** Grows with each change, so that what was computed from the records can be kept until then. */
  version = 0
  /** Called after each change. */
  onTouched: (() => void) | null = null
  readonly #now: () => number
  readonly #random: Random
  #ids = 0n
  #orderNumbers = 0

  /** `now`: the sandbox's clock, milliseconds since 1970. */
  constructor(shop: ShopRecord, now: () => number) {
    this.shop = shop
    this.#now = now
    this.#random = seededRandom(Number(BigInt(shop.id) % 2147483647n))
  }

  now(): number {
    return this.#now()
  }

  timestamp(): Timestamp {
    return toTimestamp(this.#now())
  }

  /** Unique in the shop among all kinds of records, ascending. */
  nextId(): Id {
    return String(FIRST_ID + this.#ids++)
  }

  nextOrderNumber(): number {
    return FIRST_ORDER_NUMBER + this.#orderNumbers++
  }

  /** 32 hexadecimal digits, for cart and checkout tokens. */
  nextToken(): string {
    return hex(this.#random, 32)
  }

  /** The shop as it is now, for those who take their time. Its clock stands still unless it gets another. */
  snapshot(now?: () => number): MutableShopStore {
    const takenAtMs = this.now()
    const copy = new MutableShopStore(this.shop, now ?? (() => takenAtMs))
    // Records are replaced, never altered, so that a copy of the maps is enough.
    for (const [name, records] of Object.entries(this))
      if (records instanceof Map) Object.assign(copy, { [name]: new Map(records) })
    copy.version = this.version
    return copy
  }

  touched(): void {
    this.version++
    this.onTouched?.()
  }
}
