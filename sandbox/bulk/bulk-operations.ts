import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BulkControl, BulkPlan, Fault } from '../contract.ts'
import type { RequestScope } from '../graphql/resolvers/resolver.ts'
import type { ShownShop } from '../graphql/shown-shop.ts'
import type { Id } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import type { ShopSubscriptions } from '../webhooks/shop-subscriptions.ts'
import { createdOperation, isUnderWay } from './bulk-operation.ts'
import type { BulkErrorCode, BulkOperation } from './bulk-operation.ts'
import { inProgress, LIMIT_REACHED, refused } from './bulk-payload.ts'
import type { BulkPayload } from './bulk-payload.ts'
import { BulkPlans } from './bulk-plans.ts'
import { checkBulkQuery } from './bulk-query.ts'
import type { BulkQuery } from './bulk-query.ts'
import { partialFile, plannedFile } from './planned-file.ts'
import type { ResultFile } from './planned-file.ts'
import { BulkReadError, readSlices } from './read-slices.ts'
import type { ResultFiles } from './result-files.ts'
import { resultLines } from './result-lines.ts'

/** Queries of one app in one shop, since version 2026-01 (https://shopify.dev/changelog/faster-bulk-operations). */
const MAX_AT_ONCE = 5
/** "The URL expires 7 days after the operation completes" (BulkOperation.url). */
const URL_LIFETIME_MS = 7 * 86_400_000

/** On whose behalf an operation reads. */
export type BulkReader = Pick<RequestScope, 'scopes' | 'apiKey'>

export interface BulkOperationsOptions {
  store: MutableShopStore
  shown: ShownShop
  subscriptions: ShopSubscriptions
  files: ResultFiles
  /** The fault that a download has to show, if any. */
  fault(): Promise<Fault | null>
  /** Called when an operation has ended, however it did. */
  finished(operation: BulkOperation): void
}

interface Run {
  operation: BulkOperation
  query: BulkQuery
  plan: BulkPlan
  reader: BulkReader
}

/** The bulk queries of one shop, and how a test steers them. */
export class BulkOperations implements BulkControl {
  readonly #options: BulkOperationsOptions
  readonly #operations = new Map<Id, BulkOperation>()
  readonly #plans = new BulkPlans()
  /** Lets those go on that stay. */
  readonly #gates = new Map<Id, () => void>()
  #closed = false

  constructor(options: BulkOperationsOptions) {
    this.#options = options
  }

