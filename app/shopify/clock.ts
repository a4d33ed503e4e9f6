/**
 * What time it is at Shopify, from nothing but the `Date` headers of its answers.
 *
 * A `Date` header has whole seconds: the answer was made in [date, date + 1 s). With the instants at which we asked and
 * were answered, each one bounds the offset between both clocks from below and above, and the bounds of many answers
 * together become narrow. Clocks that are set right have no offset, so zero is believed as long as no answer denies it;
 * otherwise the lower bound is, because what we show as newer than it is could hide what is newer still.
 */
export interface ShopifyClock {
  /** All in milliseconds since 1970: ours when the request left and when the answer came, and the answer's `Date`. */
  observe(exchange: { sentMs: number; receivedMs: number; dateMs: number }): void
  /** Milliseconds that Shopify's clock is ahead of ours. */
  offsetMs(): number
}

export function createShopifyClock(): ShopifyClock {
  let lowest = -Infinity
  let highest = Infinity
  return {
    observe({ sentMs, receivedMs, dateMs }) {
      const low = dateMs - receivedMs
      const high = dateMs + 1000 - sentMs
      lowest = Math.max(lowest, low)
      highest = Math.min(highest, high)
      // One of the clocks was set anew: only the latest answer counts.
      if (lowest > highest) [lowest, highest] = [low, high]
    },
    offsetMs: () => (lowest <= 0 && highest >= 0 ? 0 : lowest),
  }
}
