/**
 * Starts the sandbox and points the app at it. To be imported before anything of the app, which reads its settings when
 * it is loaded. Its clock is minutes behind ours, so that code which takes the one for the other is seen.
 */
import { startSandbox } from '../../sandbox/server.ts'

export const CLOCK_OFFSET_MS = -7 * 60_000

export const sandbox = await startSandbox({
  port: 0,
  apiKey: process.env['SHOPIFY_API_KEY'] ?? '',
  apiSecret: process.env['SHOPIFY_API_SECRET'] ?? '',
  appUrl: 'http://127.0.0.1:1',
  clockOffsetMs: CLOCK_OFFSET_MS,
})

process.env['SHOPIFY_SANDBOX_URL'] = sandbox.url
