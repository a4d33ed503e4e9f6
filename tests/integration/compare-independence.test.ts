import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../scripts/compare', import.meta.url))

it('the comparison has nothing from the app: it knows its own files, the shop records, which of them Shopify lists, and the database driver', () => {
  const imports = globSync('*.ts', { cwd: folder }).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]),
  )
  expect(imports.length).toBeGreaterThan(0)
  expect(
    imports.filter(
      (path) => !/^(\.\/[a-z-]+\.ts|\.\.\/\.\.\/sandbox\/(abandoned|contract|model)\.ts|pg)$/.test(path ?? ''),
    ),
  ).toEqual([])
})
