/** A shop's bulk operations (https://shopify.dev/docs/api/usage/bulk-operations/queries) as the engine's source of files. */
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { BulkOperationState, BulkSourcePort } from '~/sync/bulk-ports'
import { env } from '~/env.server'
import { requestAdmin, type RequestOptions } from './admin-client.server'
import { SourceError } from './source-error'

/** A file may be large and Shopify slow: what counts is that something comes. */
const SILENCE_MS = 60_000

const START = `mutation BulkStart($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}`

const STATE = `query BulkState($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount url }
}`

interface Started {
  bulkOperationRunQuery: {
    bulkOperation: { id: string } | null
    userErrors: { code: string | null; message: string }[]
  }
}

interface Looked {
  bulkOperation: {
    status: string
    errorCode: string | null
    objectCount: string
    rootObjectCount: string
    url: string | null
  } | null
}

const BUSY = new Set(['LIMIT_REACHED', 'OPERATION_IN_PROGRESS'])

const STATUS: Readonly<Record<string, BulkOperationState['status']>> = {
  CREATED: 'RUNNING',
  RUNNING: 'RUNNING',
  CANCELING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
  EXPIRED: 'EXPIRED',
}

export function bulkSourceOf(domain: string, signal: AbortSignal, options: RequestOptions = {}): BulkSourcePort {
  return {
    async start(query) {
      const { data, ...answer } = await requestAdmin<Started>(domain, START, { query }, signal, options)
      const { bulkOperation, userErrors } = data.bulkOperationRunQuery
      if (bulkOperation !== null) return { ...answer, operationId: bulkOperation.id }
      if (userErrors.some(({ code }) => BUSY.has(code ?? ''))) return null
      throw new SourceError(
        'permanent',
        `Shopify refuses the bulk operation: ${userErrors[0]?.message ?? 'no reason'}.`,
      )
    },

    async state(id) {
      const { data } = await requestAdmin<Looked>(domain, STATE, { id }, signal, options)
      const found = data.bulkOperation
      if (found === null) return null
      const status = STATUS[found.status]
      if (status === undefined)
        throw new SourceError('retryable', 'Shopify gives the bulk operation an unknown status.')
      return {
        status,
        errorCode: found.errorCode,
        objects: Number(found.objectCount),
        rootObjects: Number(found.rootObjectCount),
        url: found.url,
      }
    },

    download: (url) => download(url, signal),
  }
}

const isLoopback = ({ hostname }: URL) => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)

/** The address is Shopify's own and needs no token; it is as good as one, so it is in no message. */
async function* download(address: string, stopping: AbortSignal): AsyncGenerator<Uint8Array> {
  const url = new URL(address)
  const isAllowed = env.SHOPIFY_SANDBOX_URL === undefined ? url.protocol === 'https:' : isLoopback(url)
  if (!isAllowed)
    throw new SourceError('permanent', 'The result of the bulk operation is at a place that is not allowed.')
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), SILENCE_MS)
  try {
    const response = await fetch(url, { signal: AbortSignal.any([stopping, silence.signal]) })
    if ([401, 403, 404, 410].includes(response.status)) {
      throw new SourceError('permanent', 'The result of the bulk operation is gone; another one is begun.')
    }
    if (!response.ok || response.body === null) {
      throw new SourceError('retryable', `The result of the bulk operation was not given (${response.status}).`)
    }
    for await (const part of Readable.fromWeb(response.body as ReadableStream)) {
      timer.refresh()
      yield part as Uint8Array
    }
  } catch (cause) {
    if (cause instanceof SourceError) throw cause
    throw new SourceError('retryable', 'The result of the bulk operation broke off.', { cause })
  } finally {
    clearTimeout(timer)
  }
}
