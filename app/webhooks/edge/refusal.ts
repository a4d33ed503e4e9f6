/** Why a request to /webhooks/* is turned away. Nothing here says anything of the request itself. */

export type RefusalStatus = 400 | 401 | 404 | 405 | 408 | 413 | 415 | 429 | 503

export interface Refusal {
  readonly status: RefusalStatus
  /** A code, for counts and logs. */
  readonly reason: RefusalReason
  /** One short sentence and a line feed. */
  readonly text: string
  /** What the answer carries besides its connection's fate. */
  readonly headers: Readonly<Record<string, string>>
}

const STATUS_AND_TEXT = {
  'unknown-path': [404, 'No webhooks are taken at this address'],
  'not-post': [405, 'Only POST'],
  'signature-missing': [401, 'The signature is missing'],
  'signature-malformed': [401, 'The signature is not a base64 SHA-256'],
  'signature-wrong': [401, 'The signature is wrong'],
  'token-missing': [401, 'The token is missing'],
  'token-wrong': [401, 'The token is wrong'],
  'keys-unavailable': [503, 'The keys that tokens are checked with cannot be read now'],
  'not-json-type': [415, 'The content type is not JSON'],
  'too-large': [413, 'The body is too large'],
  'too-slow': [408, 'The body did not arrive in time'],
  'broken-off': [400, 'The body broke off'],
  'too-many-bodies': [503, 'Too many bodies are on their way'],
  'shop-malformed': [400, 'The shop is not a myshopify.com domain'],
  'header-malformed': [400, 'A header is missing or malformed'],
  'message-malformed': [400, 'The body is not a wrapped message of Pub/Sub'],
  'not-utf8': [400, 'The body is not UTF-8'],
  'not-json': [400, 'The body is not a JSON object'],
} as const

export type RefusalReason = keyof typeof STATUS_AND_TEXT

const MORE_HEADERS: Readonly<Partial<Record<RefusalStatus, Readonly<Record<string, string>>>>> = {
  405: { Allow: 'POST' },
  429: { 'Retry-After': '60' },
  503: { 'Retry-After': '5' },
}

/** Made once: an answer to a forgery must cost next to nothing. */
function refusal(status: RefusalStatus, reason: RefusalReason, says: string): Refusal {
  const text = `${says}.\n`
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': `${text.length}` }
  return { status, reason, text, headers: { ...headers, ...MORE_HEADERS[status] } }
}

const made = <Key extends RefusalReason>(keys: readonly Key[], make: (key: Key) => Refusal) =>
  Object.fromEntries(keys.map((key) => [key, make(key)])) as Readonly<Record<Key, Refusal>>

const REASONS = Object.keys(STATUS_AND_TEXT) as RefusalReason[]

export const REFUSALS = made(REASONS, (reason) =>
  refusal(STATUS_AND_TEXT[reason][0], reason, STATUS_AND_TEXT[reason][1]),
)

const UNPROVED = [
  ...(['signature-missing', 'signature-malformed', 'signature-wrong'] as const),
  ...(['token-missing', 'token-wrong'] as const),
]

/** What a sender of many bad requests gets in place of 401. */
export const LIMITED: Readonly<Partial<Record<RefusalReason, Refusal>>> = made(UNPROVED, (reason) =>
  refusal(429, reason, 'Too many requests without a right signature or token'),
)
