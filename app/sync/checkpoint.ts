import { z } from 'zod'

/** The place inside a run that has not ended, stored with each page in the same transaction, so that a run goes on there. */
export const checkpointSchema = z.object({
  mode: z.enum(['backfill', 'incremental']),
  by: z.enum(['updated_at', 'created_at']).default('updated_at'),
  from: z.string().nullable(),
  to: z.string(),
  isSplit: z.boolean().default(false),
  /** The GraphQL cursor of the last page that is stored. */
  cursor: z.string().nullable(),
  pageSize: z.number().int().positive(),
  books: z.object({
    said: z.number(),
    saidAfter: z.number().nullable(),
    exact: z.boolean().default(true),
    before: z.number(),
    inside: z.number(),
    after: z.number(),
    again: z.number(),
    maybeAgain: z.number().default(0),
    written: z.number(),
    unchanged: z.number(),
    skipped: z.record(z.string(), z.number()),
  }),
})

export type Checkpoint = z.infer<typeof checkpointSchema>
