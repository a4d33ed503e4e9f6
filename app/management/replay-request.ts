import { z } from 'zod'
import { RESOURCE_NAMES } from '../resources/resource'
import { DELIVERY_STATES } from '../webhooks/delivery'
import { tenantId } from './tenant'

/** What one page of a program's own list may hold; more are asked for by a filter. */
const MOST_IDS = 1_000

const id = z
  .string('is not the id of a delivery as a text of digits')
  .regex(/^[1-9]\d{0,17}$/, 'is not the id of a delivery as a text of digits')

const NO_TIME = 'is not a time in ISO 8601 with its zone, such as 2026-11-26T12:00:00Z'

/** PostgreSQL knows no year 0 and no zone that is 16 hours off. */
const time = z.iso
  .datetime({ offset: true, error: NO_TIME })
  .refine((text) => !/^0000|[+-](1[6-9]|2\d):\d\d$/.test(text), NO_TIME)

/** Strict, since a condition that is misspelt and passed over would have far more replayed than was meant. */
const filter = z
  .strictObject(
    {
      state: z.enum(DELIVERY_STATES, `is not one of ${DELIVERY_STATES.join(', ')}`).optional(),
      topic: z
        .string('is not a text')
        .regex(/^\w{1,60}\/\w{1,60}$/, 'is not a topic such as orders/updated')
        .optional(),
      resource: z.enum(RESOURCE_NAMES, `is not one of ${RESOURCE_NAMES.join(', ')}`).optional(),
      recordId: z
        .string('is not the id of a record as a text')
        .regex(/^[\x21-\x7e]{1,255}$/, 'is not the id of a record')
        .optional(),
      from: time.optional(),
      to: time.optional(),
      notReplayedSince: time.optional(),
    },
    {
      error: ({ code }) =>
        code === 'unrecognized_keys'
          ? 'has other conditions than state, topic, resource, recordId, from, to and notReplayedSince'
          : 'is not a JSON object',
    },
  )
  .refine((conditions) => Object.keys(conditions).length > 0, 'has no condition')
  .refine(
    ({ from, to }) => from === undefined || to === undefined || Date.parse(from) <= Date.parse(to),
    'has a from that is after its to',
  )

/** POST /api/webhooks/replay. */
export const replayRequest = z
  .object(
    {
      tenantId,
      ids: z
        .array(id, 'is not a list of ids')
        .min(1, 'is empty')
        .max(MOST_IDS, `has more than ${MOST_IDS} ids`)
        .optional(),
      filter: filter.optional(),
    },
    'The body is not a JSON object',
  )
  .transform(({ ids, filter, ...rest }, context) => {
    if (ids !== undefined && filter === undefined) return { ...rest, ids }
    if (filter !== undefined && ids === undefined) return { ...rest, filter }
    const message = ids === undefined ? 'Either ids or filter is needed' : 'Not both of ids and filter can be given'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
