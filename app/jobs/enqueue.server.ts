import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { isPulledName, PULLED_NAMES, type ResourceName } from '~/resources/resource'
import type { Trigger } from '~/sync/ports'
import { boss } from './boss.server'
import { catalogue, type JobName, type Payload } from './catalogue'

interface Options {
  /** Enqueues in this client's transaction. */
  db?: PoolClient
  /** The same slot is enqueued once only, however many processes ask. */
  slot?: string
  /** Not before so many seconds have passed. */
  startAfterSeconds?: number
}

/** True when a job was made; false when one like it waits already. */
async function enqueue<Name extends JobName>(
  name: Name,
  payload: Payload<Name>,
  { db, slot, startAfterSeconds }: Options = {},
) {
  const singletonKey = (catalogue[name].singletonKey as (payload: Payload<Name>) => string)(payload)
  const queue = await boss()
  const id = await queue.send(name, payload, {
    singletonKey,
    ...(slot === undefined ? {} : { id: uuidOf(`${name} ${singletonKey} ${slot}`) }),
    ...(startAfterSeconds === undefined ? {} : { startAfter: startAfterSeconds }),
    ...(db === undefined ? {} : { db: { executeSql: (text, values) => db.query(text, values as unknown[]) } }),
  })
  return id !== null
}

/**
 * Asks for runs. Returns how many jobs were newly queued: a resource that has one waiting gets no second, and one that
 * Shopify does not list gets none.
 */
export async function enqueueSync(
  shopId: string,
  wanted: ResourceName | readonly ResourceName[] | 'all',
  {
    trigger,
    force = false,
    ...options
  }: { trigger: Trigger; force?: boolean; slot?: string; startAfterSeconds?: number },
): Promise<number> {
  const names = wanted === 'all' ? PULLED_NAMES : typeof wanted === 'string' ? [wanted] : wanted
  let queued = 0
  for (const resource of names.filter(isPulledName)) {
    if (await enqueue('sync', { shopId, resource, trigger, force }, options)) queued += 1
  }
  return queued
}

/** Asks for the deliveries of the shop that wait to be applied. */
export function enqueueApplyPending(shopId: string, options: { db?: PoolClient } = {}): Promise<boolean> {
  return enqueue('apply-pending', { shopId }, options)
}

/** A UUID (version 8, of our own making) that is the same for the same text. */
function uuidOf(text: string): string {
  const digits = hash('sha256', text).slice(0, 32).split('')
  digits[12] = '8'
  digits[16] = 'a'
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
