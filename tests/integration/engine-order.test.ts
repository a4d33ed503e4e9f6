/** In whatever order and how often a record's life is told, the copy ends in the same state. */
import { afterAll, expect, it } from 'vitest'
import { closeDatabase } from '~/db.server'
import type { MirroredResource } from '~/resources/resource'
import { pulledResources } from '~/resources/registry'
import { seededRandom } from '../../sandbox/random.ts'
import { rowsOf, type StoredRow, write } from '../factories/copy.ts'
import { expectedOf, type Life, type Message, randomLife, shuffled } from '../factories/life.ts'
import { at, NOT_IN_WEBHOOKS, observed } from '../factories/records.ts'
import { installedShop } from '../factories/shops.ts'

/** LOCKSTEP_TEST_SEED=n runs that seed again. */
const given = process.env['LOCKSTEP_TEST_SEED']
const seeds = given === undefined ? [1] : [Number(given)]
const LIVES = 40
const ROUNDS = 2

afterAll(closeDatabase)

async function tell(shop: string, resource: MirroredResource, messages: readonly Message[], random: () => number) {
  const left = [...messages]
  while (left.length > 0) {
    // A batch comes through one channel, as in production.
    const isPull = left[0]!.told === 'pull'
    const length = 1 + Math.floor(random() * 8)
    const batch: Message[] = []
    while (left.length > 0 && batch.length < length && (left[0]!.told === 'pull') === isPull) batch.push(left.shift()!)
    await write(shop, {
      resource,
      channel: isPull ? 'pull' : 'webhook',
      records: batch.flatMap((message) => (message.told === 'delete' ? [] : [message.record])),
      deletions: batch.flatMap((message) => (message.told === 'delete' ? [message.deletion] : [])),
    })
  }
}

/** The name of the first column tells which version a row has. */
function versionOf(row: StoredRow, resource: MirroredResource): number | null {
  const [column] = Object.keys(resource.table.columns)
  const text = row[column!]
  return typeof text === 'string' ? Number(text.split(' ').at(-1)) : null
}

function check(
  row: StoredRow | undefined,
  life: Life,
  resource: MirroredResource,
  children: readonly StoredRow[],
  note: string,
) {
  const expected = expectedOf(life)
  if (expected === null) return expect(row, note).toBeUndefined()
  expect(row?.deleted_at !== null, `deleted, ${note}`).toBe(expected.deleted)
  if (expected.deleted) {
    // What a tombstone remembers of the record depends on what came before it; its children are gone in any case.
    for (const child of children) expect(child.deleted_at, `child, ${note}`).not.toBeNull()
    return
  }
  expect(versionOf(row!, resource), `version, ${note}`).toBe(expected.version)
  const carried = Object.keys(resource.table.columns).filter((name) => !NOT_IN_WEBHOOKS[resource.name]!.includes(name))
  const { fields } = observed({ resource, version: expected.version! }).record
  const plain = (value: unknown) => (typeof value === 'number' ? String(value) : value)
  for (const column of carried) {
    if (resource.table.columns[column] === 'timestamptz' || resource.table.columns[column] === 'bigint') continue
    expect(plain(row![column]), `${column}, ${note}`).toEqual(plain(fields[column]))
  }
  const live = children.filter(({ deleted_at }) => deleted_at === null)
  expect(new Set(live.map(({ title }) => title)).size, note).toBeLessThanOrEqual(1)
  const lines = [0, 1, 2, 3].filter((index) => (expected.version! >> index) % 2 === 0)
  if (resource.children.length > 0) expect(live.length, `children, ${note}`).toBe(lines.length)
}

it.each(
  seeds.flatMap((seed) => Object.values(pulledResources).map((resource) => ({ seed, resource, name: resource.name }))),
)('$name, seed $seed', async ({ seed, resource }) => {
  const random = seededRandom(seed)
  const lives = Array.from({ length: LIVES }, () => randomLife(random, resource))
  const messages = lives.flatMap((life) => life.messages)
  const [child] = resource.children
  for (let round = 0; round < ROUNDS; round++) {
    const shop = (await installedShop()).id
    await tell(shop, resource, shuffled(random, messages), random)
    const rows = new Map((await rowsOf(shop, resource.table.name)).map((row) => [row.id, row]))
    const children = child === undefined ? [] : await rowsOf(shop, child.name)
    const parentOf = (row: StoredRow) => String(row[child!.parentColumn])
    for (const life of lives) {
      const note = `seed ${seed}, round ${round}, told ${life.messages.map((m) => `${m.told}@${m.seconds}`).join(' ')}`
      check(
        rows.get(life.id),
        life,
        resource,
        children.filter((row) => parentOf(row) === life.id),
        note,
      )
    }
    // Where a webhook carries everything, a pull of the same version has nothing to add.
    if (resource.completeness === 'A') await completes(shop, resource, lives)
  }
})

/** After a last pull of everything that is there, nothing is partial and every field is that of the last version. */
async function completes(shop: string, resource: MirroredResource, lives: readonly Life[]): Promise<void> {
  const present = lives.flatMap((life) => {
    const expected = expectedOf(life)
    const last = life.messages.findLast((message) => message.told !== 'delete')
    return expected === null || expected.deleted || last === undefined ? [] : [{ life, version: last.version, last }]
  })
  const records = present.map(({ life, version, last }) => {
    const { record } = observed({ resource, id: life.id, version })
    const { sourceUpdatedAt } = last.record.record
    return { record: { ...record, sourceUpdatedAt }, observedAt: at(100_000), deliveryId: null }
  })
  await write(shop, { resource, records })
  const rows = (await rowsOf(shop, resource.table.name)).filter(({ deleted_at }) => deleted_at === null)
  expect(rows).toHaveLength(present.length)
  for (const row of rows) expect(row).toMatchObject({ partial: false, channel: 'pull' })
}
