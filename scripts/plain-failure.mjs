// @ts-check
/**
 * A failure whose message is meant for the person at the terminal: it says what could not be had and how to get it.
 * Whoever runs a task prints the message alone; any other error is a bug and keeps its stack.
 */
export class PlainFailure extends Error {
  /** @override */
  name = 'PlainFailure'
}

/**
 * Prints an error as its kind deserves and makes the process exit with 1 once its handles are closed.
 *
 * @param {unknown} error
 */
export function reportFailure(error) {
  // By its name, for the built app brings classes of its own.
  const isPlain = error instanceof Error && error.name === 'PlainFailure'
  console.error(isPlain ? `\n${error.message}` : error)
  process.exitCode = 1
}
