/** Every kind of job: its payload, how it is retried and what makes two of them the same. */
import type { Queue } from 'pg-boss'
import { z } from 'zod'
import { PULLED_NAMES } from '../resources/resource'
import { TRIGGERS } from '../sync/ports'
import { SUBSCRIPTION_ACTIONS } from '../webhooks/subscriptions/plan'
import type { Pass } from '../webhooks/health/roll-up.server'

const id = z.string().regex(/^\d+$/)

const runPayload = z.object({
  shopId: id,
  resource: z.enum(PULLED_NAMES),
  trigger: z.enum(TRIGGERS),
  force: z.boolean(),
  /** Only what was created in [from, to): of the queue `first-copy`. */
  range: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }).optional(),
})

interface Work {
  shopId: string
  resource: string
  range?: { from: string; to: string } | undefined
}

const runKey = ({ shopId, resource }: Work) => `${shopId}:${resource}`
const runQueue = {
  policy: 'stately',
  retryLimit: 5,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 300,
  expireInSeconds: 6 * 3600,
  heartbeatSeconds: 20,
} as const

export const catalogue = {
  /** One run of one resource of one shop. One may wait while one is at work; more would find nothing new. */
  sync: { payload: runPayload, singletonKey: runKey, queue: runQueue },
  /**
   * The same, of a resource that is read as a whole, which may take hours. A queue of its own, in turns: however much there
   * is to read for the first time, it keeps nobody's changes waiting. Each range of dates is a job of its own.
   */
  'first-copy': {
    payload: runPayload,
    singletonKey: ({ range, ...payload }: Work) =>
      range === undefined ? runKey(payload) : `${runKey(payload)}:${range.from}/${range.to}`,
    queue: runQueue,
  },
  /**
   * Holds one resource of one shop against everything that Shopify lists. The comparison of every field is a job of its own:
   * it is rare, and one of less that waits must not stand in for it.
   */
  reconcile: {
    payload: z.object({
      shopId: id,
      resource: z.enum(PULLED_NAMES),
      /** Compares every field, not only which records there are and when they changed. */
      deep: z.boolean(),
      trigger: z.enum(TRIGGERS),
    }),
    singletonKey: ({ deep, ...payload }: Work & { deep: boolean }) => `${runKey(payload)}${deep ? ':deep' : ''}`,
    queue: { ...runQueue, retryDelay: 60, retryDelayMax: 3600 },
  },
  /** Deliveries of one shop that were accepted but not applied yet. */
  'apply-pending': {
    payload: z.object({ shopId: id }),
    singletonKey: ({ shopId }: { shopId: string }) => shopId,
    queue: {
      policy: 'stately',
      retryLimit: 12,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 900,
      expireInSeconds: 900,
      heartbeatSeconds: 20,
    },
  },
  /** Brings the webhook subscriptions of one shop, those made through the API, to what should be. */
  'webhook-subscriptions': {
    payload: z.object({ shopId: id, action: z.enum(SUBSCRIPTION_ACTIONS) }),
    singletonKey: ({ shopId, action }: { shopId: string; action: string }) => `${shopId}:${action}`,
    queue: {
      policy: 'stately',
      retryLimit: 8,
      retryDelay: 10,
      retryBackoff: true,
      retryDelayMax: 900,
      expireInSeconds: 900,
      heartbeatSeconds: 20,
    },
  },
  /** Puts together what is held about a customer who asks for it. */
  'data-export': {
    payload: z.object({ shopId: id, exportId: id }),
    singletonKey: ({ exportId }: { exportId: string }) => exportId,
    queue: {
      policy: 'stately',
      retryLimit: 12,
      retryDelay: 5,
      retryBackoff: true,
      retryDelayMax: 3600,
      expireInSeconds: 900,
      heartbeatSeconds: 20,
    },
  },
  /** Throws away what has been kept for long enough, over all shops. */
  cleanup: {
    payload: z.object({}),
    singletonKey: () => 'all',
    queue: {
      policy: 'stately',
      retryLimit: 3,
      retryDelay: 60,
      retryBackoff: true,
      retryDelayMax: 900,
      expireInSeconds: 4 * 3600,
      heartbeatSeconds: 20,
    },
  },
  /** Counts deliveries by the hour, over all shops. A pass that takes long does not keep the other kind waiting. */
  'webhook-rollup': {
    payload: z.object({ pass: z.enum(['recent', 'settled']) }),
    singletonKey: ({ pass }: { pass: Pass }) => pass,
    queue: {
      policy: 'stately',
      // The next one makes up for it.
      retryLimit: 1,
      expireInSeconds: 3600,
      heartbeatSeconds: 20,
      // There is one every minute.
      deleteAfterSeconds: 3600,
    },
  },
} as const satisfies Record<string, JobKind>

interface JobKind {
  payload: z.ZodType
  singletonKey: (payload: never) => string
  queue: Omit<Queue, 'name'>
}

export type JobName = keyof typeof catalogue
export type Payload<Name extends JobName> = z.infer<(typeof catalogue)[Name]['payload']>

export const JOB_NAMES = Object.keys(catalogue) as JobName[]
