import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BulkFilePlan, Fault } from '../contract.ts'
import { answersInstead, insteadOfThrottled, slowness } from '../faults.ts'
import { shortened } from './planned-file.ts'
import type { ResultFile } from './planned-file.ts'

const ADDRESS = /^\/bulk-results\/([0-9a-f]{64})\/[^/]+$/

/** A file, and what asks for the fault that a download of it has to show. */
export interface ServedFile extends ResultFile {
  fault(): Promise<Fault | null>
}

/** The files of finished bulk operations of all shops: whoever knows the address gets the file, without any token. */
export class ResultFiles {
  readonly #files = new Map<string, ServedFile>()
  readonly #origin: () => string

  /** `origin`: scheme, host and port of the sandbox. */
  constructor(origin: () => string) {
    this.#origin = origin
  }

  /** Keeps the file and gives the URL, which nobody can guess, that it is served under. */
  publish(name: string, file: ServedFile): string {
    const secret = randomBytes(32).toString('hex')
    this.#files.set(secret, file)
    return `${this.#origin()}/bulk-results/${secret}/${name}`
  }

  /** Forgets the file; its URL answers 404 from now on. */
  remove(url: string): void {
    this.#files.delete(secretOf(new URL(url).pathname) ?? '')
  }

  /** Resolves to false when the request is not for a result file. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox.invalid')
    const secret = secretOf(pathname)
    if (!secret) return false
    const file = this.#files.get(secret)
    if (!file || request.method !== 'GET') refuse(response, 404)
    else await send(file, response)
    return true
  }
}

async function send(file: ServedFile, response: ServerResponse): Promise<void> {
  const fault = await file.fault()
  if (await answersInstead(faultOfFile(fault), response)) return
  await slowness(fault, response)
  const flaw: BulkFilePlan | null = fault === 'cut' ? { cutAfterBytes: Math.floor(file.size / 2) } : takeFlaw(file)
  if (flaw && 'status' in flaw) return refuse(response, flaw.status)
  const missing = flaw && 'missingLines' in flaw ? shortened(file.chunks, flaw.missingLines) : null
  response.writeHead(200, { 'Content-Type': 'application/jsonl', 'Content-Length': missing?.length ?? file.size })
  const cutAfterBytes = flaw && 'cutAfterBytes' in flaw ? flaw.cutAfterBytes : Infinity
  const chunks = missing ? [missing] : file.chunks
  await pipeline(Readable.from(upTo(cutAfterBytes, chunks), { objectMode: false }), response, {
    end: cutAfterBytes >= file.size,
  }).catch(ignoreHangUp)
  // What was written still goes out.
  if (cutAfterBytes < file.size) response.socket?.destroySoon()
}

/** There is nothing to carry out, and no token to refuse. */
function faultOfFile(fault: Fault | null): Fault | null {
  return fault === 'lost' ? 'reset' : fault === 'refused' ? 'unauthorized' : insteadOfThrottled(fault)
}

function takeFlaw({ flaw }: ResultFile): BulkFilePlan | null {
  if (!flaw || flaw.left <= 0) return null
  flaw.left--
  return flaw.plan
}

function* upTo(bytes: number, chunks: readonly Buffer[]): Generator<Buffer> {
  let left = bytes
  for (const chunk of chunks) {
    if (left <= 0) return
    yield chunk.subarray(0, left)
    left -= chunk.length
  }
}

function refuse(response: ServerResponse, status: 403 | 404): void {
  const code = status === 403 ? 'AccessDenied' : 'NoSuchKey'
  response.writeHead(status, { 'Content-Type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)
}

function secretOf(pathname: string): string | undefined {
  return ADDRESS.exec(pathname)?.[1]
}

/** Who reads the file may go away at any time: that is nothing to report. */
function ignoreHangUp(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET' && code !== 'EPIPE') throw error
}
