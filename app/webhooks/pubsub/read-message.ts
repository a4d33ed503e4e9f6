/** A message as Pub/Sub pushes it, wrapped in JSON (https://cloud.google.com/pubsub/docs/push#receive_push). */
import { z } from 'zod'
import type { EdgeHeaders } from '../edge/headers'

export interface PushedMessage {
  /**
   * What Shopify says besides the body, under the names of its headers: `X-Shopify-Topic`, `X-Shopify-Shop-Domain`,
   * `X-Shopify-Webhook-Id`, … Here in lower case, as headers are, because Shopify does not promise how they are written.
   */
  attributes: EdgeHeaders
  /** The body of the delivery. */
  data: Buffer
}

const wrapped = z.object({ message: z.object({ data: z.string(), attributes: z.record(z.string(), z.string()) }) })

/** Up to this many bytes of attributes, ids and names around the data: Pub/Sub allows 100 attributes of 1,280 bytes. */
const WRAPPING_BYTES = 200_000

/** How long a request may be whose message carries so many bytes. */
export const wrappedBytes = (dataBytes: number) => Math.ceil(dataBytes / 3) * 4 + WRAPPING_BYTES

/** Null when it is none. What else is in it, such as how often it was delivered, is left alone. */
export function readMessage(bytes: Buffer): PushedMessage | null {
  const read = wrapped.safeParse(parsedOrNull(bytes.toString('utf8')))
  if (!read.success) return null
  const { data, attributes } = read.data.message
  const decoded = decode(data)
  if (decoded === null) return null
  const lowerCase = Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value])
  return { attributes: Object.fromEntries(lowerCase) as EdgeHeaders, data: decoded }
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A SyntaxError, or a RangeError for nesting that no service writes.
    return null
  }
}

/** Node.js leaves out what is not base64; a length that does not fit tells of it. */
function decode(base64: string): Buffer | null {
  const padding = /={0,2}$/.exec(base64)![0].length
  const bytes = Buffer.from(base64, 'base64')
  return base64.length % 4 === 0 && bytes.length === (base64.length / 4) * 3 - padding ? bytes : null
}
