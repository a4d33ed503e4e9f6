import { expect, it } from 'vitest'
import { lineKeyOf, tokensOf } from './tokens'

// As real shops answer, and as Shopify's sample of checkouts/create has it.
const line =
  'gid://shopify/AbandonedCheckoutLineItem/ee015e1efa018c1b9c0c05e330f8fc65?checkout=47661deb0143428e4de409b48e960643&index=0&actoken'
const cartAddress =
  'https://demo.myshopify.com/107961745489/checkouts/ac/hWNHVSMfAwqum6xvRm7dyFu7/recover?key=938c&locale=en'
const checkoutAddress = 'https://checkout.local/548380009/checkouts/123123123/recover?key=example-secret-token'

it('finds the checkout’s token in a line and the cart’s in the address', () => {
  expect(tokensOf(cartAddress, [line])).toEqual({
    token: '47661deb0143428e4de409b48e960643',
    cart_token: 'hWNHVSMfAwqum6xvRm7dyFu7',
  })
  expect(lineKeyOf(line)).toBe('ee015e1efa018c1b9c0c05e330f8fc65')
})

it('finds the checkout’s token in an address of the older form', () => {
  expect(tokensOf(checkoutAddress, [])).toEqual({ token: '123123123' })
})

it('never takes the cart’s token for the checkout’s', () => {
  expect(tokensOf(cartAddress, [])).toEqual({ cart_token: 'hWNHVSMfAwqum6xvRm7dyFu7' })
})

it('carries nothing that it does not find', () => {
  expect(tokensOf(null, ['gid://shopify/AbandonedCheckoutLineItem/1', undefined])).toEqual({})
  expect(tokensOf('https://demo.myshopify.com/cart', [7])).toEqual({})
  expect(lineKeyOf('gid://shopify/AbandonedCheckoutLineItem/1')).toBeNull()
})
