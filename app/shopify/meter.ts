import type { Usage } from '~/sync/ports'

/** Counts what was asked of Shopify on somebody's account, such as a run's. */
export type Meter = Usage

export const createMeter = (): Meter => ({ requests: 0, retries: 0, waitedMs: 0, points: 0 })
