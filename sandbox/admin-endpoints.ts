import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { API_VERSION } from './graphql/schema.ts'
import { answerTokenRequest } from './oauth.ts'
import type { OauthOptions } from './oauth.ts'
import { readBody } from './request-body.ts'
import type { ServedShop } from './sandbox-shop.ts'

const ENDPOINT = /^\/([^/]+)\/admin\/(?:(oauth\/access_token)|api\/([^/]+)\/graphql\.json)$/
const BAD_TOKEN = { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' }
const RETRY_AFTER_SECONDS = '2.0'

export interface EndpointOptions extends OauthOptions {
  scopes: readonly string[]
  shop(domain: string): ServedShop | undefined
}

/** Shopify's own addresses of a shop, each behind `/{shop}`. Resolves to false when the request is for neither. */
export function createAdminEndpoints(
  options: EndpointOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const scopes = new Set(options.scopes)

  async function grantToken(shop: ServedShop, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    if (body.outcome === 'too-large') return sendJson(response, 413, { error: 'invalid_request' })
    if (body.outcome === 'unreadable' || typeof body.value !== 'object' || body.value === null)
      return sendJson(response, 400, { error: 'invalid_request', error_description: 'The body cannot be read.' })
    const answer = answerTokenRequest(shop.domain, body.value as Record<string, unknown>, options)
    if (answer.outcome === 'granted' && answer.grant === 'exchange') shop.installed()
    sendJson(response, answer.status, answer.body)
  }

  async function answerGraphql(shop: ServedShop, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    shop.requests++
    response.setHeader('X-Shopify-API-Version', API_VERSION)
    response.setHeader('X-Request-Id', randomUUID())
    const fault = shop.takeFault()
    const token = request.headers['x-shopify-access-token']
    const admitted = typeof token === 'string' && options.vault.admits(shop.domain, token)
    if (fault === 'reset') return void response.socket?.destroy()
    if (fault === 'http500') return sendJson(response, 500, { errors: 'Internal Server Error' })
    if (fault === 'http429') {
      response.setHeader('Retry-After', RETRY_AFTER_SECONDS)
      return sendJson(response, 429, { errors: 'Exceeded the rate limit of the API' })
    }
    if (!admitted || fault === 'unauthorized') return sendJson(response, 401, BAD_TOKEN)
    if (body.outcome === 'too-large') return sendJson(response, 413, { errors: 'Payload Too Large' })
    if (body.outcome === 'unreadable') return sendJson(response, 400, { errors: { query: 'The body is not JSON' } })
    const answer =
      fault === 'throttled'
        ? shop.api.throttled(body.value)
        : shop.api.answer(body.value, { scopes, apiKey: options.apiKey })
    sendJson(response, answer.status, answer.body)
  }

  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox.invalid')
    const [, domain, oauth, version] = ENDPOINT.exec(pathname) ?? []
    if (!domain) return false
    const shop = options.shop(domain)
    if (!shop || request.method !== 'POST' || (version && version !== API_VERSION))
      sendJson(response, 404, { errors: 'Not Found' })
    else await (oauth ? grantToken : answerGraphql)(shop, request, response)
    return true
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}
