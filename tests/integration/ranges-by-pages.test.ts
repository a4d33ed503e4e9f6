/** A range that is read page by page, in runs that end early or find less than Shopify counted. */
import { afterAll, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { FakeSource, numbers } from '../factories/fake-source.ts'
import { rowsOf } from '../factories/copy.ts'
import { logsOf, runOnce, stateOf } from '../factories/runs.ts'
import { installedShop } from '../factories/shops.ts'

afterAll(closeDatabase)

const { customers } = resources
const range = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }

/** Record `n` was created at noon of the `n`th of March. Pages of at most nine. */
function march() {
  const source = new FakeSource(customers, { costPerRecord: 100 })
  for (const id of numbers(1, 30)) {
    source.put({
      id,
      updatedAt: '2026-11-20T00:00:00Z',
      fields: { createdAt: `2026-03-${id.padStart(2, '0')}T12:00:00Z` },
    })
  }
  return source
}

async function placesOf(shopId: string): Promise<unknown[]> {
  const { rows } = await pool.query<{ place: unknown }>(
    'select place.value as place from sync_states, jsonb_each(range_checkpoints) as place where shop_id = $1',
    [shopId],
  )
  return rows.map(({ place }) => place)
}

it('goes on at its page when its run was interrupted, and the ordinary place stays as it was', async () => {
  const { id } = await installedShop()
  const source = march()
  const stop = new AbortController()
  source.onCall = ({ verb, number }) => void (verb === 'page' && number === 3 && stop.abort())
  expect(await runOnce(id, customers, source, { range, stopping: stop.signal })).toMatchObject({
    outcome: 'interrupted',
  })
  expect(await stateOf(id, customers)).toMatchObject({ watermark: null, checkpoint: null })
  expect(await placesOf(id)).toMatchObject([{ by: 'created_at', cursor: expect.any(String) }])
  const read = source.callsOf('page').length
  source.onCall = () => undefined
  expect(await runOnce(id, customers, source, { range })).toMatchObject({ outcome: 'succeeded', books: { inside: 30 } })
  expect(source.callsOf('page')[read]).toMatchObject({ cursor: expect.any(String) })
  expect(await placesOf(id)).toEqual([])
  expect(await rowsOf(id, 'customers')).toHaveLength(30)
})

it('fails when its pages show less than Shopify counted, says so, and leaves the resource as it was', async () => {
  const { id } = await installedShop()
  const source = march()
  source.withheld.add('7')
  const reason = 'Shopify counted 30 records, but 29 were read'
  expect(await runOnce(id, customers, source, { range })).toMatchObject({ outcome: 'failed', reason, retry: true })
  expect(await logsOf(id, customers)).toMatchObject([
    { mode: 'backfill', state: 'failed', error: `The books do not balance: ${reason}.` },
  ])
  expect(await stateOf(id, customers)).toMatchObject({ watermark: null, checkpoint: null, failures: 0 })
})

it('takes fewer where records were deleted while it was read', async () => {
  const { id } = await installedShop()
  const source = march()
  source.onCall = ({ verb, number }) => void (verb === 'page' && number === 3 && source.delete('25'))
  expect(await runOnce(id, customers, source, { range })).toMatchObject({
    outcome: 'succeeded',
    books: { said: 30, saidAfter: 29, inside: 29 },
  })
})

it('leaves what is created while it is read to the ordinary runs, and out of its books', async () => {
  const { id } = await installedShop()
  const source = march()
  const today = { from: range.from, to: '2026-12-01T00:00:00.000Z' }
  source.onCall = ({ verb, number }) => {
    if (verb === 'page' && number === 3) source.put({ id: '99', fields: { createdAt: source.now() } })
  }
  expect(await runOnce(id, customers, source, { range: today })).toMatchObject({
    outcome: 'succeeded',
    books: { said: 30, saidAfter: null, inside: 30, after: 0 },
  })
  expect(await rowsOf(id, 'customers')).toHaveLength(30)
})

it('a run that died is closed by the next one, and counts as no failure of the resource', async () => {
  const { id } = await installedShop()
  const source = march()
  source.onCall = ({ verb, number }) => {
    if (verb === 'page' && number === 2) throw new Error('killed')
  }
  await expect(runOnce(id, customers, source, { range })).rejects.toThrow('killed')
  await pool.query(`update sync_logs set state = 'running', finished_at = null where shop_id = $1`, [id])
  source.onCall = () => undefined
  await runOnce(id, customers, source, { range })
  expect((await logsOf(id, customers)).map(({ state }) => state)).toEqual(['failed', 'succeeded'])
  expect(await stateOf(id, customers)).toMatchObject({ failures: 0 })
})
