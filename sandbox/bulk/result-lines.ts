import type { NodeShape } from './bulk-query.ts'

type Fields = Record<string, unknown>

/** A line of the result, without its line end, and how deep its node is: 0 at the root. */
interface PlacedLine {
  text: string
  depth: number
}

export interface ResultLines {
  lines: string[]
  /** How many of them are nodes of the connection at the root. */
  roots: number
}

/**
 * The lines of a bulk result for some nodes of the root's connection, as the answer to an ordinary query gave them. A
 * node of a nested connection is a line of its own that names its parent; all else stays in its node. Parents come before
 * their children, and each connection keeps its order. Grouped, children follow right after their parent; otherwise all
 * of one depth come together, so that nobody takes the line above for the parent: Shopify promises no more than that.
 */
export function resultLines(
  nodes: readonly unknown[],
  shape: NodeShape,
  { grouped }: { grouped: boolean },
): ResultLines {
  const placed: PlacedLine[] = []
  for (const node of nodes) collect(node as Fields, shape, { depth: 0 }, placed)
  const roots = placed.filter(({ depth }) => depth === 0).length
  if (!grouped) placed.sort((a, b) => a.depth - b.depth)
  return { lines: placed.map(({ text }) => text), roots }
}

function collect(
  node: Fields,
  shape: NodeShape,
  place: { depth: number; parentId?: unknown },
  into: PlacedLine[],
): void {
  const children: { connection: unknown; shape: NodeShape }[] = []
  const own = withoutConnections(node, shape, children)
  if (place.depth > 0) own['__parentId'] = place.parentId
  into.push({ text: JSON.stringify(own), depth: place.depth })
  for (const child of children)
    for (const one of nodesOf(child.connection))
      collect(one, child.shape, { depth: place.depth + 1, parentId: node['id'] }, into)
}

/** A copy of the fields without their connections, which go to `found`. */
function withoutConnections(
  fields: Fields,
  shape: NodeShape,
  found: { connection: unknown; shape: NodeShape }[],
): Fields {
  const kept: Fields = {}
  for (const [key, value] of Object.entries(fields)) {
    const connection = shape.connections.get(key)
    const object = shape.objects.get(key)
    if (connection) found.push({ connection: value, shape: connection })
    else if (object && typeof value === 'object' && value !== null)
      kept[key] = withoutConnections(value as Fields, object, found)
    else kept[key] = value
  }
  return kept
}

/** The nodes of a connection that was asked for by its edges. */
export function nodesOf(connection: unknown): Fields[] {
  const { edges = [] } = (connection ?? {}) as { edges?: { node: Fields }[] }
  return edges.map(({ node }) => node)
}
