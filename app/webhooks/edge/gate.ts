/** How requests to an address prove whose they are, and how they are read then. */
import type { EdgeHeaders, ReadDelivery } from './headers'
import type { Refusal } from './refusal'

export interface Gate {
  readonly mostBodyBytes: number
  /** What is wrong whatever the body is, so that none of it has to be read; else null. */
  refusalByHead: (method: string, headers: EdgeHeaders) => Refusal | null
  /** What has to be asked before any of the body is read; null: it may be. Only of a head without fault. Must not reject. */
  admit?: (headers: EdgeHeaders) => Promise<Refusal | null>
  /** For the body of one request. */
  begin: (headers: EdgeHeaders) => BodyReader
}

export interface BodyReader {
  update(chunk: Uint8Array): void
  /** Once, behind the last chunk. `join` puts the body together, which a forged one is not worth. `nowMs`: since 1970. */
  read(join: () => Buffer, nowMs: number): ReadDelivery
}
