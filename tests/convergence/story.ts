/** What happened, line by line, with the shop's time. */
import type { VirtualClock } from './virtual-clock.ts'

export class Story {
  readonly lines: string[] = []
  readonly #clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  tell(line: string): void {
    this.lines.push(`${new Date(this.#clock.nowMs).toISOString().slice(5, 23).replace('T', ' ')}  ${line}`)
  }
}

/** The copy is not what the rules promise. */
export class Divergence extends Error {
  override name = 'Divergence'
}
