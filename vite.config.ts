import { vitePlugin as remix } from '@remix-run/dev'
import { defineConfig } from 'vite'
import remixConfig from './remix.config.js'

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [remix(remixConfig)],
  resolve: { alias: { '~': new URL('./app', import.meta.url).pathname } },
  build: {
    assetsInlineLimit: 0,
    sourcemap: false,
    // The server runs on Node.js 24: private fields made of WeakMaps would cost each request something.
    ...(isSsrBuild && { target: 'node24' }),
  },
  ssr: { optimizeDeps: {} },
}))
