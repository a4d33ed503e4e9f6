import { once } from 'node:events'
import { createServer } from 'node:net'
import { PlainFailure } from '../plain-failure.mjs'

/** The port a program could listen on right now, asking for `port` (0: any). Null when it is taken. */
async function tryPort(port: number): Promise<number | null> {
  const probe = createServer().listen(port)
  try {
    await once(probe, 'listening')
  } catch {
    return null
  }
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : null
}

/** The preferred port, else any that is free. */
export async function findPort(preferred: number): Promise<number> {
  const port = (await tryPort(preferred)) ?? (await tryPort(0))
  if (port === null) throw new PlainFailure('There is no free port on this machine.')
  return port
}

/** @throws {PlainFailure} when it is taken */
export async function requirePort(port: number): Promise<number> {
  const found = await tryPort(port)
  if (found === null) throw new PlainFailure(`Port ${port} is taken. Give another by --port, or none for a free one.`)
  return found
}
