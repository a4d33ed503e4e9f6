import type { MutableShopStore } from '../store.ts'
import { RecordIndex } from './record-index.ts'

/** The shop as a search sees it. */
export interface SearchedShop {
  store: MutableShopStore
  index: RecordIndex
}

interface PendingChange {
  visibleAtMs: number
  /** Which of the store's maps. */
  kind: string
  id: string
  /** Undefined when it was deleted. */
  record: unknown
}

/**
 * Shopify's searches run on an index that learns of changes only after a while ("A write may not be reflected
 * instantaneously", says the schema of its counts). This keeps a second store that trails the shop's by so much.
 */
export class SearchLag {
  readonly #store: MutableShopStore
  #lagMs = 0
  #trailing: SearchedShop | null = null
  #known: MutableShopStore | null = null
  readonly #pending: PendingChange[] = []

  constructor(store: MutableShopStore) {
    this.#store = store
  }

  /** From now on; changes of before are in the index. 0: searches see everything at once. */
  set(lagMs: number): void {
    this.#lagMs = lagMs
    this.#pending.length = 0
    this.#known = lagMs > 0 ? this.#store.snapshot() : null
    this.#store.onTouched = lagMs > 0 ? () => this.#note() : null
    const store = this.#store.snapshot(() => this.#store.now())
    this.#trailing = lagMs > 0 ? { store, index: new RecordIndex(store) } : null
  }

  /** What a search sees now, or null when that is the shop itself. */
  searched(): SearchedShop | null {
    if (!this.#trailing) return null
    const nowMs = this.#store.now()
    while (this.#pending[0] && this.#pending[0].visibleAtMs <= nowMs) {
      const { kind, id, record } = this.#pending.shift() as PendingChange
      put(this.#trailing.store, kind, id, record)
      this.#trailing.store.touched()
    }
    return this.#trailing
  }

  /** What a search saw at this moment, for those who take their time. */
  snapshot(): SearchedShop | null {
    const searched = this.searched()
    if (!searched) return null
    const store = searched.store.snapshot()
    return { store, index: new RecordIndex(store) }
  }

  /** Finds what the last change changed. Records are replaced, never altered: another one is a changed one. */
  #note(): void {
    const known = this.#known
    if (!known) return
    const visibleAtMs = this.#store.now() + this.#lagMs
    for (const [kind, records] of mapsOf(this.#store)) {
      const before = new Map(mapsOf(known)).get(kind) ?? new Map<string, unknown>()
      for (const [id, record] of records)
        if (before.get(id) !== record) this.#pending.push({ visibleAtMs, kind, id, record })
      for (const id of before.keys())
        if (!records.has(id)) this.#pending.push({ visibleAtMs, kind, id, record: undefined })
    }
    this.#known = this.#store.snapshot()
  }
}

function mapsOf(store: MutableShopStore): [string, Map<string, unknown>][] {
  return Object.entries(store).filter((entry): entry is [string, Map<string, unknown>] => entry[1] instanceof Map)
}

function put(store: MutableShopStore, kind: string, id: string, record: unknown): void {
  for (const [name, records] of mapsOf(store)) {
    if (name !== kind) continue
    if (record === undefined) records.delete(id)
    else records.set(id, record)
  }
}
