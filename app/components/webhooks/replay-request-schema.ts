import { z } from 'zod'
import { OWN_ID } from '~/own-id'

/** The fields of a replay, which are text. Apart from what the browser needs, so that it does not load zod. */
export const replayRequestSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('one'), id: z.string().regex(OWN_ID) }),
  z.object({ what: z.literal('topic'), topic: z.string().min(1).max(100) }),
  z.object({ what: z.literal('all') }),
])
