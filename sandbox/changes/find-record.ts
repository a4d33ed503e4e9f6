import type {
  CartRecord,
  CheckoutRecord,
  CustomerRecord,
  Id,
  OrderRecord,
  ProductRecord,
  VariantRecord,
} from '../model.ts'
import type { MutableShopStore } from '../store.ts'

function found<T>(record: T | undefined, type: string, id: Id): T {
  if (record === undefined) throw new Error(`unknown ${type} ${id}`)
  return record
}

/** These throw an error that names type and id when the shop has no such record. */
export function findProduct(store: MutableShopStore, id: Id): ProductRecord {
  return found(store.products.get(id), 'product', id)
}

export function findVariant(product: ProductRecord, id: Id): VariantRecord {
  return found(
    product.variants.find((variant) => variant.id === id),
    'variant',
    id,
  )
}

export function findCustomer(store: MutableShopStore, id: Id): CustomerRecord {
  return found(store.customers.get(id), 'customer', id)
}

export function findOrder(store: MutableShopStore, id: Id): OrderRecord {
  return found(store.orders.get(id), 'order', id)
}

export function findCheckout(store: MutableShopStore, id: Id): CheckoutRecord {
  return found(store.checkouts.get(id), 'checkout', id)
}

export function findCart(store: MutableShopStore, token: string): CartRecord {
  return found(store.carts.get(token), 'cart', token)
}
