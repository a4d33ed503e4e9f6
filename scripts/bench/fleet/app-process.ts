/**
 * Bundled and run by ../fleet.ts: a process of the app with the roles worker and scheduler, whose clock is the bench. It
 * reads commands, one a line, and answers each by a line of JSON: `{"tick": at, "next": at}` and `"stop"`.
 */
import { createInterface } from 'node:readline'
import { closeDatabase } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { tick } from '~/jobs/schedule.server'
import { startWorker } from '~/jobs/worker.server'
import { PULLED_NAMES } from '~/resources/resource'

export interface Tick {
  tick: string
  next: string
}

const worker = await startWorker()
console.log(JSON.stringify('ready'))

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Tick | 'stop'
  if (command === 'stop') break
  for (const resource of PULLED_NAMES) await tick(resource, new Date(command.tick), new Date(command.next))
  console.log(JSON.stringify('ticked'))
}

await worker.stop()
await stopBoss(0)
await closeDatabase()
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
console.log(JSON.stringify({ rssMb: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }))
