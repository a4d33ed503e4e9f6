/** Runs over a real PostgreSQL and a shop in memory that does not hold still. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase } from '~/db.server'
import { pulledResources } from '~/resources/registry'
import { rowOf, rowsOf } from '../factories/copy.ts'
import { FakeSource, filled, numbers } from '../factories/fake-source.ts'
import { logsOf, runOnce, stateOf } from '../factories/runs.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const live = async (table: string) => (await rowsOf(shop, table)).filter(({ deleted_at }) => deleted_at === null)
const idsOf = async (table: string) => (await live(table)).map(({ id }) => id)

// Those whose list is whole. What follows where it is not: engine-partly-listed.test.ts.
const provable = Object.values(pulledResources).filter(({ completeness }) => completeness === 'A')

describe.each(provable)('$name', (resource) => {
  it('are copied whole by the first run, over many pages', async () => {
    const source = filled(resource, 137, { costPerRecord: 30 })
    expect(await runOnce(shop, resource, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect(await idsOf(resource.table.name)).toEqual(numbers(1, 137))
    expect(source.callsOf('page').length).toBeGreaterThan(4)
    expect(await stateOf(shop, resource)).toEqual({
      watermark: '2026-11-22T10:00:00.000Z',
      checkpoint: null,
      backfilled: true,
      succeeded: true,
      failures: 0,
    })
    expect(await logsOf(shop, resource)).toMatchObject([
      {
        mode: 'backfill',
        state: 'succeeded',
        success: true,
        error: null,
        expected: 137,
        processed: 137,
        written: 137,
        closed: true,
      },
    ])
  })

  it('that changed are read by the next run, and little else', async () => {
    const source = filled(resource, 40)
    await runOnce(shop, resource, source)
    source.pass(900)
    source.put({ id: '7', text: 'changed' })
    source.put({ id: '41', text: 'new' })
    source.pass(60)
    await runOnce(shop, resource, source)
    const [, log] = await logsOf(shop, resource)
    expect(log).toMatchObject({ mode: 'incremental', state: 'succeeded', written: 2 })
    expect(await idsOf(resource.table.name)).toEqual(numbers(1, 41))
    expect(JSON.stringify(await rowOf(shop, resource.table.name, '7'))).toContain('changed')
    expect((await stateOf(shop, resource))?.watermark).toBe('2026-11-22T10:16:00.000Z')
  })

  it('that are none are a run as well', async () => {
    expect(await runOnce(shop, resource, new FakeSource(resource))).toMatchObject({ outcome: 'succeeded' })
    expect(await stateOf(shop, resource)).toMatchObject({ watermark: '2026-11-22T10:00:00.000Z', backfilled: true })
  })

  it('that are updated, made or deleted between two pages are neither lost nor kept', async () => {
    const source = filled(resource, 60, { costPerRecord: 90 })
    source.onCall = ({ verb, number }) => {
      if (verb !== 'page') return
      source.pass(5)
      if (number === 2) source.put({ id: '3', text: 'read before' })
      if (number === 3) source.put({ id: '55', text: 'not yet read' })
      if (number === 3) source.delete('58')
      if (number === 4) source.put({ id: '61', text: 'made' })
    }
    expect(await runOnce(shop, resource, source)).toMatchObject({ outcome: 'succeeded' })
    expect(await idsOf(resource.table.name)).toEqual(numbers(1, 61).filter((id) => id !== '58'))
    for (const [id, text] of [
      ['3', 'read before'],
      ['55', 'not yet read'],
      ['61', 'made'],
    ] as const) {
      expect(JSON.stringify(await rowOf(shop, resource.table.name, id))).toContain(text)
    }
  })

  it('that were all updated in one second come over page borders without loss', async () => {
    const source = new FakeSource(resource, { costPerRecord: 100 })
    for (const id of numbers(1, 45)) source.put({ id, updatedAt: '2026-11-22T09:30:00Z' })
    expect(await runOnce(shop, resource, source)).toMatchObject({ outcome: 'succeeded' })
    expect(await idsOf(resource.table.name)).toEqual(numbers(1, 45))
  })

  it('that a page withholds make the run fail: the books do not balance and the watermark stays', async () => {
    const source = filled(resource, 30)
    await runOnce(shop, resource, source)
    source.pass(900)
    for (const id of ['5', '6']) source.put({ id, text: 'changed' })
    source.withheld.add('6')
    source.pass(60)
    expect(await runOnce(shop, resource, source)).toMatchObject({ outcome: 'failed', retry: true })
    const [, log] = await logsOf(shop, resource)
    expect(log).toMatchObject({ state: 'failed', success: false, closed: true })
    expect(log?.error).toMatch(/books do not balance/)
    expect(await stateOf(shop, resource)).toMatchObject({
      watermark: '2026-11-22T10:00:00.000Z',
      checkpoint: null,
      failures: 1,
    })
    source.withheld.clear()
    await runOnce(shop, resource, source)
    expect(JSON.stringify(await rowOf(shop, resource.table.name, '6'))).toContain('changed')
    expect(await stateOf(shop, resource)).toMatchObject({ watermark: '2026-11-22T10:16:00.000Z', failures: 0 })
  })

  it('of a shop whose count has a limit are copied all the same', async () => {
    const source = filled(resource, 80, { countLimit: 50 })
    expect(await runOnce(shop, resource, source)).toMatchObject({ outcome: 'succeeded' })
    expect(await idsOf(resource.table.name)).toEqual(numbers(1, 80))
  })

  it.each([
    ['counted', Infinity],
    ['not counted further than that', 20],
  ])(
    'that are more than a list can be trusted with are read in parts, the last one completes them: %s',
    async (_, countLimit) => {
      const source = new FakeSource(resource, { countLimit })
      const days = numbers(1, 60)
      for (const id of days)
        source.put({
          id,
          updatedAt: `2026-0${1 + (Number(id) % 9)}-${String(1 + (Number(id) % 28)).padStart(2, '0')}T09:00:00Z`,
        })
      const parts: unknown[] = []
      for (let runs = 0; runs < 20; runs++) {
        const outcome = await runOnce(shop, resource, source, { largestWindow: 20 })
        expect(outcome).toMatchObject({ outcome: 'succeeded' })
        const state = (await stateOf(shop, resource))!
        const hasRest = outcome?.outcome === 'succeeded' && outcome.hasRest
        expect(state.backfilled).toBe(!hasRest)
        parts.push(state.watermark)
        if (!hasRest) break
        source.pass(1)
      }
      expect(parts.length).toBeGreaterThan(3)
      expect(parts).toEqual([...parts].sort())
      expect(parts.at(-1)).toMatch(/^2026-11-22T10:00/)
      expect(await idsOf(resource.table.name)).toEqual([...days])
      expect((await logsOf(shop, resource)).every(({ processed }) => processed <= 20)).toBe(true)
    },
  )

  it('are read on from the checkpoint after a crash between two pages, and no stored page again', async () => {
    const source = filled(resource, 60, { costPerRecord: 90 })
    source.onCall = ({ verb, number }) => {
      if (verb === 'page' && number === 3) throw new TypeError('a bug')
    }
    await expect(runOnce(shop, resource, source)).rejects.toThrow('a bug')
    const stored = await idsOf(resource.table.name)
    expect(stored).toEqual(numbers(1, 20))
    const { checkpoint } = (await stateOf(shop, resource))!
    // What happens in the shop meanwhile must not make the books of the run that goes on look wrong.
    source.pass(120)
    source.put({ id: '4', text: 'read before the crash' })
    source.put({ id: '61', text: 'made since' })
    source.onCall = () => undefined
    expect(await runOnce(shop, resource, source)).toMatchObject({ outcome: 'succeeded' })
    expect(source.callsOf('page')[3]).toMatchObject({ cursor: checkpoint?.cursor })
    expect(await idsOf(resource.table.name)).toEqual(numbers(1, 61))
    expect(JSON.stringify(await rowOf(shop, resource.table.name, '4'))).toContain('read before the crash')
    const logs = await logsOf(shop, resource)
    expect(logs.map(({ state }) => state)).toEqual(['failed', 'succeeded'])
    expect(logs[0]?.error).toBe('An error inside Lockstep ended the run.')
    expect((await stateOf(shop, resource))?.watermark).toBe('2026-11-22T10:00:00.000Z')
  })
})
