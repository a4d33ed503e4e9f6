/** Attempts on their way: over a socket of their own, or to the route's action. */
import { action } from '~/webhooks/action.server'
import { openRaw } from '../factories/raw-http.ts'
import type { Attempt, Framing } from './attempt.ts'

/** Some requests say that more is to come than does: nobody waits for their answer for long. */
const UNFINISHED: ReadonlySet<Framing> = new Set(['too-long', 'huge-chunk'])
const UNFINISHED_MS = 250
/** Shopify waits no longer. */
const MOST_MS = 5_000

/** The status of the answer; null when the connection was closed without one, or nobody waited any longer. */
export async function send(port: number, attempt: Attempt): Promise<number | null> {
  const connection = await openRaw(port)
  const isUnfinished = UNFINISHED.has(attempt.framing) || attempt.headers.some(([name]) => name === 'Expect')
  const ms = isUnfinished ? UNFINISHED_MS : MOST_MS
  const late = setTimeout(() => connection.socket.destroy(), ms)
  try {
    connection.write(bytesOf(attempt))
    const expected = { hasBody: attempt.method !== 'HEAD' }
    let { status } = await connection.answer(expected)
    // 100 Continue.
    while (status < 200) ({ status } = await connection.answer(expected))
    return status
  } catch {
    if (connection.socket.destroyed && connection.error === null && !isUnfinished && !connection.socket.readableEnded) {
      throw new Error(`no answer within ${ms} ms`)
    }
    return null
  } finally {
    clearTimeout(late)
    connection.socket.destroy()
  }
}

function bytesOf({ method, path, headers, body, framing }: Attempt): Buffer {
  const [framed, sent] = frame(framing, body)
  const lines = [...headers, ...framed].map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1'), sent])
}

type Framed = [headers: [string, string][], body: Buffer]

const CHUNKED: [string, string] = ['Transfer-Encoding', 'chunked']

function frame(framing: Framing, body: Buffer): Framed {
  const lengthOf = (length: number): [string, string] => ['Content-Length', String(length)]
  switch (framing) {
    case 'length':
      return [[lengthOf(body.length)], body]
    case 'chunked':
      return [[CHUNKED], inChunks(body)]
    case 'too-long':
      return [[lengthOf(body.length + 10)], body]
    case 'too-short':
      return [[lengthOf(Math.max(body.length - 10, 0))], body]
    case 'no-number':
      return [[['Content-Length', '12abc']], body]
    case 'both':
      return [[lengthOf(body.length), CHUNKED], inChunks(body)]
    case 'bad-chunk':
      return [[CHUNKED], Buffer.concat([Buffer.from('zz\r\n'), body])]
    case 'huge-chunk':
      return [[CHUNKED], Buffer.concat([Buffer.from('fffffffffff\r\n'), body])]
    case 'none':
      return [[], body]
  }
}

const CHUNK = 1_500

function inChunks(body: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; at += CHUNK) {
    const chunk = body.subarray(at, at + CHUNK)
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

/** The status of the route's answer; null where there can be no such request. */
export async function sendToAction(attempt: Attempt): Promise<number | null> {
  const request = requestOf(attempt)
  return request && (await action({ request, params: {}, context: {} })).status
}

/** As Remix would hand it to the route. */
function requestOf({ method, path, headers, body }: Attempt): Request | null {
  try {
    const init = new Headers()
    for (const [name, value] of headers) init.append(name, value)
    const hasBody = !['GET', 'HEAD'].includes(method)
    const request = new Request(`https://lockstep.test${path}`, {
      method,
      headers: init,
      ...(hasBody && { body: new Uint8Array(body) }),
    })
    // `post` has become POST.
    return request.method === method ? request : null
  } catch {
    return null
  }
}
