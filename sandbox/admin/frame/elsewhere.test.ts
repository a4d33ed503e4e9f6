import { expect, it } from 'vitest'
import { destination } from './elsewhere.ts'

const here = { domain: 'first-light.myshopify.com', appUrl: 'http://127.0.0.1:3000' }
const data = '/store/first-light.myshopify.com/data'

it.each([
  ['http://127.0.0.1:3000/app/runs?a=1', { kind: 'app', path: '/app/runs?a=1' }],
  ['shopify:admin/apps/lockstep/app/runs', { kind: 'app', path: '/app/runs' }],
  ['shopify://admin/apps/lockstep', { kind: 'app', path: '/app' }],
  ['https://admin.shopify.com/store/first-light/apps/key/app?b=2', { kind: 'app', path: '/app?b=2' }],
  ['shopify:admin/products/12', { kind: 'sandbox', path: `${data}?tab=products&id=12` }],
  ['shopify://admin/orders', { kind: 'sandbox', path: `${data}?tab=orders` }],
  ['https://first-light.myshopify.com/admin/customers/7', { kind: 'sandbox', path: `${data}?tab=customers&id=7` }],
])('%s leads into the sandbox', (url, expected) => {
  expect(destination(url, here)).toEqual(expected)
})

it.each([
  'https://admin.shopify.com/store/another-shop/products/1',
  'https://first-light.myshopify.com/admin/oauth/install?client_id=x',
  'javascript:alert(1)',
  'https://example.com/',
  'not a url',
])('%s is nowhere in the sandbox', (url) => {
  expect(destination(url, here)).toEqual({ kind: 'unknown', url })
})
