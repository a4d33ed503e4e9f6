import { z } from 'zod'
import { MOST_NAME_LENGTH } from '~/management/key-limits'
import { OWN_ID } from '~/own-id'
import type { SettingsAnswer, SettingsRequest } from './settings-request'

const name = z
  .string('Enter a name.')
  .trim()
  .min(1, 'Enter a name, such as that of the program that will use the key.')
  .max(MOST_NAME_LENGTH, `Use at most ${MOST_NAME_LENGTH} characters.`)
  // PostgreSQL cannot hold a null character, and nobody could read the others.
  .regex(/^\P{Cc}*$/u, 'Use letters, digits and signs that can be read.')

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('create-key'), name }),
  z.object({ intent: z.literal('revoke-key'), id: z.string().regex(OWN_ID) }),
  z.object({ intent: z.literal('register') }),
  z.object({ intent: z.literal('unregister') }),
])

type Refusal = Extract<SettingsAnswer, { outcome: 'key-refused' | 'unreadable' }>

/** The fields of the page's forms, which are text. What is wrong with a name is told beside its field. */
export function readSettingsRequest(fields: unknown): { outcome: 'read'; wish: SettingsRequest } | Refusal {
  const parsed = schema.safeParse(fields)
  if (parsed.success) return { outcome: 'read', wish: parsed.data }
  const ofName = parsed.error.issues.find(({ path }) => path[0] === 'name')
  return ofName === undefined ? { outcome: 'unreadable' } : { outcome: 'key-refused', error: ofName.message }
}
