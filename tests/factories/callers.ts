/** What programs and pages send in `Authorization` to the management API. */
import { makeApiKey } from '~/management/api-keys.server'
import type { ConnectedShop } from './sandbox-shops.ts'

export const tokenOf = ({ shop }: ConnectedShop) => `Bearer ${shop.sessionToken({ lifetimeSeconds: 3600 })}`

/** A new key of the shop; `apiKey`: as it is listed. */
export async function newKeyOf({ id }: Pick<ConnectedShop, 'id'>) {
  const made = await makeApiKey(id, 'test')
  if (made.outcome !== 'made') throw new Error(made.outcome)
  return made
}

export const keyOf = async (shop: Pick<ConnectedShop, 'id'>) => `Bearer ${(await newKeyOf(shop)).key}`
