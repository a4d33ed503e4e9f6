import { get } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startBulkBench } from './test-bulk.ts'
import type { BulkBench } from './test-bulk.ts'

const PRODUCTS = '{products{edges{node{id variants{edges{node{id}}}}}}}'

let bench: BulkBench

beforeEach(async () => {
  bench = await startBulkBench()
})

afterEach(() => bench.sandbox.close())

const idOf = (gid: string) => gid.replace(/.*\//, '')

/** All lines that a whole result has. */
const lineCount = () =>
  [...bench.shop.store.products.values()].reduce((sum, { variants }) => sum + 1 + variants.length, 0)

/** The bytes that came, whatever the answer said of its length, and what it said. */
function fetchBytes(url: string): Promise<{ stated: number; bytes: Buffer; whole: boolean }> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => {})
      response.on('close', () => {
        const stated = Number(response.headers['content-length'])
        resolve({ stated, bytes: Buffer.concat(chunks), whole: response.complete })
      })
    }).on('error', reject)
  })
}

it('fails as planned, with its first lines behind partialDataUrl or with nothing', async () => {
  bench.shop.bulk.next({ end: 'FAILED', errorCode: 'TIMEOUT', partialLines: 7 })
  bench.shop.bulk.next({ end: 'FAILED' })
  const partial = await bench.run(PRODUCTS)
  expect(partial).toMatchObject({ status: 'FAILED', errorCode: 'TIMEOUT', url: null, objectCount: '7' })
  expect(await bench.download(partial.partialDataUrl)).toHaveLength(7)
  expect(await bench.run(PRODUCTS)).toMatchObject({
    ...{ status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR', url: null, partialDataUrl: null },
  })
})

it('is cancelled by Shopify as planned, and expires as planned', async () => {
  bench.shop.bulk.next({ end: 'CANCELED' })
  bench.shop.bulk.next({ end: 'EXPIRED' })
  expect(await bench.run(PRODUCTS)).toMatchObject({ status: 'CANCELED', errorCode: null, url: null })
  expect(await bench.run(PRODUCTS)).toMatchObject({ status: 'EXPIRED', url: null })
})

it('expires when told to, and its file with it', async () => {
  const { id, url } = await bench.run(PRODUCTS)
  bench.shop.bulk.expire(idOf(id))
  expect(await bench.show(id)).toMatchObject({ status: 'EXPIRED', url: null })
  expect((await fetch(url ?? '')).status).toBe(404)
})

it('stays as it is until it is released', async () => {
  bench.shop.bulk.next({ stay: 'CREATED' })
  bench.shop.bulk.next({ stay: 'RUNNING' })
  const [created, running] = [await bench.submit(PRODUCTS), await bench.submit(PRODUCTS)].map(
    ({ bulkOperation }) => bulkOperation?.id ?? '',
  )
  await expect.poll(async () => (await bench.show(running ?? '')).objectCount).toBe(String(lineCount()))
  expect((await bench.show(created ?? '')).status).toBe('CREATED')
  expect((await bench.show(running ?? '')).status).toBe('RUNNING')
  bench.shop.bulk.release(idOf(running ?? ''))
  await expect.poll(async () => (await bench.show(running ?? '')).status).toBe('COMPLETED')
  expect((await bench.show(created ?? '')).status).toBe('CREATED')
  bench.shop.bulk.release()
  await expect.poll(async () => (await bench.show(created ?? '')).status).toBe('COMPLETED')
})

it('counts what the plan says, not what is in the file', async () => {
  bench.shop.bulk.next({ objectCount: 3 })
  const shown = await bench.run(PRODUCTS)
  expect(shown.objectCount).toBe('3')
  expect(await bench.download(shown.url)).toHaveLength(lineCount())
})

it('scatters the lines by a seed: the same lines, children before their parents as well', async () => {
  const inOrder = await bench.download((await bench.run(PRODUCTS)).url)
  bench.shop.bulk.next({ scatterSeed: 5 }, 2)
  const scattered = await bench.download((await bench.run(PRODUCTS)).url)
  expect(await bench.download((await bench.run(PRODUCTS)).url)).toEqual(scattered)
  const sorted = (lines: unknown[]) => lines.map((line) => JSON.stringify(line)).sort()
  expect(sorted(scattered)).toEqual(sorted(inOrder))
  const early = scattered.filter((line, index) => {
    const parentAt = scattered.findIndex((other) => other['id'] === line['__parentId'])
    return parentAt > index
  })
  expect(early).not.toEqual([])
})

it('cuts the connection after so many bytes, as often as planned', async () => {
  bench.shop.bulk.next({ file: { cutAfterBytes: 100, times: 1 } })
  const { url, fileSize } = await bench.run(PRODUCTS)
  const cut = await fetchBytes(url ?? '')
  expect(cut).toMatchObject({ stated: Number(fileSize), whole: false })
  expect(cut.bytes.length).toBe(100)
  const sound = await fetchBytes(url ?? '')
  expect(sound).toMatchObject({ whole: true })
  expect(sound.bytes.length).toBe(Number(fileSize))
})

it('leaves out lines at the end, in an answer that looks whole', async () => {
  bench.shop.bulk.next({ file: { missingLines: 4 } })
  const { url, fileSize, objectCount } = await bench.run(PRODUCTS)
  const short = await fetchBytes(url ?? '')
  expect(short.whole).toBe(true)
  expect(short.stated).toBe(short.bytes.length)
  expect(short.stated).toBeLessThan(Number(fileSize))
  expect(short.bytes.toString().trimEnd().split('\n')).toHaveLength(Number(objectCount) - 4)
  expect(short.bytes.at(-1)).toBe(10)
})

it('answers 403 or 404 for the file', async () => {
  for (const status of [403, 404] as const) {
    bench.shop.bulk.next({ file: { status, times: 1 } })
    const { url } = await bench.run(PRODUCTS)
    expect((await fetch(url ?? '')).status).toBe(status)
    expect((await fetch(url ?? '')).status).toBe(200)
  }
})

it('refuses to begin as planned, and asks the plan of a function when none is waiting', async () => {
  bench.shop.bulk.next({ refuse: 'LIMIT_REACHED' })
  const asked: { query: string; n: number }[] = []
  bench.shop.bulk.plan = (submission) => {
    asked.push(submission)
    return submission.n === 2 ? { end: 'FAILED' } : null
  }
  expect((await bench.submit(PRODUCTS)).userErrors).toMatchObject([{ field: null, code: 'LIMIT_REACHED' }])
  expect((await bench.run(PRODUCTS)).status).toBe('FAILED')
  expect((await bench.run(PRODUCTS)).status).toBe('COMPLETED')
  expect(asked).toEqual([
    { query: PRODUCTS, n: 2 },
    { query: PRODUCTS, n: 3 },
  ])
})
