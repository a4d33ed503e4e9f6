/** What a test can make go wrong; part of the contract. */
import type { BulkErrorCode, BulkOperation } from './bulk/bulk-operation.ts'
import type { Id } from './model.ts'

/** What goes wrong with one request of the app. Where it says no more, the request is not carried out. */
export type Fault =
  /** The Admin API says that its points are used up; other addresses answer 429. */
  | 'throttled'
  /** 401, as to a token that is worth nothing. */
  | 'unauthorized'
  /** The answer of that status; 429 with Retry-After, 502 and 503 as pages of HTML. */
  | 'http402'
  | 'http403'
  | 'http404'
  | 'http423'
  | 'http429'
  | 'http500'
  | 'http502'
  | 'http503'
  /** The connection is closed before any answer. */
  | 'reset'
  /** No answer ever, until the client gives up. */
  | 'timeout'
  /** The request is carried out; the connection is lost before the answer. */
  | 'lost'
  /** The request is carried out; the answer breaks off in the middle. */
  | 'cut'
  /** The token endpoint answers 400 with `invalid_grant`; other addresses 401. */
  | 'refused'
  /** The request is carried out; its answer comes so many milliseconds later. */
  | { slowMs: number }

/** A request of the app to the Admin API, to the token endpoint or for the file of a bulk operation, counted from 1. */
export interface FaultRequest {
  kind: 'graphql' | 'token' | 'bulk-file'
  n: number
}

export type FaultPlan = (request: FaultRequest) => Fault | null | Promise<Fault | null>

/** What shall become of one bulk operation. Without a plan it completes as fast as it can, and its file is whole. */
export interface BulkPlan {
  /** It is not even begun: the user error of this code is all the answer. */
  refuse?: 'LIMIT_REACHED' | 'OPERATION_IN_PROGRESS'
  /** It stays so until `release`, or until the app cancels it. */
  stay?: 'CREATED' | 'RUNNING'
  /** CANCELED: by Shopify. EXPIRED: it completes, and its file is gone before anyone can read it. Default COMPLETED. */
  end?: 'COMPLETED' | 'FAILED' | 'CANCELED' | 'EXPIRED'
  /** Of one that fails. Default INTERNAL_SERVER_ERROR. */
  errorCode?: BulkErrorCode
  /** Of one that does not complete: so many of its first lines are behind `partialDataUrl`. Default: there is none. */
  partialLines?: number
  /** The lines come in random order: children before their parents, and far from them. */
  scatterSeed?: number
  /** What the API gives as `objectCount` in the end, whatever is in the file. */
  objectCount?: number
  file?: BulkFilePlan
  /** False: nobody is told when it ends. */
  announce?: boolean
}

/** What is wrong with the file, though the API says what it would say of a sound one. */
export type BulkFilePlan =
  /** The connection is cut after so many bytes. */
  | { cutAfterBytes: number; times?: number }
  /** So many lines are missing at the end; the answer's length is that of the lines that are there. */
  | { missingLines: number; times?: number }
  /** The URL answers 403 or 404. */
  | { status: 403 | 404; times?: number }

/** The bulk operations of a shop, for tests. */
export interface BulkControl {
  /** The plan of the next operations that are submitted, in this order; before `plan` is asked. */
  next(plan: BulkPlan, times?: number): void
  /** Asked at each submission; `n` counts them from 1. */
  plan: ((submission: { query: string; n: number }) => BulkPlan | null) | null
  /** Lets the operation, or all of them, go on that a plan made stay. */
  release(id?: Id): void
  /** The seven days of the operation's URL are over. */
  expire(id: Id): void
  /** All that were begun, oldest first. */
  readonly operations: readonly Readonly<BulkOperation>[]
}

/** What becomes of one delivery on its way to the app. */
export type Mischief =
  | 'deliver'
  /** It is lost for good. */
  | 'drop'
  /** It is sent twice, with the same webhook id. */
  | 'repeat'
  /** It is kept in `held`. */
  | 'hold'
  /**
   * It is sent, signed, with the body that the record had one version earlier, its old `updated_at` included. As it is when
   * no earlier body was announced since there is mischief, and for deletions.
   */
  | 'stale'
  | { delayMs: number }
