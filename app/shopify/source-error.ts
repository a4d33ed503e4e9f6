/**
 * Why Shopify could not be read, in three kinds that decide what happens next: retryable (the same request may succeed
 * later), permanent (it will not, somebody has to act) and needs-reauthorisation (the merchant has to open the app).
 * `too-dear` is for the engine alone: the query has to be smaller.
 */
export type SourceErrorKind = 'retryable' | 'permanent' | 'needs-reauthorisation' | 'too-dear'

export class SourceError extends Error {
  override name = 'SourceError'
  readonly kind: SourceErrorKind
  /** Milliseconds that Shopify asked us to wait. */
  readonly retryAfterMs: number | null

  constructor(kind: SourceErrorKind, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}
