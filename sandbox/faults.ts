import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, FaultRequest, FaultPlan } from './contract.ts'

export interface JsonAnswer {
  status: number
  body: unknown
}

type HttpFault = Extract<Fault, `http${number}`>

const HTTP_BODIES: Record<HttpFault, JsonAnswer['body']> = {
  http402: { errors: 'Payment Required' },
  http403: { errors: 'Forbidden' },
  http404: { errors: 'Not Found' },
  http423: { errors: 'Locked' },
  http429: { errors: 'Exceeded the rate limit of the API' },
  http500: { errors: 'Internal Server Error' },
  http502: '<html><head><title>502 Bad Gateway</title></head></html>',
  http503: '<html><head><title>503 Service Unavailable</title></head></html>',
}
const RETRY_AFTER_SECONDS = '2.0'
const BAD_TOKEN = { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' }

export const UNAUTHORIZED: JsonAnswer = { status: 401, body: BAD_TOKEN }

/** The faults that one shop shows: those that are queued for the Admin API, and those of a plan. */
export class ShopFaults {
  plan: FaultPlan | null = null
  readonly #queued: Fault[] = []
  readonly #counts: Record<FaultRequest['kind'], number> = { graphql: 0, token: 0, 'bulk-file': 0 }

  queue(fault: Fault, times: number): void {
    for (let count = 0; count < times; count++) this.#queued.push(fault)
  }

  /** Of the request that is now to be answered. */
  async take(kind: FaultRequest['kind']): Promise<Fault | null> {
    const n = ++this.#counts[kind]
    const queued = kind === 'graphql' ? this.#queued.shift() : undefined
    return queued ?? (await this.plan?.({ kind, n })) ?? null
  }
}

/**
 * Answers as the fault has it, if nothing of the request is to be carried out; false when it is, and the fault, if it is
 * one, only concerns the answer.
 */
export async function answersInstead(fault: Fault | null, response: ServerResponse): Promise<boolean> {
  if (fault === null || typeof fault === 'object') return false
  switch (fault) {
    case 'reset':
      response.socket?.destroy()
      return true
    case 'timeout':
      await new Promise((resolve) => response.once('close', resolve))
      return true
    case 'unauthorized':
      sendJson(response, UNAUTHORIZED)
      return true
    case 'cut':
    case 'lost':
    case 'throttled':
    case 'refused':
      return false
    default:
      sendHttpFault(fault, response)
      return true
  }
}

/** For addresses that know no points. */
export function insteadOfThrottled(fault: Fault | null): Fault | null {
  return fault === 'throttled' ? 'http429' : fault
}

/** Sends what the request came to, by the fault: late, in half, or not at all. */
export async function sendAnswer(
  fault: Fault | null,
  answer: JsonAnswer,
  response: ServerResponse,
  nowMs: () => number,
): Promise<void> {
  if (fault === 'lost') return void response.socket?.destroy()
  if (fault === 'cut') return sendHalf(response, answer)
  await slowness(fault, response)
  // As with any server, an answer that took long bears the time at which it was sent, not that of what it says.
  response.setHeader('Date', new Date(nowMs()).toUTCString())
  sendJson(response, answer)
}

/** Waits as long as the fault says, or until the client gave up. */
export async function slowness(fault: Fault | null, response: ServerResponse): Promise<void> {
  if (typeof fault !== 'object' || fault === null) return
  const hangUp = new AbortController()
  response.once('close', () => hangUp.abort())
  await delay(fault.slowMs, undefined, { signal: hangUp.signal }).catch(() => {})
}

export function sendJson(response: ServerResponse, { status, body }: JsonAnswer): void {
  const text = JSON.stringify(body)
  writeJsonHead(response, status, text)
  response.end(text)
}

function sendHalf(response: ServerResponse, { status, body }: JsonAnswer): void {
  const text = JSON.stringify(body)
  writeJsonHead(response, status, text)
  response.write(text.slice(0, text.length / 2), () => response.socket?.destroySoon())
}

function writeJsonHead(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  })
}

/** Those of the servers in between speak no JSON. */
function sendHttpFault(fault: HttpFault, response: ServerResponse): void {
  const status = Number(fault.slice('http'.length))
  const body = HTTP_BODIES[fault]
  if (fault === 'http429') response.setHeader('Retry-After', RETRY_AFTER_SECONDS)
  if (typeof body !== 'string') return sendJson(response, { status, body })
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(body)
}
