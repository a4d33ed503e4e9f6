/** Tokens and requests of the app against the real sandbox, whose clock is minutes behind. */
import { CLOCK_OFFSET_MS, sandbox } from '../factories/running-sandbox.ts'
import type { PoolClient } from 'pg'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { sessionStorage, shopifyApi } from '~/shopify.server'
import { requestAdmin } from '~/shopify/admin-client.server'
import { SourceError } from '~/shopify/source-error'
import { endToken as endAsRefused, freshSession } from '~/shopify/tokens.server'
import { connectedShop, type ConnectedShop, endToken, sessionRow } from '../factories/sandbox-shops.ts'

const SHOP = 'query Shop { shop { name myshopifyDomain } }'
const never = new AbortController().signal

let connected: ConnectedShop

beforeEach(async () => {
  connected = await connectedShop()
})

afterAll(async () => {
  await closeDatabase()
  await sandbox.close()
})

const ask = (domain = connected.domain, signal = never) =>
  requestAdmin<{ shop: { myshopifyDomain: string } }>(domain, SHOP, {}, signal)

/** Does something between Shopify's answer to a refresh and its being stored. */
function afterRefresh(happens: () => Promise<unknown>) {
  const refreshToken = shopifyApi.auth.refreshToken
  return vi.spyOn(shopifyApi.auth, 'refreshToken').mockImplementationOnce(async (asked) => {
    const answer = await refreshToken(asked)
    await happens()
    return answer
  })
}

