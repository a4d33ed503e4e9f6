/** What holds at every moment, however much is still on its way. */
import type pg from 'pg'
import type { ShopStore } from '../../sandbox/contract.ts'
import { Divergence } from './story.ts'

interface Row {
  table: string
  id: string
  /** Null: of a deletion that came before the record. */
  updatedAt: string | null
  isGone: boolean
}

const TABLES = ['products', 'customers', 'orders', 'checkouts', 'carts'] as const

const ROWS = TABLES.map(
  (
    table,
  ) => `select '${table}' as "table", id::text, source_updated_at::text as "updatedAt", deleted_at is not null as "isGone"
    from ${table} where shop_id = $1`,
).join(' union all ')

export class Invariants {
  readonly #admin: pg.Client
  readonly #shopId: string
  readonly #store: ShopStore
  #known = new Map<string, Row>()

  constructor(admin: pg.Client, shopId: string, store: ShopStore) {
    this.#admin = admin
    this.#shopId = shopId
    this.#store = store
  }

  /** Throws Divergence. Compares with what was there at the last call. */
  async check(): Promise<void> {
    const { rows } = await this.#admin.query<Row>(ROWS, [this.#shopId])
    const now = new Map(rows.map((row) => [`${row.table} ${row.id}`, row]))
    for (const [key, row] of now) this.#checkRow(key, row)
    for (const key of this.#known.keys()) {
      if (!now.has(key)) throw new Divergence(`${key} is not in the copy any more, not even as a tombstone`)
    }
    this.#known = now
  }

  #checkRow(key: string, row: Row): void {
    const isInShop = (this.#store[row.table as (typeof TABLES)[number]] as ReadonlyMap<string, unknown>).has(row.id)
    if (row.isGone && isInShop) throw new Divergence(`${key} is a tombstone, and in the shop`)
    const before = this.#known.get(key)
    if (before === undefined) return
    if (before.isGone && !row.isGone && !isInShop) throw new Divergence(`${key} was deleted, and has risen again`)
    if (before.updatedAt !== null && (row.updatedAt === null || row.updatedAt < before.updatedAt)) {
      throw new Divergence(`${key} went back from its version of ${before.updatedAt} to that of ${row.updatedAt}`)
    }
  }
}
