import { describe, expect, it } from 'vitest'
import { resources } from '../resources/registry'
import { blocksOfLines, BrokenResult, readBulkLines } from './bulk-lines'

const { orders } = resources

async function* inParts(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(text)
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes)
}

async function linesOf(text: string, bytes: number): Promise<string[]> {
  const lines: string[] = []
  for await (const block of blocksOfLines(inParts(text, bytes)))
    lines.push(...block.toString().split('\n').slice(0, -1))
  return lines
}

describe('a stream of bytes', () => {
  it.each([1, 2, 5, 7, 100])('is cut into whole lines wherever its parts of %i bytes end', async (bytes) => {
    expect(await linesOf('{"a":"ü"}\n\n{"b":"€𝄞"}\n', bytes)).toEqual(['{"a":"ü"}', '', '{"b":"€𝄞"}'])
  })

  it('may lack the end of its last line', async () => {
    expect(await linesOf('{"a":1}\n{"b":2}', 4)).toEqual(['{"a":1}', '{"b":2}'])
  })

  it('that breaks off in a line is no result', async () => {
    const read = async () => {
      const lines = []
      for await (const block of blocksOfLines(inParts('{"id":"gid://shopify/Order/5","na', 4))) {
        lines.push(...readBulkLines(orders, block))
      }
      return lines
    }
    await expect(read()).rejects.toThrow(BrokenResult)
  })
})

describe('the lines of a block', () => {
  const child = { id: 'gid://shopify/LineItem/7', quantity: 1, __parentId: 'gid://shopify/Order/5' }

  it('are read one by one, each as what it is', () => {
    const unreadable = { ...child, quantity: 'many' }
    const block = Buffer.from(`${JSON.stringify(child)}\n${JSON.stringify(unreadable)}\n`)
    expect([...readBulkLines(orders, block)]).toMatchObject([
      { line: 'child', table: 'order_line_items', parentId: '5', row: { id: '7', quantity: 1 } },
      { line: 'unreadable', id: '5' },
    ])
  })

  it.each(['{"id":', '', '[]', '{}', 'null', '{"id":"gid://shopify/Cat/1","__parentId":"gid://shopify/Order/5"}'])(
    'are no result when one is %s',
    (line) => {
      const lines = readBulkLines(orders, Buffer.from(`${JSON.stringify(child)}\n${line}\n`))
      expect(lines.next().value).toMatchObject({ line: 'child' })
      expect(() => lines.next()).toThrow(BrokenResult)
    },
  )
})
