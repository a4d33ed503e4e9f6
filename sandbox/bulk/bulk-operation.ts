import type { Id, Timestamp } from '../model.ts'

export type BulkStatus = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELING' | 'CANCELED' | 'EXPIRED'
export type BulkErrorCode = 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT'

/** A bulk query, as the API shows it. Only `BulkOperations` changes one. */
export interface BulkOperation {
  readonly id: Id
  readonly query: string
  readonly groupObjects: boolean
  readonly createdAt: Timestamp
  status: BulkStatus
  errorCode: BulkErrorCode | null
  /** Set on success alone. */
  completedAt: Timestamp | null
  /** Lines of the result so far, those of nested connections included. */
  objectCount: number
  rootObjectCount: number
  /** Of the file behind `url`, in bytes. */
  fileSize: number | null
  url: string | null
  partialDataUrl: string | null
}

/** Whether it still counts among those that a shop may have at once. */
export function isUnderWay({ status }: BulkOperation): boolean {
  return status === 'CREATED' || status === 'RUNNING' || status === 'CANCELING'
}

/** What `node` finds may be anything; this tells a bulk operation. */
export function isBulkOperation(value: object): value is BulkOperation {
  return 'groupObjects' in value
}

export function createdOperation(id: Id, query: string, groupObjects: boolean, createdAt: Timestamp): BulkOperation {
  return {
    ...{ id, query, groupObjects, createdAt, status: 'CREATED', errorCode: null, completedAt: null },
    ...{ objectCount: 0, rootObjectCount: 0, fileSize: null, url: null, partialDataUrl: null },
  }
}
