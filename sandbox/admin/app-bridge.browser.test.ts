import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import type { Browser, BrowserContext, FrameLocator, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emptyLog, fakeApp, serve, serveAdminPages } from './test-servers.ts'
import type { FakeAppLog, TestServer } from './test-servers.ts'
import { testApp, testShop } from './test-shop.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let browser: Browser
let context: BrowserContext
let page: Page
let frame: FrameLocator
let shop: ReturnType<typeof testShop>
let app: TestServer
let admin: TestServer
let log: FakeAppLog
let problems: string[]

beforeAll(async () => {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}. Install it (apt-get install chromium, or npx playwright install ` +
        `chromium) and set CHROMIUM_PATH to its executable if it is elsewhere.`,
    )
  }
  browser = await chromium.launch({ executablePath, args })
}, 60_000)

afterAll(() => browser?.close())

beforeEach(async () => {
  shop = testShop()
  log = emptyLog()
  app = await serve(fakeApp(log, () => `${admin.url}/app-bridge.js`))
  admin = await serveAdminPages(shop, app.url)
  context = await browser.newContext({ userAgent, baseURL: admin.url })
  page = await context.newPage()
  frame = page.frameLocator('iframe[title="Lockstep"]')
  problems = []
  page.on('pageerror', (error) => problems.push(error.message))
})

afterEach(async () => {
  await context.close()
  await admin.close()
  await app.close()
  expect(problems).toEqual([])
})

/** What the app's page says of itself. */
async function appSays(text: string | RegExp): Promise<string> {
  const out = frame.locator('#out').filter({ hasText: text })
  await out.waitFor()
  return out.innerText()
}

async function open(path = ''): Promise<void> {
  await page.goto(`/store/${shop.domain}${path}`)
  await appSays('ready')
}

describe('the admin frame', () => {
  it('opens the app with what Shopify gives it', async () => {
    await open()
    expect(await frame.locator('#out').innerText()).toContain(`"apiKey":"${testApp.apiKey}","shop":"${shop.domain}"`)
    expect(log.documents).toEqual(['/app'])
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(await page.title()).toBe('Overview · Lockstep · First Light')
  })

  it('opens the page of the app that its address names', async () => {
    await open('?path=/app/second')
    expect(log.documents).toEqual(['/app/second'])
    await page.locator('nav a[aria-current="page"]', { hasText: 'Second page' }).waitFor()
  })

  it('says that the app is not there, and shows it as soon as it is', async () => {
    const { port } = new URL(app.url)
    await app.close()
    await page.goto(`/store/${shop.domain}`)
    await page.getByText(`Lockstep isn’t answering at ${app.url} yet`).waitFor()
    app = await serve(
      fakeApp(log, () => `${admin.url}/app-bridge.js`),
      Number(port),
    )
    await appSays('ready')
    expect(await page.locator('#frame-status').isVisible()).toBe(false)
  })

  it('says so when a page comes that does not run App Bridge', async () => {
    await app.close()
    app = await serve((_request, response) => response.writeHead(500).end('broken'), Number(new URL(app.url).port))
    await page.goto(`/store/${shop.domain}`)
    await page.getByText('no page with App Bridge appeared').waitFor()
  })
})

describe('session tokens', () => {
  it("are added to the app's own requests", async () => {
    await open()
    await frame.locator('#call').click()
    expect(await appSays('call')).toBe(`call 200 ${shop.domain} hello`)
    expect(log.calls).toMatchObject([{ shop: shop.domain, requestedWith: 'XMLHttpRequest', body: 'hello' }])
  })

  it('are renewed once when the server asks for it, and the request is repeated with its body', async () => {
    await open()
    log.refuseNext = 1
    await frame.locator('#call').click()
    expect(await appSays('call')).toBe(`call 200 ${shop.domain} hello`)
    expect(log.calls.map(({ body }) => body)).toEqual(['hello', 'hello'])
    expect(new Set(log.calls.map(({ token }) => token)).size).toBe(2)
  })

  it('are not renewed for ever', async () => {
    await open()
    log.refuseNext = 5
    await frame.locator('#call').click()
    await appSays('call 401')
    expect(log.calls).toHaveLength(2)
  })

  it('are kept between requests, so that not each request asks for one', async () => {
    let asked = 0
    page.on('request', (request) => (asked += Number(request.url().endsWith('/token'))))
    await open()
    for (let call = 1; call <= 3; call++) {
      await frame.locator('#call').click()
      await expect.poll(() => log.calls.length).toBe(call)
    }
    expect(asked).toBe(1)
  })

  it('are fetched on the bounce page, which then goes where the app wanted', async () => {
    await open()
    await frame.locator('body').evaluate((_, shopDomain) => {
      location.assign(`/app/third?shop=${shopDomain}&embedded=1`)
    }, shop.domain)
    await expect.poll(() => log.documents).toEqual(['/app', '/app/third', '/auth/session-token', '/app/third'])
    await appSays('ready')
    await page.waitForURL(/\?path=%2Fapp%2Fthird$/)
  })

  it('are refused with a clear message outside the admin, where the page works otherwise', async () => {
    await page.goto(`${app.url}/app?unguarded=1`)
    await page.locator('#direct').click()
    await page.getByText('App Bridge: this page is not inside the admin').waitFor()
    await page.locator('#call').click()
    await page.getByText('call 401').waitFor()
  })

  it('are not given to a page of another origin, even if it gets into the frame', async () => {
    const stranger = await serve(fakeApp(log, () => `${admin.url}/app-bridge.js`))
    const lax = await browser.newContext({ userAgent, baseURL: admin.url, bypassCSP: true })
    page = await lax.newPage()
    frame = page.frameLocator('#app')
    await open()
    let asked = 0
    page.on('request', (request) => (asked += Number(request.url().endsWith('/token'))))
    const address = `${stranger.url}/app?unguarded=1`
    await page.locator('#app').evaluate((iframe, url) => iframe.setAttribute('src', url), address)
    await page.waitForEvent('framenavigated', (one) => one.url() === address)
    await frame.locator('#direct').click()
    await page.getByText('no page with App Bridge appeared').waitFor()
    expect(asked).toBe(0)
    await lax.close()
    await stranger.close()
  })

  it('and everything else are a matter between the frame and the app: other messages are ignored', async () => {
    await open()
    const forged = { sandboxAdmin: { type: 'title', title: 'Forged', buttons: [] } }
    await page.evaluate((message) => window.postMessage(message, '*'), forged)
    const pressed = { sandboxAdmin: { type: 'press', key: 'b1' } }
    await frame.locator('body').evaluate((_, message) => window.postMessage(message, '*'), pressed)
    await frame.locator('#toast').click()
    await page.locator('.toast').waitFor()
    expect(await page.getByRole('heading').allInnerTexts()).toContain('Overview')
    expect(await frame.locator('#out').innerText()).toContain('ready')
  })
})

describe('navigation', () => {
  it("lists the app's links without its home, and moves the app without a new document", async () => {
    await open()
    const links = page.locator('#app-nav a')
    expect(await links.allInnerTexts()).toEqual(['Second page', 'Third'])
    await links.first().click()
    await appSays('moved to /app/second')
    await page.waitForURL(/\?path=%2Fapp%2Fsecond$/)
    expect(log.documents).toEqual(['/app'])
    await page.getByRole('link', { name: 'Lockstep' }).click()
    await appSays('moved to /app')
  })

  it('loads the page anew, with a token, in an app that does not move by itself', async () => {
    await open('?path=/app/plain')
    await page.getByRole('link', { name: 'Third' }).click()
    await page.waitForURL(/\?path=%2Fapp%2Fthird$/)
    await appSays('ready')
    expect(log.documents).toEqual(['/app/plain', '/app/third'])
  })

  it("goes where the app's server sends it", async () => {
    await open()
    log.sendElsewhere = 'https://admin.shopify.com/store/first-light/orders'
    await frame.locator('#call').click()
    await page.waitForURL(`**/store/${shop.domain}/data?tab=orders`)
  })

  it('says what it does not have', async () => {
    await open()
    log.sendElsewhere = `https://${shop.domain}/admin/oauth/install?client_id=x`
    await frame.locator('#call').click()
    await page.getByText('which the sandbox does not have').waitFor()
  })

  it("leads Shopify's addresses to the shop page", async () => {
    await open()
    await frame.getByText('Product in the admin').click()
    await page.waitForURL(`**/store/${shop.domain}/data?tab=products&id=1`)
  })
})

