/** Bulk loads, their first half: records stream into unlogged tables by COPY. merge-stage.server.ts has the second. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Resource, Row } from '~/resources/resource'
import type { BulkLine } from '~/sync/bulk-lines'
import type { SettledSpan, StagePort } from '~/sync/bulk-ports'
import { copyLineOf, createCopyLines } from './copy-text'
import { childDigest, childText, digestedColumns, keptColumns, rowDigest, rowText } from './digest'
import { countWithin, createStage, dropStage, indexStage, orphans, type StageNames } from './staged-sql'

/**
 * What is gathered before it is sent: some thousand rows. A COPY goes to and fro four times, each time when the lines that
 * are being read leave a moment for it: with half a megabyte a quarter of the time went by in waiting.
 */
const FLUSH_BYTES = 1 << 21
export interface StageCounts {
  records: number
  children: number
  unreadable: number
}

/** Takes lines until `end`. Lines sent while an earlier part is on its way to PostgreSQL are gathered meanwhile. */
export interface Stage {
  readonly counts: StageCounts
  /** Takes the lines one by one; waits where PostgreSQL does not keep up. */
  add(lines: Iterable<BulkLine>): Promise<void>
  /** Sends what is left and makes the tables ready for the merge. */
  end(): Promise<void>
}

/** Makes the tables of `stage` anew: what an earlier attempt left is gone. */
export async function openStage(client: PoolClient, resource: Resource, stage: StageNames): Promise<Stage> {
  await client.query(dropStage(resource, stage))
  await client.query(createStage(resource, stage))
  const counts: StageCounts = { records: 0, children: 0, unreadable: 0 }
  const writers = writersOf(resource, stage)
  let sending: Promise<void> = Promise.resolve()

  async function send(): Promise<void> {
    await sending
    const parts = writers.all.filter(({ lines }) => lines.bytes > 0)
    sending = sendAll(
      client,
      parts.map(({ into, lines }) => ({ into, bytes: lines.take() })),
    )
    // The caller learns of a failure by the next `send`.
    sending.catch(() => undefined)
  }

  return {
    counts,
    async add(lines) {
      for (const line of lines) {
        writers.write(line)
        if (line.line === 'record') counts.records += 1
        else if (line.line === 'child') counts.children += 1
        else counts.unreadable += 1
        if (writers.bytes() > FLUSH_BYTES) await send()
      }
    },
    async end() {
      await send()
      await sending
      await client.query(indexStage(resource, stage))
    },
  }
}

function writersOf({ table, children }: Resource, stage: StageNames) {
  const writer = (name: string, columns: readonly string[]) => ({
    into: `${name} (${columns.join(', ')})`,
    lines: createCopyLines(),
  })
  const parents = writer(stage.parents, ['id', 'digest', 'source_updated_at', ...Object.keys(table.columns)])
  const unreadable = writer(stage.unreadable, ['id', 'reason'])
  const parentLine = copyLineOf(table.columns)
  const reasonLine = copyLineOf({ reason: 'text' })
  const childWriters = new Map(
    children.map((child) => {
      const [kept, digested] = [keptColumns(child), digestedColumns(child)]
      const columns = ['parent_id', 'digest', ...Object.keys(kept), 'id', ...Object.keys(digested)]
      const lines = { lineOf: copyLineOf(digested), keptOf: Object.keys(kept).length > 0 ? copyLineOf(kept) : null }
      return [child.name, { ...writer(stage.children(child.name), columns), ...lines }]
    }),
  )
  const all = [parents, unreadable, ...childWriters.values()]

  function writeChild(table: string, parentId: string, row: Row): void {
    const { lines, lineOf, keptOf } = childWriters.get(table)!
    const text = childText(row.id as string, lineOf(row))
    lines.write(`${parentId}\tx${childDigest(text)}\t${keptOf === null ? '' : `${keptOf(row)}\t`}`, text)
  }

  function write(line: BulkLine): void {
    switch (line.line) {
      case 'child':
        return writeChild(line.table, line.parentId, line.row)
      case 'record': {
        const { id, sourceUpdatedAt, fields, children } = line.record
        const text = rowText(sourceUpdatedAt, parentLine(fields))
        parents.lines.write(`${id}\t${rowDigest(text)}\t`, text)
        for (const [table, rows] of Object.entries(children)) for (const row of rows) writeChild(table, id, row)
        return
      }
      case 'unreadable':
        return unreadable.lines.write(`${line.id}\t`, reasonLine({ reason: line.reason }))
    }
  }

  return { all, write, bytes: () => all.reduce((sum, { lines }) => sum + lines.bytes, 0) }
}

async function sendAll(client: PoolClient, parts: readonly { into: string; bytes: Buffer }[]): Promise<void> {
  for (const { into, bytes } of parts) {
    await pipeline(Readable.from([bytes]), client.query(copyFrom(`copy ${into} from stdin`)))
  }
}

/** A stage as the engine sees it. `counted`: of which records their number is wanted. */
export async function openStagePort(
  client: PoolClient,
  resource: Resource,
  names: StageNames,
  counted: SettledSpan,
): Promise<StagePort> {
  const stage = await openStage(client, resource, names)
  return {
    add: (lines) => stage.add(lines),
    async end() {
      await stage.end()
      const { rows } = await client.query<{ count: number }>(countWithin(names, counted.by), [counted.from, counted.to])
      return { ...stage.counts, counted: rows[0]!.count, orphans: await orphansOf(client, resource, names) }
    },
  }
}

/** Ids of records that only have children in the result, at most ten: not all of it arrived. */
async function orphansOf(client: PoolClient, resource: Resource, stage: StageNames): Promise<string[]> {
  const ids: string[] = []
  for (const child of resource.children) {
    const { rows } = await client.query<{ id: string }>(orphans(child, stage), [10])
    ids.push(...rows.map(({ id }) => id))
  }
  return ids.slice(0, 10)
}
