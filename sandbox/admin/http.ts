import type { IncomingMessage, ServerResponse } from 'node:http'

const maxFormBytes = 1_000_000

export type FormBody = { outcome: 'read'; form: URLSearchParams } | { outcome: 'too-large' }

/**
 * Whether a page of ours, and no other web page, made this request. Every browser says so on a POST, by
 * `Sec-Fetch-Site` or at least by `Origin`; a request that says neither is refused.
 */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin, host } = headers
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
}

/** Reads to the end even what is too large, so that the sender gets its answer. */
export async function readForm(request: IncomingMessage): Promise<FormBody> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxFormBytes) chunks.push(chunk)
  }
  if (bytes > maxFormBytes) return { outcome: 'too-large' }
  return { outcome: 'read', form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')) }
}

export interface Answer {
  status?: number
  type: string
  body: string
  headers?: Record<string, string>
}

export function send(response: ServerResponse, { status = 200, type, body, headers = {} }: Answer): void {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  response.end(body)
}

export function sendText(response: ServerResponse, status: number, body: string): void {
  send(response, { status, type: 'text/plain', body })
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, { type: 'application/json', body: JSON.stringify(value) })
}

/** After a POST: the browser fetches the address with GET, so that a reload does not post again. */
export function seeOther(response: ServerResponse, address: string): void {
  response.writeHead(303, { Location: address, 'Content-Length': 0 })
  response.end()
}
