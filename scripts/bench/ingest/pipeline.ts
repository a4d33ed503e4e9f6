/**
 * What the app does with the result of a bulk operation, in a process of its own so that its memory can be seen.
 * Arguments: a file of JSONL, or - for what comes by the standard input; the shop's id. Prints one JSON object.
 */
import { createReadStream } from 'node:fs'
import { openStagePort } from '~/db/bulk-load.server'
import { mergeStage } from '~/db/merge-stage.server'
import { dropStage, stageNames } from '~/db/staged-sql'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { blocksOfLines, readBulkLines } from '~/sync/bulk-lines'

/** After the last order of the result. */
const STARTED_AT = '2026-01-01T00:00:00Z'
const [source = '', shopId = ''] = process.argv.slice(2)
const resource = resources.orders
const bytes = source === '-' ? process.stdin : createReadStream(source, { highWaterMark: 1 << 18 })

const begun = performance.now()
const names = stageNames('bench')
const client = await pool.connect()
const stage = await openStagePort(client, resource, names, { by: 'created_at', from: null, to: STARTED_AT })
for await (const block of blocksOfLines(bytes)) await stage.add(readBulkLines(resource, block))
const staged = await stage.end()
if (staged.orphans.length > 0 || staged.counted !== staged.records) throw new Error('the result is not whole')
const stagedMs = performance.now() - begun
const target = { shopId, resource, channel: 'bulk' as const, runId: null }
const merged = await mergeStage(pool, target, names, STARTED_AT)
await client.query(dropStage(resource, names))
const ms = performance.now() - begun
client.release()
await closeDatabase()
console.log(JSON.stringify({ ms, stagedMs, ...merged, rssMb: process.resourceUsage().maxRSS / 1024 }))