  get operations(): readonly BulkOperation[] {
    this.#expireOld()
    return [...this.#operations.values()]
  }

  get plan(): BulkControl['plan'] {
    return this.#plans.ask
  }

  set plan(plan: BulkControl['plan']) {
    this.#plans.ask = plan
  }

  next(plan: BulkPlan, times = 1): void {
    this.#plans.add(plan, times)
  }

  release(id?: Id): void {
    for (const one of id === undefined ? [...this.#gates.keys()] : [id]) {
      this.#gates.get(one)?.()
      this.#gates.delete(one)
    }
  }

  expire(id: Id): void {
    const operation = this.#operations.get(id)
    if (operation?.status !== 'COMPLETED') throw new Error(`there is no completed bulk operation ${id}`)
    if (operation.url) this.#options.files.remove(operation.url)
    operation.status = 'EXPIRED'
    operation.url = null
  }

  find(id: Id): BulkOperation | null {
    this.#expireOld()
    return this.#operations.get(id) ?? null
  }

  /** What `bulkOperationRunQuery` does. The operation begins to run in a later turn of the event loop. */
  run(text: string, groupObjects: boolean, reader: BulkReader): BulkPayload {
    const checked = checkBulkQuery(text)
    if (checked.outcome === 'invalid')
      return refused(checked.messages.map((message) => ({ field: ['query'], message, code: 'INVALID' })))
    const plan = this.#plans.take(text)
    const underWay = this.operations.filter(isUnderWay)
    if (plan.refuse === 'LIMIT_REACHED') return refused([LIMIT_REACHED])
    if (plan.refuse || underWay.length >= MAX_AT_ONCE) return refused([inProgress(underWay)])
    const { store } = this.#options
    const operation = createdOperation(store.nextId(), text, groupObjects, store.timestamp())
    this.#operations.set(operation.id, operation)
    void this.#perform({ operation, query: checked.query, plan, reader })
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
    this.release(id)
    return { bulkOperation: { ...operation }, userErrors: [] }
  }

  /** Ends, without a word, what is under way. */
  close(): void {
    this.#closed = true
    this.release()
  }

  async #perform(run: Run): Promise<void> {
    const { operation, plan } = run
    await nextTurn()
    if (plan.stay === 'CREATED') await this.#stay(operation)
    if (operation.status === 'CREATED') operation.status = 'RUNNING'
    const chunks: Buffer[] = []
    const errorCode = await this.#read(run, chunks)
    if (plan.stay === 'RUNNING' && !errorCode) await this.#stay(operation)
    if (this.#closed) return
    const end = errorCode ? 'FAILED' : operation.status === 'CANCELING' ? 'CANCELED' : (plan.end ?? 'COMPLETED')
    if (end === 'FAILED' || end === 'CANCELED') this.#abandon(run, chunks, end, errorCode)
    else this.#complete(run, chunks)
    if (plan.announce ?? true) this.#options.finished(operation)
    if (end === 'EXPIRED') this.expire(operation.id)
  }

  #stay({ id, status }: BulkOperation): Promise<void> {
    if (this.#closed || status === 'CANCELING') return Promise.resolve()
    return new Promise((resolve) => this.#gates.set(id, resolve))
  }

  /** Reads the shop into chunks of whole lines. The code of what went wrong, if something did. */
  async #read({ operation, query, reader }: Run, chunks: Buffer[]): Promise<BulkErrorCode | null> {
    try {
      for (const nodes of readSlices(query, this.#snapshot(reader))) {
        if (this.#closed || operation.status === 'CANCELING') return null
        const { lines, roots } = resultLines(nodes, query.shape, { grouped: operation.groupObjects })
        operation.objectCount += lines.length
        operation.rootObjectCount += roots
        if (lines.length > 0) chunks.push(Buffer.from(`${lines.join('\n')}\n`))
        await nextTurn()
      }
      return null
    } catch (error) {
      return errorCodeOf(error)
    }
  }

  /** The shop as it is now, whatever becomes of it while the operation runs. */
  #snapshot(reader: BulkReader): RequestScope {
    const { shown, subscriptions } = this.#options
    const seen = shown.snapshot(reader.scopes)
    return { ...reader, ...seen, searchReports: [], actualCost: 0, bulk: this, subscriptions }
  }

  #complete({ operation, plan }: Run, chunks: Buffer[]): void {
    const { store } = this.#options
    operation.status = 'COMPLETED'
    operation.completedAt = store.timestamp()
    operation.objectCount = plan.objectCount ?? operation.objectCount
    if (chunks.length === 0) return
    const file = plannedFile(chunks, plan)
    operation.fileSize = file.size
    operation.url = this.#publish(operation, file)
  }

  #abandon({ operation, plan }: Run, chunks: Buffer[], end: 'FAILED' | 'CANCELED', code: BulkErrorCode | null): void {
    operation.status = end
    if (end === 'FAILED') operation.errorCode = code ?? plan.errorCode ?? 'INTERNAL_SERVER_ERROR'
    operation.objectCount = plan.objectCount ?? plan.partialLines ?? operation.objectCount
    if (plan.partialLines === undefined || chunks.length === 0) return
    operation.partialDataUrl = this.#publish(operation, partialFile(chunks, plan.partialLines))
  }

  #publish({ id }: BulkOperation, file: ResultFile): string {
    const { files, fault } = this.#options
    return files.publish(`bulk-${id}.jsonl`, { ...file, fault })
  }

  #expireOld(): void {
    const nowMs = this.#options.store.now()
    for (const { id, status, completedAt } of this.#operations.values())
      if (status === 'COMPLETED' && completedAt && nowMs >= Date.parse(completedAt) + URL_LIFETIME_MS) this.expire(id)
  }
}

function errorCodeOf(error: unknown): BulkErrorCode {
  if (!(error instanceof BulkReadError)) throw error
  if (error.code === 'SANDBOX_NOT_MODELLED')
    process.stderr.write(`sandbox: a bulk operation failed: ${error.message}\n`)
  return error.code === 'ACCESS_DENIED' ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR'
}
