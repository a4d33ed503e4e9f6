import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseTOML } from 'confbox/toml'
import { createAdminPages } from './admin/admin-pages.ts'
import { createAdminEndpoints } from './admin-endpoints.ts'
import { ResultFiles } from './bulk/result-files.ts'
import type { Sandbox, SandboxOptions } from './contract.ts'
import { adminSchema } from './graphql/schema.ts'
import { ServedShop } from './sandbox-shop.ts'
import { TokenVault } from './tokens.ts'
import { parseSubscriptions } from './webhooks/subscriptions.ts'

const DEFAULT_PORT = 4000
const DEFAULT_SCOPES = ['read_customers', 'read_customer_merge', 'read_orders', 'read_products']
const DEFAULT_TOKEN_LIFETIME_SECONDS = 3600
/** Longer than clients keep idle connections, so that none is closed just as a request is sent on it. */
const KEEP_ALIVE_MS = 65_000
const APP_CONFIGURATION = new URL('../shopify.app.toml', import.meta.url)

/**
 * Starts a Shopify of one's own on this machine (loopback only). It has no shops until `createShop`. What the app
 * subscribes to and is called is read from its `shopify.app.toml`, as Shopify does when the app is deployed. Rejects
 * when the port is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { apiKey, apiSecret, appUrl, scopes = DEFAULT_SCOPES } = options
  let { clockOffsetMs = 0 } = options
  const lifetimeSeconds = options.tokenLifetimeSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS
  const now = () => Date.now() + clockOffsetMs
  // Half a second that the first query would otherwise wait for.
  adminSchema()
  const configuration = readFileSync(APP_CONFIGURATION, 'utf8')
  const { name: appTitle = 'App' } = parseTOML<{ name?: string }>(configuration)
  const shops = new Map<string, ServedShop>()
  const vault = new TokenVault({ lifetimeSeconds, scopes, now: (domain) => shops.get(domain)?.now() ?? now() })
  const files = new ResultFiles(() => url)
  const surroundings = {
    apiKey,
    apiSecret,
    appUrl,
    subscriptions: parseSubscriptions(configuration),
    now,
    revokeTokens: (domain: string) => vault.revoke(domain),
    files,
    retryDelaysMs: options.webhookRetryDelaysMs,
    timeoutMs: options.webhookTimeoutMs,
  }
  const shop = (domain: string) => shops.get(domain)
  const endpoints = createAdminEndpoints({ apiKey, apiSecret, vault, scopes, shop })
  const pages = createAdminPages({ shop, apiKey, apiSecret, appUrl, appTitle })

  const server = createServer((request, response) => {
    response.setHeader('Date', new Date(now()).toUTCString())
    void answer(request, response)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (await files.serve(request, response)) return
      if ((await endpoints(request, response)) || (await pages(request, response))) return
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('The sandbox has no such address.')
    } catch (error) {
      if (request.destroyed && !request.complete) return
      process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end('The sandbox failed.')
    }
  }

  const url = `http://127.0.0.1:${await listen(server, options.port ?? DEFAULT_PORT)}`
  return {
    url,
    appBridgeUrl: `${url}/app-bridge.js`,
    adminUrl: (domain) => `${url}/store/${domain}`,
    shopUrl: (domain) => `${url}/store/${domain}/data`,
    createShop(seed) {
      if (shops.has(seed.domain)) throw new Error(`there is already a shop ${seed.domain}`)
      const created = new ServedShop(seed, surroundings)
      shops.set(seed.domain, created)
      return created
    },
    shop(domain) {
      const found = shops.get(domain)
      if (!found) throw new Error(`there is no shop ${domain}`)
      return found
    },
    now,
    setClockOffset(offsetMs) {
      clockOffsetMs = offsetMs
    },
    async close() {
      for (const one of shops.values()) one.close()
      await stop(server)
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
