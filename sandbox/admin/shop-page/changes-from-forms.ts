import { isDeepStrictEqual } from 'node:util'
import type { Change, ShopStore } from '../../contract.ts'
import type { CustomerRecord, Id, OrderRecord, ProductRecord, VariantRecord } from '../../model.ts'
import { readPrice, readQuantity, readTags, readText } from './field-readers.ts'

export type RequestedChange =
  { outcome: 'change'; change: Change } | { outcome: 'unchanged' } | { outcome: 'refused'; message: string }

const statuses: ProductRecord['status'][] = ['ACTIVE', 'DRAFT', 'ARCHIVED']
const gone: RequestedChange = { outcome: 'refused', message: 'It no longer exists. Somebody may have deleted it.' }

/** The change that a posted form asks for, with only the fields that differ from the record; null for an unknown form. */
export function requestedChange(
  store: ShopStore,
  action: string,
  id: Id,
  form: URLSearchParams,
): RequestedChange | null {
  switch (action) {
    case 'product.save':
      return saveProduct(store.products.get(id), form)
    case 'product.create':
      return createProduct(form)
    case 'customer.save':
      return saveCustomer(store.customers.get(id), form)
    case 'order.note':
      return saveNote(store.orders.get(id), form)
    case 'order.cancel':
      return { outcome: 'change', change: { type: action, id, reason: cancelReason(form) } }
    case 'customer.create':
    case 'order.create':
      return { outcome: 'change', change: { type: action } }
    case 'product.delete':
    case 'customer.delete':
    case 'order.delete':
    case 'order.pay':
    case 'order.refund':
    case 'order.fulfill':
      return { outcome: 'change', change: { type: action, id } }
    default:
      return null
  }
}

function createProduct(form: URLSearchParams): RequestedChange {
  const title = readText(form, 'title')
  if (title === null) return { outcome: 'refused', message: 'A product needs a title.' }
  return { outcome: 'change', change: { type: 'product.create', fields: { title } } }
}

function saveProduct(product: ProductRecord | undefined, form: URLSearchParams): RequestedChange {
  if (!product) return gone
  const title = readText(form, 'title')
  if (title === null) return { outcome: 'refused', message: 'A product needs a title.' }
  const variants: VariantRecord[] = []
  for (const variant of product.variants) {
    const price = readPrice(form, `price-${variant.id}`, `The price of “${variant.title}”`)
    if (price.outcome === 'refused') return price
    const quantity = readQuantity(form, `inventory-${variant.id}`, `The inventory of “${variant.title}”`)
    if (quantity.outcome === 'refused') return quantity
    variants.push({ ...variant, price: price.value, inventoryQuantity: quantity.value })
  }
  const fields = differing(product, {
    title,
    status: statuses.find((status) => status === form.get('status')) ?? product.status,
    vendor: readText(form, 'vendor') ?? '',
    tags: readTags(form, 'tags'),
    variants,
  })
  return fields
    ? { outcome: 'change', change: { type: 'product.update', id: product.id, fields } }
    : { outcome: 'unchanged' }
}

function saveCustomer(customer: CustomerRecord | undefined, form: URLSearchParams): RequestedChange {
  if (!customer) return gone
  const email = readText(form, 'email')
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    return { outcome: 'refused', message: 'The e-mail address needs a name, an @ and a domain.' }
  }
  const fields = differing(customer, {
    firstName: readText(form, 'firstName'),
    lastName: readText(form, 'lastName'),
    email,
    tags: readTags(form, 'tags'),
  })
  return fields
    ? { outcome: 'change', change: { type: 'customer.update', id: customer.id, fields } }
    : { outcome: 'unchanged' }
}

function saveNote(order: OrderRecord | undefined, form: URLSearchParams): RequestedChange {
  if (!order) return gone
  const fields = differing(order, { note: readText(form, 'note')?.replaceAll('\r\n', '\n') ?? null })
  return fields
    ? { outcome: 'change', change: { type: 'order.update', id: order.id, fields } }
    : { outcome: 'unchanged' }
}

export const cancelReasons: NonNullable<OrderRecord['cancelReason']>[] = [
  'CUSTOMER',
  'INVENTORY',
  'FRAUD',
  'DECLINED',
  'STAFF',
  'OTHER',
]

function cancelReason(form: URLSearchParams): NonNullable<OrderRecord['cancelReason']> {
  return cancelReasons.find((reason) => reason === form.get('reason')) ?? 'OTHER'
}

/** The fields whose value is another than the record's; null when there are none. */
function differing<Record extends object>(record: Record, fields: Partial<Record>): Partial<Record> | null {
  const names = Object.keys(fields) as (keyof Record)[]
  const changed = names.filter((name) => !isDeepStrictEqual(fields[name], record[name]))
  if (changed.length === 0) return null
  return Object.fromEntries(changed.map((name) => [name, fields[name]])) as Partial<Record>
}
