import { afterAll, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { listApiKeys, makeApiKey, revokeApiKey, shopOfApiKey } from '~/management/api-keys.server'
import { MOST_KEYS } from '~/management/key-limits'
import { installedShop } from '../factories/shops.ts'

afterAll(closeDatabase)

async function makeOne(shopId: string, name = 'ETL') {
  const made = await makeApiKey(shopId, name)
  if (made.outcome !== 'made') throw new Error(made.outcome)
  return made
}

const lastUsed = async (shopId: string) => (await listApiKeys(shopId))[0]!.lastUsedAt

describe('a key', () => {
  it('is 32 random bytes, and leads to the shop that made it', async () => {
    const [mine, theirs] = [await installedShop(), await installedShop()]
    const { key, apiKey } = await makeOne(mine.id)
    expect(key).toMatch(/^lk_[\w-]{43}$/)
    expect(key.startsWith(apiKey.prefix)).toBe(true)
    const other = await makeOne(theirs.id)
    expect((await shopOfApiKey(key))?.domain).toBe(mine.domain)
    expect((await shopOfApiKey(other.key))?.domain).toBe(theirs.domain)
    expect(await shopOfApiKey(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)).toBeNull()
  })

  it('is nowhere in the database, but for how it begins', async () => {
    const { id } = await installedShop()
    const { key } = await makeOne(id)
    const { rows } = await pool.query<{ row: string }>(
      'select api_keys::text as row from api_keys where shop_id = $1',
      [id],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]!.row).not.toContain(key.slice(0, 12))
    expect(rows[0]!.row).toContain(key.slice(0, 9))
  })

  it('that is revoked works no more, is not listed, and cannot be revoked again', async () => {
    const { id } = await installedShop()
    const [old, kept] = [await makeOne(id, 'old'), await makeOne(id, 'kept')]
    expect(await revokeApiKey(id, old.apiKey.id)).toBe(true)
    expect(await shopOfApiKey(old.key)).toBeNull()
    expect((await shopOfApiKey(kept.key))?.id).toBe(id)
    expect((await listApiKeys(id)).map(({ name }) => name)).toEqual(['kept'])
    expect(await revokeApiKey(id, old.apiKey.id)).toBe(false)
  })

  it('cannot be revoked by another shop', async () => {
    const [mine, theirs] = [await installedShop(), await installedShop()]
    const { key, apiKey } = await makeOne(mine.id)
    expect(await revokeApiKey(theirs.id, apiKey.id)).toBe(false)
    expect((await shopOfApiKey(key))?.id).toBe(mine.id)
  })

  it('remembers its last use to the minute, and is not written oftener', async () => {
    const { id } = await installedShop()
    const { key } = await makeOne(id)
    expect(await lastUsed(id)).toBeNull()
    await shopOfApiKey(key)
    const first = await lastUsed(id)
    expect(first).not.toBeNull()
    await shopOfApiKey(key)
    expect(await lastUsed(id)).toEqual(first)
    await pool.query(`update api_keys set last_used_at = last_used_at - interval '61 seconds' where shop_id = $1`, [id])
    await shopOfApiKey(key)
    expect((await lastUsed(id))!.getTime()).toBeGreaterThanOrEqual(first!.getTime())
  })
})

it('there are at most twenty that work, however many are made at the same time', async () => {
  const { id } = await installedShop()
  const made = await Promise.all(Array.from({ length: MOST_KEYS + 5 }, () => makeApiKey(id, 'many')))
  expect(made.filter(({ outcome }) => outcome === 'made')).toHaveLength(MOST_KEYS)
  const [first] = await listApiKeys(id)
  expect(await makeApiKey(id, 'one more')).toEqual({ outcome: 'too-many' })
  await revokeApiKey(id, first!.id)
  expect((await makeApiKey(id, 'in its place')).outcome).toBe('made')
})

it('none is made for a shop that has been erased', async () => {
  await expect(makeApiKey('999999', 'ghost')).rejects.toThrow('erased')
})
