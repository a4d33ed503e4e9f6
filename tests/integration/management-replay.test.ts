/** POST /api/webhooks/replay: who is let in, what is understood, and which deliveries are replayed. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { action, loader } from '~/routes/api.webhooks_.replay'
import { keyOf, tokenOf } from '../factories/callers.ts'
import { addDeliveries } from '../factories/deliveries.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'
import { testEnvironment } from '../setup/test-environment.ts'

const address = `${testEnvironment.SHOPIFY_APP_URL}/api/webhooks/replay`

let mine: ConnectedShop
let theirs: ConnectedShop

beforeAll(async () => {
  mine = await connectedShop()
  theirs = await connectedShop()
})

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
})

async function post(authorization: string | null, body: unknown, headers: Record<string, string> = {}) {
  const request = new Request(address, {
    method: 'POST',
    headers: {
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...{ 'Content-Type': 'application/json', ...headers },
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const answer = await action({ request })
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  const json = (await answer.json()) as { error?: { code: string; message: string } }
  return { status: answer.status, body: json, code: json.error?.code, message: json.error?.message ?? '' }
}

const replayed = (tenantId: string, counts: object) => ({
  ...{ tenantId, taken: 0, waiting: 0, withoutBody: 0, hasMore: false },
  ...counts,
})

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

/** With bodies, and none of them replayed. */
async function shopWith(...deliveries: Parameters<typeof addDeliveries>[1][]): Promise<ConnectedShop> {
  const shop = await connectedShop()
  for (const delivery of deliveries) await addDeliveries(shop.id, delivery)
  await pool.query(`update webhook_deliveries set payload = '{}' where shop_id = $1`, [shop.id])
  return shop
}

async function idsOf({ id }: ConnectedShop): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from webhook_deliveries where shop_id = $1 order by id',
    [id],
  )
  return rows.map((row) => row.id)
}

