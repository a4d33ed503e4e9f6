import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const ADDRESS = /^\/bulk-results\/([0-9a-f]{64})\/[^/]+$/

export interface ResultFile {
  chunks: readonly Buffer[]
  /** The sum of the chunks' lengths, in bytes. */
  size: number
}

/** The files of finished bulk operations of all shops: whoever knows the address gets the file, without any token. */
export class ResultFiles {
  readonly #files = new Map<string, ResultFile>()
  readonly #origin: () => string

  /** `origin`: scheme, host and port of the sandbox. */
  constructor(origin: () => string) {
    this.#origin = origin
  }

  /** Keeps the file and gives the URL, which nobody can guess, that it is served under. */
  publish(name: string, file: ResultFile): string {
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
    if (!file || request.method !== 'GET') {
      response.writeHead(404, { 'Content-Type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>')
      return true
    }
    response.writeHead(200, { 'Content-Type': 'application/jsonl', 'Content-Length': file.size })
    await pipeline(Readable.from(file.chunks, { objectMode: false }), response).catch(ignoreHangUp)
    return true
  }
}

function secretOf(pathname: string): string | undefined {
  return ADDRESS.exec(pathname)?.[1]
}

/** Who reads the file may go away at any time: that is nothing to report. */
function ignoreHangUp(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET' && code !== 'EPIPE') throw error
}
