/**
 * A checkout's tokens as the Admin API shows them: it has no field for either, and both are what carts and orders are
 * joined by. They stand in the id of each line (`gid://shopify/AbandonedCheckoutLineItem/{key}?checkout={token}&…`) and
 * in the recovery address: `/checkouts/{token}/recover` in Shopify's sample of checkouts/create, and
 * `/checkouts/ac/{cart token}/recover` where real shops answer today. No documentation promises these forms: an id or
 * address in another one tells nothing, and then the token is not carried.
 */
const LINE_ID = /^gid:\/\/shopify\/AbandonedCheckoutLineItem\/([0-9a-f]{32})(?:\?(?:.*&)?checkout=([0-9a-f]+)(?:&|$))?/
const CHECKOUT_ADDRESS = /\/checkouts\/([^/?]{4,})\/recover(?:\?|$)/
const CART_ADDRESS = /\/checkouts\/ac\/([^/?]+)\/recover(?:\?|$)/

export interface Tokens {
  token?: string
  cart_token?: string
}

export function tokensOf(recoveryUrl: unknown, lineIds: readonly unknown[]): Tokens {
  const address = typeof recoveryUrl === 'string' ? recoveryUrl : ''
  const inLine = lineIds.map((id) => partsOf(id)?.[2]).find((token) => token !== undefined)
  const token = inLine ?? CHECKOUT_ADDRESS.exec(address)?.[1]
  const cartToken = CART_ADDRESS.exec(address)?.[1]
  return { ...(token === undefined ? {} : { token }), ...(cartToken === undefined ? {} : { cart_token: cartToken }) }
}

/** What webhooks call the line's `key`; null where the id has another form. */
export function lineKeyOf(lineId: unknown): string | null {
  return partsOf(lineId)?.[1] ?? null
}

const partsOf = (id: unknown) => (typeof id === 'string' ? LINE_ID.exec(id) : null)
