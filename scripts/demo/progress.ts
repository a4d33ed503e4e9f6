/** Says a line with the time since the demo began, in seconds. */
export type Tell = (line: string) => void

export function createProgress(): Tell {
  const startedMs = performance.now()
  return (line) => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
    console.log(`${seconds.padStart(6)} s  ${line}`)
  }
}

export const figure = (count: number) => count.toLocaleString('en')
