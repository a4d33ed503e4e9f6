import { setImmediate as nextTurn } from 'node:timers/promises'
import { RecordIndex } from '../graphql/record-index.ts'
import type { RequestScope } from '../graphql/resolvers/resolver.ts'
import type { Id } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { isUnderWay } from './bulk-operation.ts'
import type { BulkErrorCode, BulkOperation } from './bulk-operation.ts'
import { checkBulkQuery } from './bulk-query.ts'
import type { BulkQuery } from './bulk-query.ts'
import { BulkReadError, readSlices } from './read-slices.ts'
import type { ResultFiles } from './result-files.ts'
import { resultLines } from './result-lines.ts'

/** Queries of one app in one shop, since version 2026-01 (https://shopify.dev/changelog/faster-bulk-operations). */
const MAX_AT_ONCE = 5
/** "The URL expires 7 days after the operation completes" (BulkOperation.url). */
const URL_LIFETIME_MS = 7 * 86_400_000

export interface BulkUserError {
  field: string[] | null
  message: string
  code?: 'INVALID' | 'LIMIT_REACHED' | 'OPERATION_IN_PROGRESS'
}

export interface BulkPayload {
  bulkOperation: BulkOperation | null
  userErrors: BulkUserError[]
}

/** On whose behalf an operation reads. */
export type BulkReader = Pick<RequestScope, 'scopes' | 'apiKey'>

export interface BulkOperationsOptions {
  store: MutableShopStore
  files: ResultFiles
  /** Called when an operation has ended, however it did. */
  finished(operation: BulkOperation): void
}

/** The bulk queries of one shop. */
export class BulkOperations {
  readonly #options: BulkOperationsOptions
  readonly #operations = new Map<Id, BulkOperation>()
  #closed = false

  constructor(options: BulkOperationsOptions) {
    this.#options = options
  }

  /** Newest first. */
  all(): BulkOperation[] {
    this.#expire()
    return [...this.#operations.values()].toReversed()
  }

  find(id: Id): BulkOperation | null {
    this.#expire()
    return this.#operations.get(id) ?? null
  }

  /** What `bulkOperationRunQuery` does. The operation begins to run in a later turn of the event loop. */
  run(text: string, groupObjects: boolean, reader: BulkReader): BulkPayload {
    const checked = checkBulkQuery(text)
    if (checked.outcome === 'invalid')
      return refused(checked.messages.map((message) => ({ field: ['query'], message, code: 'INVALID' })))
    const underWay = this.all().filter(isUnderWay).toReversed()
    if (underWay.length >= MAX_AT_ONCE) return refused([tooMany(underWay)])
    const operation = this.#create(text, groupObjects)
    void this.#perform(operation, checked.query, reader)
    return { bulkOperation: { ...operation }, userErrors: [] }
  }

  /** What `bulkOperationCancel` does: the operation ends at its next step. */
  cancel(id: Id): BulkPayload {
    const operation = this.find(id)
    if (!operation) return refused([{ field: ['id'], message: 'Bulk operation does not exist' }])
    if (!isUnderWay(operation)) {
      const message = `A bulk operation cannot be canceled when it is ${operation.status.toLowerCase()}`
      return { bulkOperation: operation, userErrors: [{ field: null, message }] }
    }
    operation.status = 'CANCELING'
    return { bulkOperation: { ...operation }, userErrors: [] }
  }

  /** Ends, without a word, what is under way. */
  close(): void {
    this.#closed = true
  }

  #create(query: string, groupObjects: boolean): BulkOperation {
    const { store } = this.#options
    const operation: BulkOperation = {
      id: store.nextId(),
      query,
      groupObjects,
      createdAt: store.timestamp(),
      status: 'CREATED',
      errorCode: null,
      completedAt: null,
      objectCount: 0,
      rootObjectCount: 0,
      fileSize: null,
      url: null,
      partialDataUrl: null,
    }
    this.#operations.set(operation.id, operation)
    return operation
  }

  async #perform(operation: BulkOperation, query: BulkQuery, reader: BulkReader): Promise<void> {
    await nextTurn()
    const chunks: Buffer[] = []
    try {
      if (operation.status === 'CREATED') operation.status = 'RUNNING'
      for (const nodes of readSlices(query, this.#snapshot(reader))) {
        if (this.#closed) return
        if (operation.status === 'CANCELING') break
        const { lines, roots } = resultLines(nodes, query.shape, { grouped: operation.groupObjects })
        operation.objectCount += lines.length
        operation.rootObjectCount += roots
        if (lines.length > 0) chunks.push(Buffer.from(`${lines.join('\n')}\n`))
        await nextTurn()
      }
    } catch (error) {
      return this.#fail(operation, errorCodeOf(error))
    }
    if (this.#closed) return
    if (operation.status === 'CANCELING') operation.status = 'CANCELED'
    else this.#complete(operation, chunks)
    this.#options.finished(operation)
  }

  /** The shop as it is now, whatever becomes of it while the operation runs. */
  #snapshot(reader: BulkReader): RequestScope {
    const store = this.#options.store.snapshot()
    return { ...reader, store, index: new RecordIndex(store), searchReports: [], actualCost: 0, bulk: this }
  }

  #complete(operation: BulkOperation, chunks: Buffer[]): void {
    const { files, store } = this.#options
    operation.status = 'COMPLETED'
    operation.completedAt = store.timestamp()
    if (chunks.length === 0) return
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    operation.fileSize = size
    operation.url = files.publish(`bulk-${operation.id}.jsonl`, { chunks, size })
  }

  #fail(operation: BulkOperation, code: BulkErrorCode): void {
    operation.status = 'FAILED'
    operation.errorCode = code
    this.#options.finished(operation)
  }

  #expire(): void {
    const { files, store } = this.#options
    for (const operation of this.#operations.values()) {
      if (operation.status !== 'COMPLETED' || !operation.completedAt) continue
      if (store.now() < Date.parse(operation.completedAt) + URL_LIFETIME_MS) continue
      if (operation.url) files.remove(operation.url)
      operation.status = 'EXPIRED'
      operation.url = null
    }
  }
}

function refused(userErrors: BulkUserError[]): BulkPayload {
  return { bulkOperation: null, userErrors }
}

/** This code and these words came from version 2026-04; LIMIT_REACHED is documented beside them and was never seen. */
function tooMany(underWay: readonly BulkOperation[]): BulkUserError {
  const ids = underWay.map(({ id }) => `gid://shopify/BulkOperation/${id}`).join(', ')
  const message = `A bulk query operation for this app and shop is already in progress: ${ids}.`
  return { field: null, message, code: 'OPERATION_IN_PROGRESS' }
}

function errorCodeOf(error: unknown): BulkErrorCode {
  if (!(error instanceof BulkReadError)) throw error
  if (error.code === 'SANDBOX_NOT_MODELLED')
    process.stderr.write(`sandbox: a bulk operation failed: ${error.message}\n`)
  return error.code === 'ACCESS_DENIED' ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR'
}
