import { setImmediate as turn } from 'node:timers/promises'
import { expect, type FrameLocator, type Page, test } from '@playwright/test'
import type { SandboxShop } from '../../sandbox/contract.ts'
import { compareShop } from '../../scripts/compare/compare-shop.ts'
import { type AppAndShopify, startAppAndShopify } from './app-and-shopify.ts'

/** What a merchant may wait for a change to be seen. */
const liveMs = 2_000
const firstCopyMs = 45_000
/** Shopify is asked six times before a run is given up. */
const givenUpMs = 60_000

let stage: AppAndShopify

test.beforeAll(async () => {
  stage = await startAppAndShopify()
})
test.afterAll(() => stage?.close())

const card = (app: FrameLocator, name: string) => app.getByRole('region', { name, exact: true })

/** Opens the app in the shop's admin; the first time this installs it. */
async function openApp(page: Page, shop: SandboxShop): Promise<FrameLocator> {
  await page.goto(stage.sandbox.adminUrl(shop.domain))
  return page.frameLocator('iframe[title="Lockstep"]')
}

async function expectCounts(app: FrameLocator, { store }: SandboxShop): Promise<void> {
  for (const [name, { size }] of [
    ['Products', store.products],
    ['Customers', store.customers],
    ['Orders', store.orders],
  ] as const) {
    const shown = card(app, name).getByText(`${size} ${name.toLowerCase()} in the copy`)
    await expect(shown).toBeVisible({ timeout: firstCopyMs })
  }
}

async function openInstalled(page: Page, shop: SandboxShop): Promise<FrameLocator> {
  const app = await openApp(page, shop)
  await expect(app.getByRole('heading', { name: 'Up to date' })).toBeVisible({ timeout: firstCopyMs })
  return app
}

/** Resolves once the shop has been asked `count` more times, before it is asked again. */
async function untilAsked(shop: SandboxShop, count: number): Promise<void> {
  const enough = shop.requests + count
  while (shop.requests < enough) await turn()
}

test('opening the app installs it, and the copy becomes the shop', async ({ page }) => {
  const shop = stage.createShop('installs')
  const app = await openApp(page, shop)
  await expectCounts(app, shop)
  await expect(app.getByRole('heading', { name: 'Up to date' })).toBeVisible()
  await expect(card(app, 'Orders')).toContainText('Data as of')
  const { tables, isInLockstep } = await compareShop(stage.database, shop.store)
  expect(tables.flatMap(({ examples }) => examples)).toEqual([])
  expect(isInLockstep).toBe(true)
})

test('Sync now shows the run going and its result without a reload', async ({ page }) => {
  const shop = stage.createShop('syncs')
  const app = await openInstalled(page, shop)
  await app.locator('body').evaluate((body) => (body.dataset['sameDocument'] = 'yes'))

  await app.getByLabel('What to sync').selectOption({ label: 'Orders' })
  await app.getByText('Everything again', { exact: true }).click()
  // The run counts twice, then reads. Shopify has it wait two seconds in the middle, so that there is something to see.
  const asked = untilAsked(shop, 2).then(() => shop.fail('http429', 1))
  await app.getByRole('button', { name: 'Sync now' }).click()
  await asked
  await expect(card(app, 'Orders').getByText('Syncing', { exact: true })).toBeVisible()
  await expect(app.getByText('Syncing. You can close this page; the work goes on.')).toBeVisible()
  await expect(app.getByText(`Finished. Orders: ${shop.store.orders.size} read`)).toBeVisible()
  await expect(card(app, 'Orders').getByText('Up to date')).toBeVisible()
  await expect(app.locator('body[data-same-document="yes"]')).toBeVisible()
})

test('a range of dates is asked for with the keyboard, told what is wrong with it, and followed to its end', async ({
  page,
}) => {
  const shop = stage.createShop('ranges')
  const app = await openInstalled(page, shop)
  const sync = app.getByRole('button', { name: 'Sync now' })
  await app.getByLabel('What to sync').selectOption({ label: 'Orders' })
  await app.getByLabel('What changed').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(app.getByLabel('Only what was created between two dates')).toBeChecked()

  await sync.click()
  await expect(app.getByText('Nothing was begun: the dates need a correction.')).toBeVisible()
  await expect(app.getByLabel('First day')).toHaveAccessibleDescription('Choose a day.')
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
  await app.getByLabel('First day').fill(day(10))
  await app.getByLabel('Last day').fill(day(40))
  await sync.click()
  await expect(app.getByLabel('Last day')).toHaveAccessibleDescription('The last day cannot be before the first.')

  await app.getByLabel('First day').fill(day(60))
  await expect(app.getByText('The last day cannot be before the first.')).toBeHidden()
  await app.getByLabel('Last day').press('Enter')
  await expect(app.getByText(/Finished\. Orders: \d+ read/)).toBeVisible()
  await expect(app.getByText(/^created .* to .*, sync now$/)).toBeVisible()
})

test('a product that is edited in the shop is seen in the app within two seconds', async ({ page, context }) => {
  const shop = stage.createShop('edits')
  const app = await openInstalled(page, shop)
  const [product] = shop.store.products.values()
  const title = 'A title that nobody has had before'

  const shopPage = await context.newPage()
  await shopPage.goto(`${stage.sandbox.shopUrl(shop.domain)}?tab=products&id=${product?.id}`)
  await shopPage.getByLabel('Title', { exact: true }).fill(title)
  await Promise.all([
    expect(app.getByText(title)).toBeVisible({ timeout: liveMs }),
    shopPage.getByRole('button', { name: 'Save product' }).click(),
  ])
  // Sandbox shops of one seed have the same ids, so that a query which forgets the shop is caught.
  const { rows } = await stage.database.query(
    'select title, channel from products join shops on shops.id = shop_id where domain = $1 and products.id = $2',
    [shop.domain, product?.id],
  )
  expect(rows).toEqual([{ title, channel: 'webhook' }])
})

test('a run that fails is told, with its reason and what to do', async ({ page }) => {
  const shop = stage.createShop('fails')
  const app = await openInstalled(page, shop)
  shop.fail('http500', 1_000)
  await app.getByLabel('What to sync').selectOption({ label: 'Products' })
  await app.getByRole('button', { name: 'Sync now' }).click()
  await expect(app.getByText('1 of 4 resources is behind: products')).toBeVisible({ timeout: givenUpMs })
  await expect(card(app, 'Products')).toContainText('Shopify answered 500.')
  await expect(card(app, 'Products')).toContainText('Lockstep tries again by itself')
  await expect(card(app, 'Customers')).toContainText('Up to date')
})

test('a shop sees its own records and nothing of another', async ({ page, context }) => {
  const first = stage.createShop('first')
  const second = stage.createShop('second', { products: 11, customers: 12, orders: 13 })
  const firstApp = await openInstalled(page, first)
  const secondApp = await openInstalled(await context.newPage(), second)
  await expectCounts(firstApp, first)
  await expectCounts(secondApp, second)

  const title = 'Seen by the second shop alone'
  const [product] = second.store.products.keys()
  second.apply({ type: 'product.update', id: product ?? '', fields: { title } })
  await expect(secondApp.getByText(title)).toBeVisible()
  await expect(firstApp.getByText(title)).toHaveCount(0)
  const { rows } = await stage.database.query(
    'select domain from products join shops on shops.id = shop_id where title = $1',
    [title],
  )
  expect(rows).toEqual([{ domain: second.domain }])
})
