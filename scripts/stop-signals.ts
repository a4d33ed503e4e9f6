/** One Ctrl-C reaches a task up to three times (terminal, npm, bootstrap); people are slower than that. */
const togetherMs = 500

/**
 * Calls `stop` when this process is asked to end. Signals that come together count as one; a later one, or `stop`
 * taking longer than `graceMs`, ends the process at once with code 1. When `stop` resolves the process ends with 0.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>, graceMs: number): void {
  let askedAtMs: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    const nowMs = performance.now()
    if (askedAtMs !== undefined) {
      if (nowMs - askedAtMs > togetherMs) process.exit(1)
      return
    }
    askedAtMs = nowMs
    setTimeout(() => {
      console.error(`Not stopped within ${graceMs / 1000} s; ending anyway.`)
      process.exit(1)
    }, graceMs).unref()
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}
