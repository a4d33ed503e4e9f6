/** JSON of a webhook body without losing a digit of an id, and in a form that PostgreSQL's jsonb accepts. */
import type { WebhookBody } from '../resources/resource'

declare global {
  interface JSON {
    /** ECMAScript "JSON.parse source text access": the reviver is told how a primitive was written. */
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown
  }
}

export type ParsedBody =
  /** `storable` is the JSON text that `body` was read from, fit for a jsonb column. */
  { outcome: 'parsed'; body: WebhookBody; storable: string } | { outcome: 'malformed'; reason: string }

/** Integers of sixteen digits and more, as 2^53 has, become text. The top level must be an object, as every Shopify body is. */
export function parseBody(text: string): ParsedBody {
  const storable = withoutWhatJsonbRefuses(text)
  const body = parsed(storable)
  if (body === undefined) return { outcome: 'malformed', reason: 'the body is not JSON' }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { outcome: 'malformed', reason: 'the body is not a JSON object' }
  }
  return { outcome: 'parsed', body: body as WebhookBody, storable }
}

const LONG_INTEGER = /([:[,]\s*)(-?[1-9]\d{15,})(?=\s*[,\]}])/g
const IS_LONG_INTEGER = /^-?[1-9]\d{15,}$/

function parsed(text: string): unknown {
  const quoted = text.replace(LONG_INTEGER, '$1"$2"')
  const body = parsedOrUndefined(quoted)
  // A number that stands inside of text, like "ids: 1234567890123456, …", makes a text of its beginning and so no JSON.
  return body === undefined && quoted !== text ? parsedOrUndefined(text, keepDigits) : body
}

function parsedOrUndefined(text: string, reviver?: typeof keepDigits): unknown {
  try {
    // Many times faster without one.
    return reviver === undefined ? JSON.parse(text) : JSON.parse(text, reviver)
  } catch {
    // A SyntaxError, or a RangeError for nesting that only an attacker writes.
    return undefined
  }
}

function keepDigits(this: unknown, _key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && IS_LONG_INTEGER.test(source) ? source : value
}

const HAS_REFUSED_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/
const ESCAPE = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\./g

/**
 * jsonb takes neither U+0000 nor half a surrogate pair (PostgreSQL's documentation of JSON types). Text columns cannot
 * hold U+0000 either, and half a pair is no character: the one is left out, the other becomes U+FFFD, as a UTF-8
 * encoder makes of it. A merchant's paste of odd characters must not cost the record.
 */
function withoutWhatJsonbRefuses(text: string): string {
  return HAS_REFUSED_ESCAPE.test(text) ? text.replace(ESCAPE, acceptableEscape) : text
}

function acceptableEscape(escape: string): string {
  if (escape === '\\u0000') return ''
  return /^\\u[dD][89a-fA-F]..$/.test(escape) ? '\\ufffd' : escape
}
