import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ordersJsonl } from './orders-jsonl.ts'

export function writeJsonl(path: string, orders: number): Promise<void> {
  return pipeline(Readable.from(ordersJsonl(orders)), createWriteStream(path))
}
