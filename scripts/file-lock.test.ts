import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acquireFileLock, processIdentity } from './file-lock.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('lets nobody in while a live process holds it, and the next one after that', async () => {
  const path = join(folder, 'lock')
  const order: string[] = []
  const unlock = await acquireFileLock(path)
  let waitsFor = 0
  const second = new Promise<void>((resolve, reject) => {
    acquireFileLock(path, {
      onWait: (pid) => {
        waitsFor = pid
        order.push('first lets go')
        unlock()
      },
    }).then((unlockSecond) => {
      order.push('second is in')
      unlockSecond()
      resolve()
    }, reject)
  })
  await second
  expect(order).toEqual(['first lets go', 'second is in'])
  expect(waitsFor).toBe(process.pid)
  expect(existsSync(path)).toBe(false)
})

it('takes over the lock of a process that is gone', async () => {
  const path = join(folder, 'lock')
  const child = spawn(process.execPath, ['-e', ''])
  const identity = processIdentity(child.pid ?? 0)
  await once(child, 'exit')
  writeFileSync(path, `${child.pid}\n${identity}\n`)
  const unlock = await acquireFileLock(path)
  unlock()
})

it('takes over the lock of a process whose number now belongs to another', async () => {
  const path = join(folder, 'lock')
  writeFileSync(path, `${process.pid}\nbefore the restart\n`)
  const unlock = await acquireFileLock(path)
  unlock()
})

it('does not take the lock from its new holder when an old one lets go twice', async () => {
  const path = join(folder, 'lock')
  const unlock = await acquireFileLock(path)
  unlock()
  writeFileSync(path, 'someone else\n')
  unlock()
  expect(existsSync(path)).toBe(true)
})
