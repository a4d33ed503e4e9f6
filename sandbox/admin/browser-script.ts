import { fileURLToPath } from 'node:url'

const entries = {
  'app-bridge': './bridge/app-bridge.ts',
  frame: './frame/frame.ts',
  'shop-page': './shop-page/refresh-activity.ts',
} as const

export type BrowserScript = keyof typeof entries

const built = new Map<BrowserScript, Promise<string>>()

/** One classic script for the browser, bundled from its TypeScript on first use. */
export function browserScript(name: BrowserScript): Promise<string> {
  const script = built.get(name) ?? bundle(entries[name])
  built.set(name, script)
  return script
}

async function bundle(entry: string): Promise<string> {
  const { build } = await import('vite')
  const result = await build({
    configFile: false,
    envFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('.', import.meta.url)),
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ['iife'], name: 'sandboxAdmin' },
    },
  })
  const outputs = Array.isArray(result) ? result.flatMap(({ output }) => output) : []
  const chunk = outputs.find((output) => output.type === 'chunk')
  if (!chunk) throw new Error(`Vite built nothing from ${entry}`)
  return chunk.code
}
