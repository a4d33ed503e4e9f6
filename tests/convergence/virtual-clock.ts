/** The clocks of one seed: the shop's, which stands still unless the story moves it, and the app's, which is off by some minutes. */

const RealDate = globalThis.Date

export class VirtualClock {
  /** Of the shop, milliseconds since 1970. */
  nowMs: number
  /** How far the app's clock is ahead of it. */
  readonly appAheadMs: number

  constructor(startMs: number, appAheadMs: number) {
    this.nowMs = startMs
    this.appAheadMs = appAheadMs
  }

  advance(ms: number): void {
    this.nowMs += ms
  }
}

let clock: VirtualClock | null = null

/** Which clock the app goes by; null: the machine's. */
export function followClock(next: VirtualClock | null): void {
  clock = next
}

export const currentClock = () => clock

const appNow = () => (clock === null ? RealDate.now() : clock.nowMs + clock.appAheadMs)

/** From now on `Date.now()` and `new Date()` are the app's time in the story. Timers stay real. */
export function installClock(): void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, as) =>
      Reflect.construct(target, given.length === 0 ? [appNow()] : given, as) as typeof RealDate.prototype,
    get: (target, key) => (key === 'now' ? appNow : (Reflect.get(target, key) as unknown)),
  })
}
