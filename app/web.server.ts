/** The HTTP server: webhooks by node:http itself, static files, health, and Remix for everything else. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestHandler } from '@remix-run/express'
import express from 'express'
import type { BootOptions } from './boot.server'
import { env } from './env.server'
import { checkHealth } from './monitoring/health.server'
import { edge, refusals } from './webhooks/edge/edge.server'
import { createWebhookListener } from './webhooks/edge/node-listener'

/** Connections on which something is still going on are cut this long after the server was told to stop. */
const DRAIN_MS = 10_000
const LOOK_FOR_IDLE_MS = 100
/**
 * Connections that wait to be accepted while the process is busy. Above it Linux lets the sender try again after one second,
 * then three, then seven; by then Shopify has hung up. The kernel's own limit, 4096 (net.core.somaxconn), is the other bound.
 */
const MOST_UNACCEPTED = 4_096

export async function startWeb({
  build,
  middlewares,
  mode,
}: BootOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const app = express().disable('x-powered-by')
  app.get('/healthz', async (_request, response) => {
    const health = await checkHealth()
    response.status(health.ok ? 200 : 503).json(health)
  })
  if (middlewares !== undefined) app.use(middlewares)
  else {
    app.use('/assets', express.static('build/client/assets', { immutable: true, maxAge: '1y', index: false }))
    app.use(express.static('build/client', { maxAge: '1h', index: false }))
  }
  app.all('*', createRequestHandler({ build, mode }))

  // In development the routes take webhooks: Vite gives them the newest code.
  const webhooks = mode === 'production' ? createWebhookListener(edge, app) : null
  const server = createServer(webhooks?.request ?? app)
  if (webhooks !== null) server.on('checkContinue', webhooks.checkContinue)
  server.listen({ port: env.PORT, backlog: MOST_UNACCEPTED })
  // Shopify's requests and a proxy in front keep connections open for a minute.
  server.keepAliveTimeout = 65_000
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      webhooks?.drain()
      const closed = once(server, 'close')
      server.close()
      // Also those whose last request is answered only now.
      const idle = setInterval(() => server.closeIdleConnections(), LOOK_FOR_IDLE_MS)
      const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
      await closed
      clearInterval(idle)
      clearTimeout(cut)
      await refusals.flush()
    },
  }
}
