import { expect, it, vi } from 'vitest'
import { keepLastPage } from './keep-last-page'

const page = { figure: 1, isReachable: true }
const fail = (reason: Error | Response) => vi.fn<() => Promise<typeof page>>().mockRejectedValue(reason)
const unreachable = fail(new TypeError('Failed to fetch'))

it('shows the last figures, marked as such, while the server does not answer', async () => {
  const read = keepLastPage<typeof page>()
  expect(await read(async () => page)).toEqual(page)
  expect(await read(unreachable)).toEqual({ figure: 1, isReachable: false })
  expect(await read(async () => ({ ...page, figure: 2 }))).toEqual({ figure: 2, isReachable: true })
})

it('does so when the server fails', async () => {
  const read = keepLastPage<typeof page>()
  await read(async () => page)
  expect(await read(fail(new Response(null, { status: 503 })))).toMatchObject({ isReachable: false })
})

it('lets refusals and redirects through', async () => {
  const read = keepLastPage<typeof page>()
  await read(async () => page)
  await expect(read(fail(new Response(null, { status: 401 })))).rejects.toBeInstanceOf(Response)
})

it('has nothing to show when the first reading fails', async () => {
  await expect(keepLastPage<typeof page>()(unreachable)).rejects.toThrow('Failed to fetch')
})
