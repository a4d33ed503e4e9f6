import { z } from 'zod'
import { PULLED_NAMES } from '~/resources/resource'

/** The fields of the Sync now form, which are text. Apart from what the browser needs, so that it does not load zod. */
export const syncRequestSchema = z.object({
  resource: z.enum(['all', ...PULLED_NAMES]),
  force: z.enum(['true', 'false']).transform((text) => text === 'true'),
})
