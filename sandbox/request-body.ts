import type { IncomingMessage } from 'node:http'

const MAX_BODY_BYTES = 2_000_000

export type RequestBody = { outcome: 'read'; value: unknown } | { outcome: 'unreadable' } | { outcome: 'too-large' }

/** Reads a body of JSON, of a form (as an object of its fields) or, for `application/graphql`, of a bare document. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) return { outcome: 'too-large' }
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('application/graphql')) return { outcome: 'read', value: { query: text } }
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { outcome: 'read', value: Object.fromEntries(new URLSearchParams(text)) }
  try {
    return { outcome: 'read', value: JSON.parse(text) as unknown }
  } catch {
    return { outcome: 'unreadable' }
  }
}
