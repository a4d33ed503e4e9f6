import { expect, it } from 'vitest'
import { allowFrame } from './frame-ancestors'

const shopOnly = 'frame-ancestors https://a.myshopify.com https://admin.shopify.com;'

it('lets nobody frame a page that names no shop, not even the sandbox', () => {
  expect(allowFrame(null, undefined)).toBe("frame-ancestors 'none';")
  expect(allowFrame(null, 'http://127.0.0.1:4000')).toBe("frame-ancestors 'none';")
})

it('leaves Shopify’s own policy alone', () => {
  expect(allowFrame(shopOnly, undefined)).toBe(shopOnly)
})

it('adds the origin of the sandbox where there is one', () => {
  expect(allowFrame(shopOnly, 'http://127.0.0.1:4000/anything')).toBe(
    'frame-ancestors https://a.myshopify.com https://admin.shopify.com http://127.0.0.1:4000;',
  )
})
