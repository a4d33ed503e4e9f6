import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seededRandom } from '../random.ts'
import { verifySessionToken } from '../session-token.ts'
import { createAdminPages } from './admin-pages.ts'
import { testApp } from './test-shop.ts'
import type { testShop } from './test-shop.ts'

export interface TestServer {
  url: string
  close(): Promise<void>
}

/** Serves on a free port of the loopback interface, or on the port given. */
export async function serve(listener: RequestListener, port = 0): Promise<TestServer> {
  const server: Server = createServer(listener)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function serveAdminPages(shop: ReturnType<typeof testShop>, appUrl: string): Promise<TestServer> {
  const pages = createAdminPages({
    ...testApp,
    shop: (domain) => (domain === shop.domain ? shop : undefined),
    appUrl,
    appTitle: 'Lockstep',
    random: seededRandom(5),
  })
  return serve(async (request, response) => {
    if (await pages(request, response)) return
    response.writeHead(404).end('not an admin page')
  })
}

/** What the fake app's server has seen. */
export interface FakeAppLog {
  /** Of each call of `/api/echo`: the shop that its token speaks for, and X-Requested-With. */
  calls: { token: string; shop: string | null; requestedWith: string | undefined; body: string }[]
  /** Paths of documents that were asked for. */
  documents: string[]
  /** While positive, calls are refused as for an invalid session, and this is counted down. */
  refuseNext: number
  /** While set, calls are answered with the header that sends the window there. */
  sendElsewhere: string | null
}

export function emptyLog(): FakeAppLog {
  return { calls: [], documents: [], refuseNext: 0, sendElsewhere: null }
}

const pageScript = `
  const $ = (id) => document.getElementById(id)
  const say = (text) => { $('out').textContent = text }
  if (location.pathname !== '/app/plain') addEventListener('shopify:navigate', (event) => {
    history.pushState(null, '', event.target.getAttribute('href'))
    say('moved to ' + location.pathname)
  })
  $('call').onclick = async () => {
    const response = await fetch('/api/echo', { method: 'POST', body: 'hello' })
    say('call ' + response.status + ' ' + await response.text())
  }
  $('toast').onclick = () => shopify.toast.show('Copied <b>12</b> orders')
  $('leave').onclick = () => shopify.saveBar.leaveConfirmation().then(() => say('left'))
  $('load').onclick = () => shopify.loading(true)
  $('edit').onclick = () => shopify.saveBar.show('bar')
  $('save').onclick = () => { say('saved'); shopify.saveBar.hide('bar') }
  $('discard').onclick = () => { say('discarded'); shopify.saveBar.hide('bar') }
  $('bar').addEventListener('show', () => say('editing'))
  $('sync').onclick = () => say('syncing')
  $('modal-ok').onclick = () => { say('agreed'); shopify.modal.hide('ask') }
  $('ask-me').onclick = () => shopify.modal.show('ask')
  $('direct').onclick = async () => shopify.idToken().then((token) => say('token ' + token), (error) => say(error.message))
  say('ready ' + JSON.stringify(shopify.config) + ' ' + shopify.environment.embedded)
`

function appPage(bridgeUrl: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fake app</title>
    <meta name="shopify-api-key" content="${testApp.apiKey}"><script src="${bridgeUrl}"></script></head>
    <body style="font-family: sans-serif; padding: 1rem"><ui-nav-menu><a href="/app" rel="home">Home</a>
    <a href="/app/second">Second page</a><a href="/app/third">Third</a></ui-nav-menu>
    <ui-title-bar title="Overview"><button id="sync" variant="primary">Sync now</button></ui-title-bar>
    <ui-save-bar id="bar"><button id="save" variant="primary"></button><button id="discard"></button></ui-save-bar>
    <ui-modal id="ask"><p>Really?</p><ui-title-bar title="A question"><button id="modal-ok">Yes</button></ui-title-bar></ui-modal>
    <p id="out" style="overflow-wrap: anywhere"></p> <button id="call">Call the server</button> <button id="toast">Toast</button>
    <button id="edit">Edit</button> <button id="ask-me">Ask</button> <button id="direct">Token</button>
    <button id="leave">Leave</button> <button id="load">Load</button>
    <a href="shopify:admin/products/1">Product in the admin</a><script>${pageScript}</script></body></html>`
}

/** A tiny app: its document needs a valid `id_token`, else it goes by the bounce page, as with shopify-app-remix. */
export function fakeApp(log: FakeAppLog, bridgeUrl: () => string): RequestListener {
  const tokenOf = (token: string) => verifySessionToken(token, { ...testApp, nowMs: Date.now() })?.domain ?? null

  async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    const shop = tokenOf(token)
    const requestedWith = request.headers['x-requested-with'] as string | undefined
    log.calls.push({ token, shop, requestedWith, body })
    if (log.refuseNext > 0) {
      log.refuseNext -= 1
      response.writeHead(401, { 'X-Shopify-Retry-Invalid-Session-Request': '1' }).end()
      return
    }
    if (log.sendElsewhere) {
      response.writeHead(401, { 'X-Shopify-API-Request-Failure-Reauthorize-Url': log.sendElsewhere }).end()
      return
    }
    response.writeHead(shop ? 200 : 401).end(`${shop} ${body}`)
  }

  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://app.invalid')
    if (url.pathname === '/api/echo') return void echo(request, response)
    if (request.method === 'HEAD') return void response.writeHead(200).end()
    log.documents.push(url.pathname)
    if (url.pathname === '/auth/session-token') {
      response.writeHead(200, { 'Content-Type': 'text/html' })
      return void response.end(`<script data-api-key="${testApp.apiKey}" src="${bridgeUrl()}"></script>`)
    }
    if (!tokenOf(url.searchParams.get('id_token') ?? '') && !url.searchParams.has('unguarded')) {
      url.searchParams.delete('id_token')
      url.searchParams.set('shopify-reload', `http://${request.headers.host}${url.pathname}${url.search}`)
      return void response.writeHead(302, { Location: `/auth/session-token${url.search}` }).end()
    }
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(appPage(bridgeUrl()))
  }
}
