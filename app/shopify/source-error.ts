/**
 * Why Shopify could not be read, in three kinds that decide what happens next: retryable (the same request may succeed
 * later), permanent (it will not, somebody has to act) and needs-reauthorisation (the merchant has to open the app).
 * `too-dear` is for the engine alone: the query has to be smaller.
 */
export type SourceErrorKind = 'retryable' | 'permanent' | 'needs-reauthorisation' | 'too-dear'

/** Why a shop's schedule rests until Shopify lets us read it again. */
export type PauseReason = 'needs-reauthorisation' | 'frozen' | 'locked'

export class SourceError extends Error {
  override name = 'SourceError'
  readonly kind: SourceErrorKind
  /** Milliseconds that Shopify asked us to wait. */
  readonly retryAfterMs: number | null
  /** Null: asking again at the next slot is all right. */
  readonly pause: PauseReason | null

  constructor(
    kind: SourceErrorKind,
    message: string,
    options: { retryAfterMs?: number; pause?: PauseReason; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? null
    this.pause = options.pause ?? (kind === 'needs-reauthorisation' ? kind : null)
  }
}
