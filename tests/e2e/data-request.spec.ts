import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { type AppAndShopify, startAppAndShopify } from './app-and-shopify.ts'

const firstCopyMs = 45_000

let stage: AppAndShopify

test.beforeAll(async () => {
  stage = await startAppAndShopify()
})
test.afterAll(() => stage?.close())

test('what a customer asked for is downloaded in the admin, with all that the shop has of them', async ({ page }) => {
  const shop = stage.createShop('data-request')
  await page.goto(stage.sandbox.adminUrl(shop.domain))
  const app = page.frameLocator('iframe[title="Lockstep"]')
  await expect(app.getByRole('heading', { name: 'Up to date' })).toBeVisible({ timeout: firstCopyMs })
  const customer = [...shop.store.customers.values()].find(({ numberOfOrders }) => numberOfOrders > 0)!
  shop.comply('customers/data_request', customer.id)

  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(app.getByRole('heading', { name: 'Customer data requests' })).toBeVisible()
  const button = app.getByRole('button', { name: `Download the data of ${customer.firstName} ${customer.lastName}` })
  await expect(async () => {
    if (await button.isHidden()) await app.getByRole('button', { name: 'Look again' }).click()
    await expect(button).toBeVisible({ timeout: 1_000 })
  }).toPass()

  const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
  expect(download.suggestedFilename()).toMatch(/^data-request-\d+\.json$/)
  const text = await readFile(await download.path(), 'utf8')
  expect(text).toContain(`"id": ${customer.id},`)
  const orders = [...shop.store.orders.values()].filter(({ customerId }) => customerId === customer.id)
  expect((JSON.parse(text) as { orders: unknown[] }).orders).toHaveLength(orders.length)
  // The token goes in a header: an address is written down in many places.
  const fetched = addresses.filter((address) => address.includes('/app/data-requests/'))
  expect(fetched.map((address) => new URL(address).search)).toEqual([''])
})
