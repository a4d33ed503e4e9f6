/** Answers of the management API: always JSON, never kept by anybody on the way, never a redirect. */

/** What programs can tell errors by; the message is for people. */
export type ErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'too_large'
  | 'invalid_json'
  | 'invalid_request'
  /** The same is being done already: for the shop, or for others, as much as may be at once. */
  | 'busy'
  /** Shopify does not answer now; the same request may succeed in a moment. */
  | 'shopify_unavailable'
  /** Shopify does not let the app in; somebody has to act. */
  | 'shopify_refused'
  /** Lockstep's database is away. */
  | 'unavailable'
  | 'internal'

export interface ErrorBody {
  error: { code: ErrorCode; message: string }
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  unauthorized: 401,
  forbidden: 403,
  method_not_allowed: 405,
  unsupported_media_type: 415,
  too_large: 413,
  invalid_json: 400,
  invalid_request: 400,
  busy: 409,
  shopify_unavailable: 503,
  shopify_refused: 502,
  unavailable: 503,
  internal: 500,
}

const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, string>> = {
  busy: '5',
  shopify_unavailable: '60',
  unavailable: '5',
}

export function answer<Body extends object>(body: Body, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store', ...headers } })
}

/** `message`: what is wrong and what to do, without a word of what was sent. */
export function refuse(code: ErrorCode, message: string, headers: Record<string, string> = {}): Response {
  const retryAfter = RETRY_AFTER_SECONDS[code]
  const body: ErrorBody = { error: { code, message } }
  return answer(body, STATUS[code], { ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }), ...headers })
}

export const anotherTenant = () => refuse('forbidden', 'tenantId is not the shop that these credentials are for.')
