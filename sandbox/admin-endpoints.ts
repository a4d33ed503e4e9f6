import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault } from './contract.ts'
import { answersInstead, insteadOfThrottled, sendAnswer, sendJson, UNAUTHORIZED } from './faults.ts'
import type { JsonAnswer } from './faults.ts'
import { API_VERSION } from './graphql/schema.ts'
import { answerTokenRequest } from './oauth.ts'
import type { OauthOptions } from './oauth.ts'
import { readBody } from './request-body.ts'
import type { RequestBody } from './request-body.ts'
import type { ServedShop } from './sandbox-shop.ts'

const ENDPOINT = /^\/([^/]+)\/admin\/(?:(oauth\/access_token)|api\/([^/]+)\/graphql\.json)$/
const INVALID_GRANT = { error: 'invalid_grant', error_description: 'The refresh token is expired, retired or unknown.' }

export interface EndpointOptions extends Omit<OauthOptions, 'now'> {
  scopes: readonly string[]
  shop(domain: string): ServedShop | undefined
}

/** The fault that the request has to show, if any. Whatever is answered bears the shop's time. */
async function takeFault(shop: ServedShop, kind: 'graphql' | 'token', response: ServerResponse): Promise<Fault | null> {
  const fault = await shop.takeFault(kind)
  response.setHeader('Date', new Date(shop.now()).toUTCString())
  return fault
}

/** Shopify's own addresses of a shop, each behind `/{shop}`. Resolves to false when the request is for neither. */
export function createAdminEndpoints(
  options: EndpointOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const scopes = new Set(options.scopes)

  async function grantToken(shop: ServedShop, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const fault = await takeFault(shop, 'token', response)
    if (fault === 'refused') return sendJson(response, { status: 400, body: INVALID_GRANT })
    if (await answersInstead(insteadOfThrottled(fault), response)) return
    await sendAnswer(fault, tokenAnswer(shop, body), response, shop.now)
  }

  function tokenAnswer(shop: ServedShop, body: RequestBody): JsonAnswer {
    if (body.outcome === 'too-large') return { status: 413, body: { error: 'invalid_request' } }
    if (body.outcome === 'unreadable' || typeof body.value !== 'object' || body.value === null)
      return { status: 400, body: { error: 'invalid_request', error_description: 'The body cannot be read.' } }
    const answer = answerTokenRequest(shop.domain, body.value as Record<string, unknown>, { ...options, now: shop.now })
    if (answer.outcome === 'granted' && answer.grant === 'exchange') shop.installed()
    return answer
  }

  async function answerGraphql(shop: ServedShop, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    shop.requests++
    response.setHeader('X-Shopify-API-Version', shop.apiVersion)
    response.setHeader('X-Request-Id', randomUUID())
    const fault = await takeFault(shop, 'graphql', response)
    if (await answersInstead(fault === 'refused' ? 'unauthorized' : fault, response)) return
    const token = request.headers['x-shopify-access-token']
    const admitted = typeof token === 'string' && options.vault.admits(shop.domain, token)
    const answer = admitted ? graphqlAnswer(shop, body, fault) : UNAUTHORIZED
    await sendAnswer(fault, answer, response, shop.now)
  }

  function graphqlAnswer(shop: ServedShop, body: RequestBody, fault: Fault | null): JsonAnswer {
    if (body.outcome === 'too-large') return { status: 413, body: { errors: 'Payload Too Large' } }
    if (body.outcome === 'unreadable') return { status: 400, body: { errors: { query: 'The body is not JSON' } } }
    return fault === 'throttled'
      ? shop.api.throttled(body.value)
      : shop.api.answer(body.value, { scopes, apiKey: options.apiKey })
  }

  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox.invalid')
    const [, domain, oauth, version] = ENDPOINT.exec(pathname) ?? []
    if (!domain) return false
    const shop = options.shop(domain)
    if (!shop || request.method !== 'POST' || (version && version !== API_VERSION))
      sendJson(response, { status: 404, body: { errors: 'Not Found' } })
    else await (oauth ? grantToken : answerGraphql)(shop, request, response)
    return true
  }
}