describe('bars and messages', () => {
  it('shows a toast as text, and hides it on request', async () => {
    await open()
    await frame.locator('#toast').click()
    await page.getByText('Copied <b>12</b> orders').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    expect(await page.locator('.toast').count()).toBe(0)
  })

  it('shows that the app is loading', async () => {
    await open()
    await frame.locator('#load').click()
    await page.getByRole('progressbar').waitFor()
  })

  it("clicks the app's own button from the title bar", async () => {
    await open()
    await page.getByRole('button', { name: 'Sync now' }).click()
    await appSays('syncing')
  })

  it('saves and discards from the save bar, and asks before it leaves', async () => {
    await open()
    const bar = page.getByRole('region', { name: 'Unsaved changes' })
    await frame.locator('#edit').click()
    await bar.getByRole('button', { name: 'Save' }).click()
    await appSays('saved')
    expect(await bar.isVisible()).toBe(false)

    await frame.locator('#edit').click()
    await bar.waitFor()
    await page.getByRole('link', { name: 'Third' }).click()
    await page.getByRole('button', { name: 'Stay' }).click()
    await frame.locator('#leave').click()
    await page.getByRole('button', { name: 'Leave' }).click()
    await appSays('left')
    await bar.getByRole('button', { name: 'Discard' }).click()
    await appSays('discarded')
    await page.getByRole('link', { name: 'Third' }).click()
    await appSays('moved to /app/third')
  })

  it("shows a modal with its own content and its title bar's buttons", async () => {
    await open()
    await frame.locator('#ask-me').click()
    await frame.getByText('Really?').waitFor()
    await frame.getByRole('button', { name: 'Yes' }).click()
    await appSays('agreed')
    await frame.getByText('Really?').waitFor({ state: 'hidden' })
  })
})

describe('the shop page', () => {
  it('fits a phone and a desktop without scrolling sideways', async () => {
    const [product, order] = [[...shop.store.products.keys()][0], [...shop.store.orders.keys()][0]]
    const views = ['', '?tab=products', `?tab=products&id=${product}`, '?tab=orders', `?tab=orders&id=${order}`]
    for (const width of [400, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      for (const view of views) {
        await page.goto(`/store/${shop.domain}/data${view}`)
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect({ view, width, beyond }).toEqual({ view, width, beyond: 0 })
      }
    }
  })

  it('saves what a person edits, and lists the webhooks as they go out', async () => {
    const product = [...shop.store.products.values()][0]
    await page.goto(`/store/${shop.domain}/data?tab=products&id=${product?.id}`)
    await page.getByLabel('Title').fill('Changed by hand')
    await page.getByRole('button', { name: 'Save product' }).click()
    await page.getByText('Saved.').waitFor()
    expect(shop.store.products.get(product?.id ?? '')?.title).toBe('Changed by hand')
    shop.apply({ type: 'order.create' })
    await page.locator('#deliveries').getByText('orders/create').waitFor()
  })
})
