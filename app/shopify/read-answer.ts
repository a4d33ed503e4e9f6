/** What an answer of the Admin API says: data, or an error with its kind. Pure. */
import { z } from 'zod'
import { type PauseReason, SourceError } from './source-error'
import type { ThrottleStatus } from './throttle-status'
import { withheldFields } from './withheld'

export interface ReadAnswer {
  data: unknown
  error: SourceError | null
  throttleStatus: ThrottleStatus | null
  requestedCost: number | null
  /** What Shopify charged in the end. */
  actualCost: number | null
  /** Fields that are null in the data because Shopify withholds them. */
  withheld: string[]
}

const graphqlError = z.object({
  message: z.string(),
  extensions: z.object({ code: z.string().nullish() }).loose().nullish(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
})

const body = z.object({
  data: z.unknown().optional(),
  errors: z.union([z.array(graphqlError), z.string(), z.record(z.string(), z.unknown())]).nullish(),
  extensions: z
    .object({
      cost: z
        .object({
          requestedQueryCost: z.number().nullish(),
          actualQueryCost: z.number().nullish(),
          throttleStatus: z
            .object({
              maximumAvailable: z.number(),
              currentlyAvailable: z.number(),
              restoreRate: z.number().positive(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .loose()
    .nullish(),
})

/** What a merchant is told when no token is left that Shopify accepts. */
export const REOPEN =
  'Shopify no longer accepts the access token. Open Lockstep in the Shopify admin to connect the shop again.'

/** Statuses of https://shopify.dev/docs/api/admin-graphql#status_and_error_codes and what the merchant can do. */
const PERMANENT: Readonly<Record<number, { message: string; pause?: PauseReason }>> = {
  402: { message: 'Shopify has frozen the shop. Syncing goes on when its plan is paid again.', pause: 'frozen' },
  403: { message: 'Shopify refuses the app access to the shop.' },
  404: { message: 'Shopify does not know the shop or the API version any more.' },
  423: { message: 'Shopify has locked the shop. Syncing goes on when it is unlocked.', pause: 'locked' },
}

export function readAnswer(status: number, retryAfter: string | null, text: string): ReadAnswer {
  if (status !== 200) return failed(statusError(status, retryAfter))
  const parsed = body.safeParse(parseJson(text))
  if (!parsed.success) return failed(new SourceError('retryable', 'Shopify sent an answer that is not GraphQL.'))
  const { data, errors, extensions } = parsed.data
  const cost = extensions?.cost
  const known = {
    data,
    throttleStatus: cost?.throttleStatus ?? null,
    requestedCost: cost?.requestedQueryCost ?? null,
    actualCost: cost?.actualQueryCost ?? null,
    withheld: [] as string[],
  }
  const listed = Array.isArray(errors) ? errors : []
  if (data !== undefined && data !== null && (errors == null || Array.isArray(errors))) {
    const withheld = withheldFields(data, listed)
    if (withheld !== null) return { ...known, withheld, error: null }
  }
  return { ...known, error: graphqlFailure(listed, known) }
}

const failed = (error: SourceError): ReadAnswer => ({
  data: null,
  error,
  throttleStatus: null,
  requestedCost: null,
  actualCost: null,
  withheld: [],
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function statusError(status: number, retryAfter: string | null): SourceError {
  if (status === 401) return new SourceError('needs-reauthorisation', REOPEN)
  const permanent = PERMANENT[status]
  if (permanent !== undefined) return new SourceError('permanent', permanent.message, permanent)
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number.parseFloat(retryAfter ?? '')
    const retryAfterMs = Number.isFinite(seconds) ? Math.min(seconds, 60) * 1000 : undefined
    return new SourceError(
      'retryable',
      `Shopify answered ${status}.`,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    )
  }
  return new SourceError('permanent', `Shopify answered ${status}.`)
}

function graphqlFailure(errors: z.infer<typeof graphqlError>[], known: Omit<ReadAnswer, 'error'>): SourceError {
  const codes = new Set(errors.map((error) => error.extensions?.code))
  if (codes.has('THROTTLED')) {
    const { requestedCost, throttleStatus } = known
    // The bucket has to hold what a query asks for: one that asks for more than it can ever hold would wait for ever.
    if (requestedCost !== null && throttleStatus !== null && requestedCost > throttleStatus.maximumAvailable) {
      return new SourceError('too-dear', 'The query costs more than the shop has points.')
    }
    return new SourceError('retryable', 'Shopify is throttling requests.', { retryAfterMs: restoreMs(known) })
  }
  if (codes.has('MAX_COST_EXCEEDED')) return new SourceError('too-dear', 'The query costs more than Shopify allows.')
  if (codes.has('ACCESS_DENIED')) {
    return new SourceError('permanent', `Shopify denies access to data that the copy needs: ${errors[0]!.message}`)
  }
  if (codes.has('SHOP_INACTIVE')) {
    return new SourceError('permanent', 'The shop is not active at Shopify.', { pause: 'frozen' })
  }
  if (errors.length === 0 || codes.has('INTERNAL_SERVER_ERROR')) {
    return new SourceError('retryable', 'Shopify had an internal error.')
  }
  return new SourceError('permanent', `Shopify refused the query: ${errors[0]!.message}`)
}

/** How long the bucket takes to hold what the query asks for; a second when Shopify does not say (its documented advice). */
function restoreMs({ throttleStatus, requestedCost }: Omit<ReadAnswer, 'error'>): number {
  if (throttleStatus === null || requestedCost === null) return 1000
  const missing = requestedCost - throttleStatus.currentlyAvailable
  return Math.max(100, Math.ceil((missing / throttleStatus.restoreRate) * 1000))
}
