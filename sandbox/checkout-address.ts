/** Where Shopify hides a checkout's tokens: in addresses and ids, as they were seen in answers of real shops. */
import type { CheckoutLineRecord, CheckoutRecord, ShopRecord } from './model.ts'

/**
 * What brings a buyer back. For a cart of today the address bears the cart's token behind `ac`; without one the
 * checkout's, as in Shopify's sample of checkouts/create. `key` is worth as much as a password.
 */
export function recoveryUrl(shop: ShopRecord, { token, cartToken }: CheckoutRecord): string {
  const path = cartToken === null ? token : `ac/${cartToken}`
  return `https://${shop.domain}/${shop.id}/checkouts/${path}/recover?key=${token.split('').reverse().join('')}`
}

/** The gid of a line names its checkout by token, and has no number. */
export function checkoutLineGid(
  { token, lineItems }: Pick<CheckoutRecord, 'lineItems' | 'token'>,
  line: CheckoutLineRecord,
): string {
  const index = lineItems.indexOf(line)
  return `gid://shopify/AbandonedCheckoutLineItem/${line.key}?checkout=${token}&index=${index}&actoken`
}
