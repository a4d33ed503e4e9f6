import type { TokenSource } from './id-token.ts'

/**
 * `fetch` for the app's page: requests to its own origin carry a session token. As App Bridge does for
 * shopify-app-remix, a 401 with `X-Shopify-Retry-Invalid-Session-Request` is repeated once with a new token, and
 * `X-Shopify-API-Request-Failure-Reauthorize-Url` sends the window there, which ends the request without an answer.
 */
export function authenticatedFetch(plain: typeof fetch, tokens: TokenSource, leave: (url: string) => void) {
  async function send(request: Request, token: string): Promise<Response> {
    request.headers.set('Authorization', `Bearer ${token}`)
    return plain(request)
  }

  return async function fetchWithToken(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input, document.baseURI)
    if (url.origin !== location.origin) return plain(input, init)
    const request = new Request(input, init)
    if (request.headers.has('Authorization')) return plain(request)
    request.headers.set('X-Requested-With', 'XMLHttpRequest')
    const repeat = request.clone()

    let response = await send(request, await tokens.get())
    if (response.status === 401 && response.headers.has('X-Shopify-Retry-Invalid-Session-Request')) {
      response = await send(repeat, await tokens.renew())
    }
    const elsewhere = response.headers.get('X-Shopify-API-Request-Failure-Reauthorize-Url')
    if (!elsewhere) return response
    leave(new URL(elsewhere, location.href).href)
    return new Promise(() => undefined)
  }
}
