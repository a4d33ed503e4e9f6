import { env } from './env.server'
import { allowFrame } from './frame-ancestors'
import { shopify } from './shopify.server'

/**
 * Headers of every page: the shop's admin may frame it, nobody else, and without a shop nobody at all. Shopify's library
 * sets no policy when the address names no shop.
 */
export function setDocumentHeaders(request: Request, headers: Headers): void {
  headers.delete('Content-Security-Policy')
  shopify.addDocumentResponseHeaders(request, headers)
  const policy = allowFrame(headers.get('Content-Security-Policy'), env.SHOPIFY_SANDBOX_URL)
  headers.set('Content-Security-Policy', policy)
  headers.set('X-Content-Type-Options', 'nosniff')
  if (headers.has('Link')) headers.set('Link', `<${env.APP_BRIDGE_URL}>; rel="preload"; as="script"`)
}

/** The same for a page that the library has made. */
export function withDocumentHeaders(request: Request, response: Response): Response {
  const { status, statusText } = response
  const headers = new Headers(response.headers)
  setDocumentHeaders(request, headers)
  return new Response(response.body, { status, statusText, headers })
}
