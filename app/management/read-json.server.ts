import type { z } from 'zod'
import { readBody } from './read-body'
import { refuse } from './answer.server'

const MOST_BYTES = 100_000

export type ReadJson<Value> = { outcome: 'read'; value: Value } | { outcome: 'refused'; response: Response }

/**
 * The body of a request, as the schema has it, or the answer that says what is wrong with it. `isOptional`: no body at all
 * counts as `{}`.
 */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  { isOptional = false } = {},
): Promise<ReadJson<z.infer<Schema>>> {
  const contentType = request.headers.get('content-type')
  const mayBeNone = isOptional && contentType === null
  if (!mayBeNone && !isJson(contentType)) return refused(notJson())
  const body = await readBody(request, MOST_BYTES)
  if (body.outcome === 'too-large') {
    const message = `The body is longer than ${MOST_BYTES.toLocaleString('en')} bytes.`
    // What is left of the body is not read, so the connection cannot carry another request.
    return refused(refuse('too_large', message, { Connection: 'close' }))
  }
  const isNone = isOptional && body.outcome === 'read' && body.bytes.length === 0
  if (mayBeNone && !isNone) return refused(notJson())
  const value = isNone ? {} : body.outcome === 'read' ? parse(body.bytes) : undefined
  if (value === undefined) return refused(refuse('invalid_json', 'The body is not JSON, or broke off.'))
  const parsed = schema.safeParse(value)
  return parsed.success ? { outcome: 'read', value: parsed.data } : refused(invalidRequest(parsed.error))
}

/** Names every field that is wrong. The schema's messages must not quote what was sent. */
export function invalidRequest({ issues }: z.ZodError): Response {
  const lines = issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')} ${message}`))
  return refuse('invalid_request', `${lines.join('; ')}.`)
}

const notJson = () => refuse('unsupported_media_type', 'Send JSON, with Content-Type: application/json.')

const refused = (response: Response) => ({ outcome: 'refused', response }) as const

const isJson = (contentType: string | null) => /^application\/json *(;|$)/i.test(contentType ?? '')

/** JSON has no undefined: that is what is none. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
