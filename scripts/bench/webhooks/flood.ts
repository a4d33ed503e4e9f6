/** Forged deliveries from a thread of their own, so that whoever measures the real ones is not held up by sending these. */
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createFactory, createReplayed } from './deliveries.ts'
import { type Load, openConnections, prepare, press } from './load.ts'

export interface Flood {
  /** Starts as soon as its requests are prepared. Gives how many answers there were of each status. */
  press(load: Load): Promise<ReadonlyMap<number, number>>
  end(): Promise<unknown>
}

/** One thread for all floods, and the same connections: a new one's compiler, and their acceptance, would take part in each. */
export function openFlood(port: number): Flood {
  const worker = new Worker(new URL(import.meta.url), { workerData: port })
  return {
    async press(load) {
      worker.postMessage(load)
      const [statuses] = (await once(worker, 'message')) as [ReadonlyMap<number, number>]
      return statuses
    },
    end: () => worker.terminate(),
  }
}

if (!isMainThread) {
  const forged = createReplayed(createFactory([1, 2, 3], { isForged: true }), 200)
  const connections = openConnections(workerData as number)
  parentPort!.on('message', async (load: Load) => {
    parentPort!.postMessage((await press(connections, prepare(forged, load), load)).statuses)
  })
}
