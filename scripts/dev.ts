import type { ServerBuild } from '@remix-run/node'
import type { Connect } from 'vite'
import { runApp, type RunningApp } from './run-app.ts'

type Boot = (options: {
  build: () => Promise<ServerBuild>
  middlewares: Connect.Server
  mode: 'development'
}) => Promise<RunningApp>

process.env['NODE_ENV'] ??= 'development'

// `shopify app dev` gives the address of its tunnel as HOST, which other programs take for the address to listen on.
const tunnel = process.env['HOST']
if (tunnel?.startsWith('https://')) {
  process.env['SHOPIFY_APP_URL'] = tunnel
  delete process.env['HOST']
}

await runApp(async () => {
  const { createServer } = await import('vite')
  const appUrl = process.env['SHOPIFY_APP_URL']
  const vite = await createServer({
    server: {
      middlewareMode: true,
      allowedHosts: appUrl ? [new URL(appUrl).hostname] : [],
      // The tunnel leads to the app alone; a browser lets a page from anywhere talk to its own machine.
      hmr: { protocol: 'ws', host: 'localhost' },
    },
  })
  const load = async () => (await vite.ssrLoadModule('virtual:remix/server-build')) as ServerBuild
  const { boot } = (await load()).entry.module as ServerBuild['entry']['module'] & { boot: Boot }
  const app = await boot({ build: load, middlewares: vite.middlewares, mode: 'development' })
  return {
    stop: async () => {
      await app.stop()
      await vite.close()
    },
  }
})
