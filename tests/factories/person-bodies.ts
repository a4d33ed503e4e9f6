/** A person whose every word occurs nowhere else, and Shopify's sample bodies as they would tell of this person. */
import { randomBytes } from 'node:crypto'
import { rawId } from '../../sandbox/webhooks/bodies/raw-id.ts'
import { sampleBody } from '../integration/webhooks-shop.ts'

export interface PersonWords {
  email: string
  phone: string
  firstName: string
  lastName: string
  address1: string
  city: string
}

/** Unique per call. Mixed case, as people write their addresses. */
export function uniquePerson(): PersonWords {
  const mark = randomBytes(5).toString('hex')
  const digits = String(randomBytes(4).readUInt32BE()).padStart(10, '7')
  return {
    email: `Mail.${mark}+shop@Example.com`,
    phone: `+1${digits}`,
    firstName: `Fïrst-${mark}`,
    lastName: `O'Last-${mark}`,
    address1: `${mark} "Old" Street`,
    city: `City-${mark}`,
  }
}

/** Somebody in a shop, and what is theirs. Ids are numeric. */
export interface Inhabitant {
  person: PersonWords
  customerId: string
  orderId: string
  checkoutId: string
  cartToken: string
}

type Body = Record<string, unknown>

const gid = (type: string, id: string) => `gid://shopify/${type}/${id}`

/** A body of the topic in which all that can be about a person is about this one. Ids are as Shopify writes them: numbers. */
export function bodyAbout(topic: string, whose: Inhabitant): Body {
  const { customerId, orderId, checkoutId, cartToken } = whose
  const body = told(sampleBody(topic), whose) as Body
  const now = new Date().toISOString()
  if ('updated_at' in body) body['updated_at'] = now
  if ('cart_token' in body) body['cart_token'] = cartToken
  if ('order_id' in body) body['order_id'] = rawId(orderId)
  const [kind] = topic.split('/')
  if (topic === 'customers/merge') return { ...body, admin_graphql_api_customer_kept_id: gid('Customer', customerId) }
  if (topic === 'orders/edited') return { order_edit: { ...(body['order_edit'] as Body), order_id: rawId(orderId) } }
  const identity: Record<string, Body> = {
    customers: { id: rawId(customerId), admin_graphql_api_id: gid('Customer', customerId) },
    orders: { id: rawId(orderId), admin_graphql_api_id: gid('Order', orderId) },
    checkouts: { id: rawId(checkoutId), name: `#${checkoutId}`, token: `token-${checkoutId}` },
    carts: { id: cartToken, token: cartToken },
  }
  // The samples' lines have the same ids in each order.
  const lines = kind === 'orders' && Array.isArray(body['line_items']) ? (body['line_items'] as Body[]) : null
  const lineId = (index: number) => String(BigInt(orderId) + 1_000n * BigInt(index + 1))
  const line_items = lines?.map((line, index) => ({
    ...{ ...line, id: rawId(lineId(index)), admin_graphql_api_id: gid('LineItem', lineId(index)) },
  }))
  return { ...body, ...identity[kind!], ...(line_items && { line_items }) }
}

function told(value: unknown, whose: Inhabitant): unknown {
  if (Array.isArray(value)) return value.map((item) => told(item, whose))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, toldOf(key, inner, value as Body, whose)])
  return Object.fromEntries(entries) as Body
}

function toldOf(key: string, value: unknown, within: Body, whose: Inhabitant): unknown {
  const { email, phone, firstName, lastName, address1, city } = whose.person
  const words: Record<string, unknown> = {
    ...{ email, contact_email: email, customer_email: email, phone, sms_marketing_phone: phone },
    ...{ first_name: firstName, last_name: lastName, shop_owner: `${firstName} ${lastName}` },
    ...{ credit_card_name: `${firstName} ${lastName}`, address1, city },
    ...{ note: `${firstName} ${lastName} called`, staff_note: `ask ${lastName}`, message: `${firstName}, hello` },
    properties: [{ name: 'Engraving', value: lastName }],
  }
  const isPlain = value === null || typeof value === 'string' || (key === 'properties' && Array.isArray(value))
  if (isPlain && key in words) return words[key]
  if (isPlain && key === 'name' && 'address1' in within && 'last_name' in within) return `${firstName} ${lastName}`
  const inner = told(value, whose)
  if (key !== 'customer' || inner === null) return inner
  const { customerId } = whose
  return { ...(inner as Body), id: rawId(customerId), admin_graphql_api_id: gid('Customer', customerId) }
}
