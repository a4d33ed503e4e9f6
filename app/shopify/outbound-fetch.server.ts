/**
 * Where requests to Shopify go. With SHOPIFY_SANDBOX_URL set, `https://{shop}/{path}` becomes
 * `{SHOPIFY_SANDBOX_URL}/{shop}/{path}`, all else unchanged; any program that speaks Shopify's protocol can stand there.
 */

const SHOP_HOST = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/
const TIMEOUT_MS = 30_000

export function rewriteToSandbox(url: URL, sandboxUrl: string | undefined): URL {
  if (sandboxUrl === undefined || !SHOP_HOST.test(url.hostname)) return url
  return new URL(`${sandboxUrl}/${url.hostname}${url.pathname}${url.search}`)
}

/** A fetch for Shopify's libraries. A request that takes longer than 30 s is given up. */
export function outboundFetch(sandboxUrl: string | undefined): typeof fetch {
  return (input, init) => {
    const url = rewriteToSandbox(new URL(input instanceof Request ? input.url : input), sandboxUrl)
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout
    return fetch(input instanceof Request ? new Request(url, input) : url, { ...init, signal })
  }
}
