import { z } from 'zod'
import { PULLED_NAMES } from '~/resources/resource'
import { dayAfter, dayOf, startOfDay } from '~/shop-day'
import type { DayErrors, SyncTarget } from './sync-request'

/** Shopify is younger than that: an earlier day is a slip of the pen. */
const EARLIEST = '2000-01-01'

const resource = z.enum(['all', ...PULLED_NAMES])
const day = z.iso.date({ error: 'Choose a day.' })

/** The fields of the Sync now form, which are text. Apart from what the browser needs, so that it does not load zod. */
const schema = (today: string) =>
  z.discriminatedUnion('extent', [
    z.object({ extent: z.enum(['changes', 'everything']), resource }),
    z
      .object({ extent: z.literal('created'), resource, from: day, to: day })
      .superRefine(({ from, to }, { addIssue }) => {
        const refuse = (field: 'from' | 'to', message: string) => addIssue({ code: 'custom', path: [field], message })
        if (from < EARLIEST) refuse('from', 'Choose a day of this century.')
        if (from > today) refuse('from', 'Choose today or a day before it.')
        if (to > today) refuse('to', 'Choose today or a day before it.')
        else if (to < from) refuse('to', 'The last day cannot be before the first.')
      }),
  ])

export type ReadRequest =
  | { outcome: 'read'; resource: SyncTarget; extent: 'changes' | 'everything' }
  /** `range`: from the beginning of the first day to the end of the last one, in the shop. */
  | { outcome: 'read'; resource: SyncTarget; extent: 'created'; range: { from: string; to: string } }
  | { outcome: 'refused'; errors: DayErrors }
  | { outcome: 'unreadable' }

/** `timezone`: the shop's, in which days are meant. */
export function readSyncRequest(fields: unknown, timezone: string, now: Date): ReadRequest {
  const parsed = schema(dayOf(now, timezone)).safeParse(fields)
  if (!parsed.success) return refusalOf(parsed.error)
  const wanted = parsed.data
  if (wanted.extent !== 'created') return { outcome: 'read', ...wanted }
  const { resource, extent } = wanted
  const from = startOfDay(wanted.from, timezone).toISOString()
  const to = startOfDay(dayAfter(wanted.to), timezone).toISOString()
  return { outcome: 'read', resource, extent, range: { from, to } }
}

/** What is wrong with a day is told beside its field; the rest no button of the page sends. */
function refusalOf({ issues }: z.ZodError): ReadRequest {
  const errors: DayErrors = {}
  for (const { path, message } of issues) {
    const [field] = path
    if (field !== 'from' && field !== 'to') return { outcome: 'unreadable' }
    errors[field] ??= message
  }
  return { outcome: 'refused', errors }
}
