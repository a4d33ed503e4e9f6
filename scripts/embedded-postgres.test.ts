import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startPostgres } from './embedded-postgres.ts'
import { processIdentity } from './file-lock.mjs'
import { serverUser } from './postgres/os-user.ts'
import { preparePlace } from './postgres/place.ts'

let root: string
let dataDir: string
let folder: string
const quiet = { persistent: true, tell: () => undefined }

// One cluster for all: making one is the slow part, and each test leaves it stopped.
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lockstep-embedded-'))
  dataDir = join(root, 'postgres')
  folder = preparePlace(dataDir, serverUser()).folder
})
afterAll(() => {
  for (const path of [root, folder]) rmSync(path, { recursive: true, force: true })
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** A task of its own that starts the server and then does nothing; it says the server's address. */
async function startElsewhere(): Promise<{ task: ChildProcess; url: string }> {
  const module = new URL('./embedded-postgres.ts', import.meta.url).href
  const source = `
    import { startPostgres } from ${JSON.stringify(module)}
    const { url } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, persistent: true, tell: () => undefined })
    console.log(url)
    setInterval(() => undefined, 1000)`
  const task = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const url of createInterface({ input: task.stdout })) return { task, url }
  throw new Error('the task ended before it had a server')
}

function pidIn(file: string): number {
  const pid = Number(readFileSync(join(folder, file), 'utf8').split('\n')[0])
  if (!(pid > 1)) throw new Error(`${file} names no process`)
  return pid
}

const isAlive = (pid: number) => processIdentity(pid) !== undefined

it('keeps what was stored, takes UTF-8, and lets nobody else read its password', async () => {
  const first = await startPostgres({ dataDir, ...quiet })
  await query(first.url, `create table words (word text); insert into words values ('Größe 大きさ')`)
  await first.stop()
  const second = await startPostgres({ dataDir, ...quiet })
  expect(await query(second.url, 'select word from words')).toEqual([{ word: 'Größe 大きさ' }])
  await second.stop()
  expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600)
})

it('leaves no server behind when the task that started it is killed', async () => {
  const { task } = await startElsewhere()
  const [keeper, server] = [pidIn('keeper'), pidIn('cluster/postmaster.pid')]
  expect([isAlive(keeper), isAlive(server)]).toEqual([true, true])
  task.kill('SIGKILL')
  await vi.waitUntil(() => !isAlive(keeper) && !isAlive(server), { timeout: 10_000 })
})

it('starts again after everything was killed, although the old server left its pid file', async () => {
  const { task } = await startElsewhere()
  const [keeper, server] = [pidIn('keeper'), pidIn('cluster/postmaster.pid')]
  task.kill('SIGKILL')
  for (const pid of [keeper, server]) process.kill(pid, 'SIGKILL')
  await vi.waitUntil(() => !isAlive(server), { timeout: 10_000 })
  expect(existsSync(join(folder, 'cluster', 'postmaster.pid'))).toBe(true)
  const again = await startPostgres({ dataDir, ...quiet })
  expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await again.stop()
})

it('starts although the number in an old pid file now belongs to another process', async () => {
  const first = await startPostgres({ dataDir, ...quiet })
  await first.stop()
  // Another process of the server's own user: PostgreSQL takes such a number for a running server.
  const stranger = spawn('sleep', ['60'], { ...serverUser(), stdio: 'ignore' })
  writeFileSync(join(folder, 'cluster', 'postmaster.pid'), `${stranger.pid}\n${folder}/cluster\n1\n5\n\n\n\nready\n`)
  try {
    const again = await startPostgres({ dataDir, ...quiet })
    expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await again.stop()
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
  } finally {
    stranger.kill()
    await once(stranger, 'exit')
  }
})

it('shares the server of a live task, and does not stop it', async () => {
  const { task, url } = await startElsewhere()
  const shared = await startPostgres({ dataDir, ...quiet })
  expect(shared).toMatchObject({ url, isShared: true })
  await shared.stop()
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
  const server = pidIn('cluster/postmaster.pid')
  task.kill('SIGKILL')
  await vi.waitUntil(() => !isAlive(server), { timeout: 10_000 })
})

it('makes one server when two tasks start at once', async () => {
  const [one, other] = await Promise.all([startPostgres({ dataDir, ...quiet }), startPostgres({ dataDir, ...quiet })])
  expect(one.url).toBe(other.url)
  expect([one.isShared, other.isShared].sort()).toEqual([false, true])
  await Promise.all([one.stop(), other.stop()])
})

it('removes the files of a server that is not persistent', async () => {
  const passingDir = join(root, 'passing')
  const { folder: passing } = preparePlace(passingDir, serverUser())
  const { stop } = await startPostgres({ dataDir: passingDir, persistent: false })
  expect(existsSync(passing)).toBe(true)
  await stop()
  expect(existsSync(passing)).toBe(false)
})
