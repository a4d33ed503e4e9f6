import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SandboxShop } from '../contract.ts'
import { signSessionToken } from '../session-token.ts'
import { browserScript } from './browser-script.ts'
import type { BrowserScript } from './browser-script.ts'
import { framePage } from './frame-page.ts'
import type { Html } from './html.ts'
import { isSameOrigin, readForm, seeOther, send, sendJson, sendText } from './http.ts'
import { launchPath } from './launch-path.ts'
import type { Refusal } from './shop-page/forms.ts'
import { perform } from './shop-page/perform.ts'
import { shopPage } from './shop-page/shop-page.ts'
import { readView, viewAddress } from './shop-page/view.ts'

export interface AdminPagesOptions {
  shop: (domain: string) => SandboxShop | undefined
  apiKey: string
  apiSecret: string
  /** The app's base URL. */
  appUrl: string
  /** The app's name, as the admin shows it. */
  appTitle: string
  /** Draws the random changes; 0 <= n < 1. Default Math.random. */
  random?: () => number
}

const probeTimeoutMs = 5_000

const scripts: Record<string, BrowserScript> = {
  '/app-bridge.js': 'app-bridge',
  '/admin-assets/frame.js': 'frame',
  '/admin-assets/shop-page.js': 'shop-page',
}

/** Whether any program answers at this address, whatever it says. */
async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeTimeoutMs) })
    return true
  } catch {
    return false
  }
}

async function styleSheet(): Promise<string> {
  const files = ['shell', 'frame', 'shop-page'].map((name) => new URL(`./styles/${name}.css`, import.meta.url))
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
}

/**
 * The pages that a person or a browser test uses: `/store/{shop}` with the app embedded, `/store/{shop}/data` with the
 * shop's data, and the App Bridge stand-in at `/app-bridge.js`. The handler resolves to false, and has done nothing,
 * when the request is for none of them.
 */
export function createAdminPages(
  options: AdminPagesOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const appUrl = options.appUrl.replace(/\/$/, '')
  const { apiKey, apiSecret, appTitle, random = Math.random } = options

  function sendPage(response: ServerResponse, page: Html, status = 200): void {
    const { origin } = new URL(appUrl)
    const policy = `default-src 'self'; img-src 'self' data:; frame-src ${origin}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
    send(response, { status, type: 'text/html', body: page.toString(), headers: { 'Content-Security-Policy': policy } })
  }

  async function answerData(request: IncomingMessage, response: ServerResponse, shop: SandboxShop, url: URL) {
    const view = readView(url.searchParams)
    const page = (refusal: Refusal | null) =>
      shopPage({ shop, view, appTitle, done: refusal ? null : url.searchParams.get('done'), refusal })
    if (request.method !== 'POST') return sendPage(response, page(null))
    const body = await readForm(request)
    if (body.outcome === 'too-large') return sendText(response, 413, 'The form is too large.')
    const performed = perform(shop, view, body.form, random)
    if (performed.outcome === 'unknown') return sendText(response, 400, 'There is no such action.')
    if (performed.outcome === 'done') {
      return seeOther(response, viewAddress(shop.domain, performed.view, performed.done))
    }
    const { action, message } = performed
    sendPage(response, page({ action, message, values: body.form }), 422)
  }

  async function answerStore(
    request: IncomingMessage,
    response: ServerResponse,
    shop: SandboxShop,
    { place, url }: { place: string; url: URL },
  ) {
    const isPost = request.method === 'POST'
    if (isPost && !isSameOrigin(request)) return sendText(response, 403, 'Only pages of this sandbox may do that.')
    const launch = { apiKey, apiSecret, domain: shop.domain, nowMs: shop.now() }
    if (place === 'data') return answerData(request, response, shop, url)
    if (place === '' && !isPost) return sendPage(response, framePage(shop, { appUrl, appTitle }))
    if (place === 'token' && isPost) return sendJson(response, { answer: signSessionToken(launch) })
    if (place === 'launch' && isPost) {
      const path = url.searchParams.get('path') ?? undefined
      const answer = (await answers(appUrl)) ? appUrl + launchPath({ ...launch, path }) : null
      return sendJson(response, { answer })
    }
    sendText(response, 404, 'The sandbox has no such page.')
  }

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://sandbox.invalid')
    const script = scripts[url.pathname]
    if (script) {
      send(response, { type: 'text/javascript', body: await browserScript(script) })
      return true
    }
    if (url.pathname === '/admin-assets/admin.css') {
      send(response, { type: 'text/css', body: await styleSheet() })
      return true
    }
    const [, domain, place = ''] = /^\/store\/([^/]+)(?:\/([^/]*))?$/.exec(url.pathname) ?? []
    if (domain === undefined) return false
    const shop = options.shop(decodeURIComponent(domain))
    if (shop) await answerStore(request, response, shop, { place, url })
    else sendText(response, 404, `The sandbox has no shop ${domain}.`)
    return true
  }
}