/** From the moment when Shopify is asked for a refresh, all other connections are in others' hands. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const refreshToken = shopifyApi.auth.refreshToken
  const others: PoolClient[] = []
  const spy = vi.spyOn(shopifyApi.auth, 'refreshToken').mockImplementationOnce(async (asked) => {
    while (others.length < pool.options.max - 1) others.push(await pool.connect())
    return refreshToken(asked)
  })
  try {
    return await work()
  } finally {
    for (const client of others) client.release()
    spy.mockRestore()
  }
}

describe('a token', () => {
  it('that is good is used as it is', async () => {
    const before = await sessionRow(connected.domain)
    expect((await freshSession(connected.domain)).accessToken).toBe(before.accessToken)
    expect((await ask()).data.shop.myshopifyDomain).toBe(connected.domain)
    expect(await sessionRow(connected.domain)).toEqual(before)
  })

  it('that has ended is refreshed once, however many ask at the same time', async () => {
    const before = await sessionRow(connected.domain)
    await endToken(connected.domain)
    const sessions = await Promise.all(Array.from({ length: 5 }, () => freshSession(connected.domain)))
    const tokens = new Set(sessions.map(({ accessToken }) => accessToken))
    // Each refresh gives another token: all have the same one, so there was one refresh.
    expect([...tokens]).toEqual([(await sessionRow(connected.domain)).accessToken])
    expect(tokens).not.toContain(before.accessToken)
    expect((await ask()).data.shop.myshopifyDomain).toBe(connected.domain)
  })

  it('is refreshed by one connection, however many ask at the same time', async () => {
    await endToken(connected.domain)
    const connect = vi.spyOn(pool, 'connect')
    await Promise.all(Array.from({ length: 20 }, () => freshSession(connected.domain)))
    // With a callback it is a single statement's, which gives the connection back at once.
    const held = connect.mock.calls.filter((given: unknown[]) => given.length === 0)
    connect.mockRestore()
    expect(held).toHaveLength(1)
  })

  it('of each of more shops than there are connections is refreshed, and leaves connections to others', async () => {
    const shops = await Promise.all(Array.from({ length: pool.options.max + 4 }, () => connectedShop()))
    await Promise.all(shops.map(({ domain }) => endToken(domain)))
    const refreshToken = shopifyApi.auth.refreshToken
    let atOnce = 0
    const counts: number[] = []
    const spy = vi.spyOn(shopifyApi.auth, 'refreshToken').mockImplementation(async (asked) => {
      counts.push(++atOnce)
      await pool.query('select')
      return refreshToken(asked).finally(() => (atOnce -= 1))
    })
    await Promise.all(shops.map(({ domain }) => freshSession(domain)))
    spy.mockRestore()
    const rows = await Promise.all(shops.map(({ domain }) => sessionRow(domain)))
    expect(rows.filter(({ ended }) => ended)).toEqual([])
    expect(Math.max(...counts)).toBeLessThan(pool.options.max / 2)
  })

  it('is renewed, or given up, on the connection that holds the lock and on no other', async () => {
    await endToken(connected.domain)
    const renewed = await alone(() => freshSession(connected.domain))
    expect(renewed.accessToken).toBe((await sessionRow(connected.domain)).accessToken)
    connected.shop.uninstall()
    const refused = alone(() => freshSession(connected.domain, renewed.accessToken))
    await expect(refused).rejects.toMatchObject({ kind: 'needs-reauthorisation' })
    expect(await sessionRow(connected.domain)).toMatchObject({ accessToken: renewed.accessToken, ended: true })
  })

  it('is stored in its own columns alone, whole', async () => {
    await pool.query(`update sessions set state = 'kept', locale = 'de' where shop = $1`, [connected.domain])
    await endToken(connected.domain)
    const given = await freshSession(connected.domain)
    const { rows } = await pool.query('select state, locale, user_id, account_owner from sessions where shop = $1', [
      connected.domain,
    ])
    expect(rows).toEqual([{ state: 'kept', locale: 'de', user_id: null, account_owner: false }])
    expect((await sessionStorage.loadSession(given.id))!.toObject()).toEqual(given.toObject())
    expect(given.refreshTokenExpires?.getTime()).toBeGreaterThan(Date.now())
  })

  it('does not come back when the app is uninstalled while Shopify renews it', async () => {
    await endToken(connected.domain)
    const spy = afterRefresh(() => pool.query('delete from sessions where shop = $1', [connected.domain]))
    await expect(freshSession(connected.domain)).rejects.toMatchObject({ kind: 'needs-reauthorisation' })
    spy.mockRestore()
    expect(await sessionRow(connected.domain)).toBeUndefined()
  })

  it('gives way to one that the merchant brings meanwhile', async () => {
    await endToken(connected.domain)
    const brought = `update sessions set access_token = 'brought', expires = now() + interval '1 hour' where shop = $1`
    const spy = afterRefresh(() => pool.query(brought, [connected.domain]))
    expect((await freshSession(connected.domain)).accessToken).toBe('brought')
    spy.mockRestore()
    expect((await sessionRow(connected.domain)).accessToken).toBe('brought')
  })

  it('is stored with the refresh token that came with it, since the old one is spent', async () => {
    const before = await sessionRow(connected.domain)
    for (let times = 0; times < 3; times++) {
      await endToken(connected.domain)
      await freshSession(connected.domain)
    }
    const after = await sessionRow(connected.domain)
    expect(after).toMatchObject({ ended: false })
    expect(after.refreshToken).not.toBe(before.refreshToken)
  })

  it('that Shopify refuses is refreshed, and the request made again', async () => {
    const before = await sessionRow(connected.domain)
    connected.shop.fail('unauthorized', 1)
    expect((await ask()).data.shop.myshopifyDomain).toBe(connected.domain)
    expect((await sessionRow(connected.domain)).accessToken).not.toBe(before.accessToken)
    expect(connected.shop.requests).toBe(2)
  })

  it('that is refused again when it is fresh is for the merchant to renew', async () => {
    connected.shop.fail('unauthorized', 5)
    await expect(ask()).rejects.toMatchObject({ kind: 'needs-reauthorisation' })
    await expect(ask()).rejects.toThrow(/Open Lockstep in the Shopify admin/)
    expect(connected.shop.requests).toBe(4)
  })

  it('that is ended is at its end in that very moment, since the next statement looks whether the shop has a good one', async () => {
    for (let times = 0; times < 60; times++) {
      await pool.query(`update sessions set expires = now() + interval '1 hour' where shop = $1`, [connected.domain])
      const session = await freshSession(connected.domain)
      await endAsRefused(session)
      expect(await sessionRow(connected.domain)).toMatchObject({ ended: true })
    }
  })

  it('of an app that was removed is ended, so that the next opening of the app asks for a new one', async () => {
    const before = await sessionRow(connected.domain)
    connected.shop.uninstall()
    await expect(ask()).rejects.toMatchObject({ kind: 'needs-reauthorisation' })
    expect(await sessionRow(connected.domain)).toEqual({ ...before, ended: true })
  })

  it('that is there no more needs the merchant, without a request', async () => {
    await pool.query('delete from sessions where shop = $1', [connected.domain])
    await expect(ask()).rejects.toMatchObject({ kind: 'needs-reauthorisation' })
    expect(connected.shop.requests).toBe(0)
  })

  it('never gets into the message of an error', async () => {
    const { accessToken, refreshToken } = await sessionRow(connected.domain)
    connected.shop.uninstall()
    const error = await ask().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(SourceError)
    const { message, stack, cause } = error as SourceError
    const said = JSON.stringify([message, stack, String(cause)])
    expect(said).not.toContain(accessToken)
    expect(said).not.toContain(refreshToken)
  })
})

describe('a request', () => {
  it.each(['throttled', 'http500', 'reset'] as const)('waits and is made again after %s', async (fault) => {
    connected.shop.fail(fault, 2)
    expect((await ask()).data.shop.myshopifyDomain).toBe(connected.domain)
    expect(connected.shop.requests).toBe(3)
  })

  it('waits as long as Shopify asks it to', async () => {
    connected.shop.fail('http429', 1)
    const startedMs = performance.now()
    await ask()
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1_990)
  })

  it('is given up after some attempts, as something that may succeed later', async () => {
    const stopping = new AbortController()
    connected.shop.fail('throttled', 100)
    await expect(ask(connected.domain, stopping.signal)).rejects.toMatchObject({ kind: 'retryable' })
    expect(connected.shop.requests).toBe(6)
  })

  it('that waits ends at once when the process is told to stop', async () => {
    const stopping = new AbortController()
    connected.shop.fail('http429', 100)
    const answer = ask(connected.domain, stopping.signal)
    const caught = answer.catch((error: unknown) => error)
    await expect.poll(() => connected.shop.requests).toBe(1)
    const startedMs = performance.now()
    stopping.abort()
    expect(await caught).toMatchObject({ kind: 'retryable' })
    expect(performance.now() - startedMs).toBeLessThan(1_500)
  })

  it('knows what time it is at Shopify, whatever our clock says', async () => {
    const shownMs = Date.parse((await ask()).observedAt)
    expect(shownMs).toBeLessThanOrEqual(sandbox.now())
    expect(shownMs).toBeGreaterThan(Date.now() + CLOCK_OFFSET_MS - 5_000)
  })
})

describe("one shop's token", () => {
  it("never reads another shop's data", async () => {
    const other = await connectedShop()
    const { accessToken } = await sessionRow(connected.domain)
    await pool.query('update sessions set access_token = $2, refresh_token = null where shop = $1', [
      other.domain,
      accessToken,
    ])
    await expect(ask(other.domain)).rejects.toMatchObject({ kind: 'needs-reauthorisation' })
    expect((await ask()).data.shop.myshopifyDomain).toBe(connected.domain)
  })

  it("does not refresh another shop's", async () => {
    const other = await connectedShop()
    const ours = await sessionRow(connected.domain)
    await pool.query('update sessions set refresh_token = $2, expires = now() where shop = $1', [
      other.domain,
      ours.refreshToken,
    ])
    await expect(freshSession(other.domain)).rejects.toMatchObject({ kind: 'needs-reauthorisation' })
    expect(await sessionRow(connected.domain)).toEqual(ours)
  })
})
