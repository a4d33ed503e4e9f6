import { isListed } from '../abandoned.ts'
import type { Id, LineItemRecord, OrderRecord, RefundRecord, TransactionRecord, VariantRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { sortRecords } from './connection.ts'
import type { SortOrder } from './connection.ts'
import { sortOrder } from './sort-keys.ts'
import type { RecordType, RecordTypes } from './sort-keys.ts'

/** More than the distinct searches that one program pages through at a time; keeps a still shop from filling memory. */
const MAX_KEPT = 200

/** What is found and sorted again and again while a shop stands still; forgotten when anything in it changes. */
export class RecordIndex {
  readonly #store: MutableShopStore
  readonly #kept = new Map<string, unknown>()
  #version = -1

  constructor(store: MutableShopStore) {
    this.#store = store
  }

  /**
   * The records that pass, in order. `search` identifies the filter: the same text must mean the same records as long
   * as nothing changes.
   */
  list<Type extends RecordType>(
    type: Type,
    sort: { key: string; reverse: boolean },
    search: { text: string; passes: ((record: RecordTypes[Type]) => boolean) | null },
  ): { records: readonly RecordTypes[Type][]; order: SortOrder<RecordTypes[Type]> } {
    const order = sortOrder(type, sort.key, this.#store)
    const sorted = this.#keep(`sorted ${type} ${sort.key}`, () => sortRecords(this.#all(type), order))
    const { passes } = search
    const filtered = passes
      ? this.#keep(`filtered ${type} ${sort.key} ${search.text}`, () => sorted.filter(passes))
      : sorted
    if (!sort.reverse) return { records: filtered, order }
    const key = `reversed ${type} ${sort.key} ${passes ? search.text : ''}`
    return { records: this.#keep(key, () => filtered.toReversed()), order }
  }

  find<Type extends RecordType>(type: Type, id: Id): RecordTypes[Type] | null {
    const byId = this.#keep(`${type} by id`, () => new Map(this.#all(type).map((record) => [record.id, record])))
    return byId.get(id) ?? null
  }

  ordersOf(customerId: Id): readonly OrderRecord[] {
    const byCustomer = this.#keep('orders by customer', () =>
      Map.groupBy(this.#all('Order'), (order) => order.customerId),
    )
    return byCustomer.get(customerId) ?? []
  }

  variant(id: Id): VariantRecord | null {
    return this.find('ProductVariant', id)
  }

  line(id: Id): { order: OrderRecord; line: LineItemRecord } | null {
    const byId = this.#keep('lines by id', () => {
      const lines = new Map<Id, { order: OrderRecord; line: LineItemRecord }>()
      for (const order of this.#store.orders.values())
        for (const line of order.lineItems) lines.set(line.id, { order, line })
      return lines
    })
    return byId.get(id) ?? null
  }

  refund(id: Id): { order: OrderRecord; refund: RefundRecord } | null {
    for (const order of this.#all('Order'))
      for (const refund of order.refunds) if (refund.id === id) return { order, refund }
    return null
  }

  transaction(id: Id): { order: OrderRecord; transaction: TransactionRecord } | null {
    for (const order of this.#all('Order'))
      for (const transaction of order.transactions) if (transaction.id === id) return { order, transaction }
    return null
  }

  #all<Type extends RecordType>(type: Type): RecordTypes[Type][] {
    const stores: { [Name in RecordType]: () => RecordTypes[Name][] } = {
      Product: () => [...this.#store.products.values()],
      ProductVariant: () => [...this.#store.products.values()].flatMap((product) => product.variants),
      Customer: () => [...this.#store.customers.values()],
      Order: () => [...this.#store.orders.values()],
      AbandonedCheckout: () => [...this.#store.checkouts.values()].filter(isListed),
    }
    return stores[type]()
  }

  #keep<Value>(key: string, compute: () => Value): Value {
    if (this.#version !== this.#store.version || this.#kept.size >= MAX_KEPT) {
      this.#kept.clear()
      this.#version = this.#store.version
    }
    if (this.#kept.has(key)) return this.#kept.get(key) as Value
    const value = compute()
    this.#kept.set(key, value)
    return value
  }
}
