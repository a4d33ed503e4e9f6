/** Forged deliveries from a thread of their own, so that whoever measures the real ones is not held up by sending these. */
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createFactory, createReplayed } from './deliveries.ts'
import { type Load, type Measured, openConnections, prepare, press } from './load.ts'

export interface Flood {
  /** Starts as soon as its requests are prepared. */
  press(load: Load): Promise<Measured>
  end(): Promise<unknown>
}

/** One thread for all floods, and the same connections: a new one's compiler, and their acceptance, would take part in each. */
export function openFlood(port: number): Flood {
  const worker = new Worker(new URL(import.meta.url), { workerData: port })
  return {
    async press(load) {
      worker.postMessage(load)
      const [measured] = (await once(worker, 'message')) as [Measured]
      return measured
    },
    end: () => worker.terminate(),
  }
}

if (!isMainThread) {
  const forged = createReplayed(createFactory([1, 2, 3], { isForged: true }), 200)
  const connections = openConnections(workerData as number)
  parentPort!.on('message', async (load: Load) => {
    parentPort!.postMessage(await press(connections, prepare(forged, load.perS * load.seconds), load))
  })
}
