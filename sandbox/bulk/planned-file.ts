import type { BulkFilePlan, BulkPlan } from '../contract.ts'
import { seededRandom } from '../random.ts'
import type { Random } from '../random.ts'

export interface ResultFile {
  chunks: readonly Buffer[]
  /** The sum of the chunks' lengths, in bytes. */
  size: number
  /** What is wrong with it, and at how many more downloads. */
  flaw: { plan: BulkFilePlan; left: number } | null
}

const LINE_END = 10

/** The file of a result, in the order that the plan asks for and with the flaw that it asks for. */
export function plannedFile(chunks: readonly Buffer[], { scatterSeed, file }: BulkPlan): ResultFile {
  const flaw = file ? { plan: file, left: file.times ?? Infinity } : null
  return fileOf(scatterSeed === undefined ? chunks : [scattered(chunks, seededRandom(scatterSeed))], flaw)
}

/** The file of the first lines of a result. */
export function partialFile(chunks: readonly Buffer[], lines: number): ResultFile {
  const whole = Buffer.concat(chunks)
  let end = 0
  for (let count = 0; count < lines && end < whole.length; count++) end = whole.indexOf(LINE_END, end) + 1
  return fileOf([whole.subarray(0, end)], null)
}

/** Without its last lines. */
export function shortened(chunks: readonly Buffer[], missingLines: number): Buffer {
  const whole = Buffer.concat(chunks)
  let end = whole.length
  for (let count = 0; count < missingLines && end > 0; count++) end = whole.lastIndexOf(LINE_END, end - 2) + 1
  return whole.subarray(0, end)
}

function fileOf(chunks: readonly Buffer[], flaw: ResultFile['flaw']): ResultFile {
  return { chunks, size: chunks.reduce((sum, chunk) => sum + chunk.length, 0), flaw }
}

/** The same lines in random order (Fisher and Yates). */
function scattered(chunks: readonly Buffer[], random: Random): Buffer {
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
  for (let last = lines.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[lines[last], lines[other]] = [lines[other] ?? '', lines[last] ?? '']
  }
  return Buffer.from(`${lines.join('\n')}\n`)
}
