/**
 * The web server as it listens in production, to be bundled and forked by tests with `--expose-gc`. Says at which port it
 * listens, and answers each message by how much memory is in use once the garbage is gone.
 */
import { startWeb } from '~/web.server'
import { emptyBuild } from '../factories/server-build.ts'

export interface MemoryUse {
  heapBytes: number
  /** Buffers, outside of the heap. */
  externalBytes: number
}

const web = await startWeb({ build: emptyBuild, mode: 'production' })

process.on('message', () => {
  // The second time takes what finalizers of the first have let go.
  gc!()
  gc!()
  const { heapUsed, external } = process.memoryUsage()
  process.send!({ heapBytes: heapUsed, externalBytes: external } satisfies MemoryUse)
})
process.on('disconnect', () => process.exit(0))
process.send!({ port: web.port })
