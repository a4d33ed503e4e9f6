/** The HTTP server: static files, health, and Remix for everything else. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createRequestHandler } from '@remix-run/express'
import express from 'express'
import type { BootOptions } from './boot.server'
import { env } from './env.server'
import { checkHealth } from './monitoring/health.server'

/** Open keep-alive connections are cut this long after the last request was answered. */
const DRAIN_MS = 10_000

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

  const server = app.listen(env.PORT)
  // Shopify's requests and a proxy in front keep connections open for a minute.
  server.keepAliveTimeout = 65_000
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
      await closed
      clearTimeout(cut)
    },
  }
}
