/**
 * Loaded before a program that another one has started (`node --import`): ends the program when its standard input
 * closes, which happens when the other one ends, for whatever reason, also by kill -9. Gently first.
 */
const patienceMs = 5_000

let isEnding = false

function end(): void {
  if (isEnding) return
  isEnding = true
  setTimeout(() => process.exit(1), patienceMs).unref()
  process.kill(process.pid, 'SIGTERM')
}

process.stdin.on('end', end).on('close', end).on('error', end).resume().unref()
