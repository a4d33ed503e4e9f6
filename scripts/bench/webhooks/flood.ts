/** Forged deliveries from a thread of their own, so that whoever measures the real ones is not held up by sending these. */
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createFactory, createReplayed } from './deliveries.ts'
import { press } from './load.ts'

export interface Flood {
  port: number
  perS: number
  seconds: number
}

/** Starts at once. Gives how many answers there were of each status. */
export async function flood(options: Flood): Promise<ReadonlyMap<number, number>> {
  const worker = new Worker(new URL(import.meta.url), { workerData: options })
  const [statuses] = (await once(worker, 'message')) as [ReadonlyMap<number, number>]
  await worker.terminate()
  return statuses
}

if (!isMainThread) {
  const { port, ...load } = workerData as Flood
  const forged = createReplayed(createFactory([1, 2, 3], { isForged: true }), 200)
  parentPort!.postMessage((await press(port, forged, load)).statuses)
}