async function waitingOf({ id }: ConnectedShop): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select delivery_id as id from webhook_attempts where shop_id = $1 and state = 'waiting' order by delivery_id`,
    [id],
  )
  return rows.map((row) => row.id)
}

describe('which deliveries', () => {
  it.each([
    [{ state: 'dead' }, [0, 3]],
    [{ topic: 'orders/updated' }, [0, 1]],
    [{ resource: 'products' }, [2, 3]],
    [{ recordId: '7' }, [1, 2]],
    [{ recordId: '7', resource: 'orders' }, [1]],
    [{ from: minutesAgo(35).toISOString() }, [2, 3]],
    [{ to: minutesAgo(35).toISOString().replace('Z', '+00:00') }, [0, 1]],
    [{ from: minutesAgo(35).toISOString(), to: minutesAgo(15).toISOString() }, [2]],
    [{ state: 'pending' }, []],
  ])('are those that fulfil all of %j', async (filter, positions) => {
    const shop = await shopWith(
      { receivedAt: minutesAgo(60), state: 'dead', recordId: '5' },
      { receivedAt: minutesAgo(40), recordId: '7' },
      { receivedAt: minutesAgo(20), recordId: '7', resource: 'products', topic: 'products/update' },
      { receivedAt: minutesAgo(10), state: 'dead', topic: 'products/create' },
    )
    // What cannot be read is of its resource all the same.
    await pool.query(
      `update webhook_deliveries set resource = null, record_id = null where shop_id = $1 and state = 'dead'`,
      [shop.id],
    )
    const ids = await idsOf(shop)
    const { status, body } = await post(tokenOf(shop), { tenantId: shop.domain, filter })
    expect([status, body]).toEqual([200, replayed(shop.domain, { taken: positions.length })])
    expect(await waitingOf(shop)).toEqual(positions.map((position) => ids[position]))
  })

  it('are those of the given ids, and it is said which cannot be replayed, wait already or are not there', async () => {
    const shop = await shopWith({ receivedAt: minutesAgo(1), times: 4 })
    await addDeliveries(theirs.id, { receivedAt: minutesAgo(1) })
    const [first, second, third] = await idsOf(shop)
    const [strange] = await idsOf(theirs)
    await pool.query('update webhook_deliveries set payload = null where id = $1', [second])
    const key = await keyOf(shop)
    await post(key, { tenantId: shop.domain, ids: [third] })
    const ids = [first, first, second, third, strange, '999999999999999999']
    const { status, body } = await post(key, { tenantId: shop.domain, ids })
    const counts = { taken: 1, withoutBody: 1, waiting: 1, notFound: 2 }
    expect([status, body]).toEqual([200, replayed(shop.domain, counts)])
    expect(await waitingOf(shop)).toEqual([first, third])
    expect(await waitingOf(theirs)).toEqual([])
  })

  it('end for a program that repeats the call, though all fail again', async () => {
    const shop = await shopWith({ receivedAt: minutesAgo(1), state: 'dead', times: 2 })
    const filter = { state: 'dead', notReplayedSince: new Date().toISOString() }
    expect((await post(tokenOf(shop), { tenantId: shop.domain, filter })).body).toMatchObject({ taken: 2 })
    await pool.query(`update webhook_attempts set state = 'failed' where shop_id = $1`, [shop.id])
    expect((await post(tokenOf(shop), { tenantId: shop.domain, filter })).body).toEqual(replayed(shop.domain, {}))
    expect((await post(tokenOf(shop), { tenantId: shop.domain, filter: { state: 'dead' } })).body).toMatchObject({
      taken: 2,
    })
  })

  it('of a filter are none of another shop', async () => {
    await addDeliveries(theirs.id, { receivedAt: minutesAgo(1), state: 'dead' })
    await pool.query(`update webhook_deliveries set payload = '{}' where shop_id = $1`, [theirs.id])
    const { body } = await post(tokenOf(mine), { tenantId: mine.domain, filter: { state: 'dead' } })
    expect(body).toEqual(replayed(mine.domain, {}))
    expect(await waitingOf(theirs)).toEqual([])
  })
})

describe('who calls', () => {
  it('may speak of no shop but its own, whose domain it may write in any case', async () => {
    const filter = { state: 'dead' }
    expect((await post(await keyOf(mine), { tenantId: mine.domain.toUpperCase(), filter })).status).toBe(200)
    for (const tenantId of [theirs.domain, '*', mine.domain.slice(1)]) {
      const refused = await post(tokenOf(mine), { tenantId, filter })
      expect([refused.status, refused.code]).toEqual([403, 'forbidden'])
    }
  })

  it('is refused without credentials, and with wrong ones', async () => {
    for (const authorization of [null, 'Bearer lk_AAAA', 'Bearer rubbish']) {
      const refused = await post(authorization, { tenantId: mine.domain, ids: ['1'] })
      expect([refused.status, refused.code]).toEqual([401, 'unauthorized'])
    }
  })
})

describe('what is not understood', () => {
  const filtered = (filter: unknown) => ({ tenantId: 'x', filter })

  it.each([
    ['{', 'invalid_json', /not JSON/],
    ['[]', 'invalid_request', /not a JSON object/],
    ['{}', 'invalid_request', /^tenantId is missing/],
    [{ tenantId: 'x' }, 'invalid_request', /^Either ids or filter is needed\.$/],
    [{ tenantId: 'x', ids: ['1'], filter: { state: 'dead' } }, 'invalid_request', /^Not both of ids and filter/],
    [{ tenantId: 'x', ids: '1' }, 'invalid_request', /^ids is not a list/],
    [{ tenantId: 'x', ids: [] }, 'invalid_request', /^ids is empty/],
    [{ tenantId: 'x', ids: ['1', '1; drop'] }, 'invalid_request', /^ids\.1 is not the id of a delivery/],
    [{ tenantId: 'x', ids: [1] }, 'invalid_request', /^ids\.0 is not the id of a delivery as a text/],
    [{ tenantId: 'x', ids: ['9'.repeat(19)] }, 'invalid_request', /^ids\.0/],
    [{ tenantId: 'x', ids: Array(1_001).fill('1') }, 'invalid_request', /^ids has more than 1000 ids\.$/],
    [filtered([]), 'invalid_request', /^filter is not a JSON object/],
    [filtered({}), 'invalid_request', /^filter has no condition/],
    [filtered({ topics: 'orders/updated' }), 'invalid_request', /^filter has other conditions than state, topic, /],
    [filtered({ state: 'lost' }), 'invalid_request', /^filter\.state is not one of applied, pending, dead, ignored/],
    [filtered({ topic: 'orders' }), 'invalid_request', /^filter\.topic is not a topic/],
    [filtered({ resource: 'shops' }), 'invalid_request', /^filter\.resource is not one of products, /],
    [filtered({ recordId: 7 }), 'invalid_request', /^filter\.recordId is not the id of a record as a text/],
    [filtered({ recordId: '7\u0000' }), 'invalid_request', /^filter\.recordId is not the id of a record/],
    [filtered({ from: 'yesterday' }), 'invalid_request', /^filter\.from is not a time in ISO 8601/],
    [filtered({ from: '2026-11-26T12:00:00' }), 'invalid_request', /^filter\.from .* with its zone/],
    [filtered({ to: '2026-02-30T12:00:00Z' }), 'invalid_request', /^filter\.to is not a time/],
    [filtered({ to: '0000-01-01T12:00:00Z' }), 'invalid_request', /^filter\.to is not a time/],
    [filtered({ to: '2026-02-20T12:00:00+16:00' }), 'invalid_request', /^filter\.to is not a time/],
    [
      filtered({ from: '2026-11-26T12:00:01Z', to: '2026-11-26T12:00:00Z' }),
      'invalid_request',
      /^filter has a from that is after its to/,
    ],
  ])('%j is 400 %s, and nothing is replayed', async (body, code, message) => {
    const answer = await post(tokenOf(mine), body)
    expect([answer.status, answer.code]).toEqual([400, code])
    expect(answer.message).toMatch(message)
  })

  it('a body that is too long, or not said to be JSON, is not read', async () => {
    expect((await post(tokenOf(mine), { tenantId: 'x'.repeat(100_000) })).status).toBe(413)
    expect((await post(tokenOf(mine), '{}', { 'Content-Type': 'text/plain' })).status).toBe(415)
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s is not allowed', async (method) => {
    const request = new Request(address, { method, headers: { Authorization: tokenOf(mine) } })
    const answer = await (method === 'GET' ? loader : action)({ request })
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'POST'])
  })
})
