import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { buildClientSchema } from 'graphql'
import type { GraphQLSchema, IntrospectionQuery } from 'graphql'

export const API_VERSION = '2026-10'
const INTROSPECTION_FILE = new URL(`../schema/admin_${API_VERSION}.json.gz`, import.meta.url)

/** The parts of the introspection file that the standard leaves out or that `buildClientSchema` drops. */
interface RawType {
  name: string
  requiredAccess?: string | null
  fields?: RawField[] | null
}
interface RawField {
  name: string
  type: RawTypeReference
  requiredAccess?: string | null
  args: { name: string; description?: string | null }[]
}
interface RawTypeReference {
  name: string | null
  ofType: RawTypeReference | null
}

export interface AdminSchema {
  schema: GraphQLSchema
  /** What the field says is needed to read it, such as "`read_orders` access scope.", or null when nothing is. */
  requiredAccess(typeName: string, fieldName: string): string | null
  /** The same for a type, for what is found by its id. */
  requiredAccessOfType(typeName: string): string | null
  /** The search fields that the `query` argument of a root field documents. */
  searchFields(rootField: string): ReadonlySet<string>
}

let loaded: AdminSchema | null = null

/** Shopify's own Admin schema, read and built once per process (about half a second). */
export function adminSchema(): AdminSchema {
  loaded ??= load()
  return loaded
}

function load(): AdminSchema {
  const file = JSON.parse(gunzipSync(readFileSync(INTROSPECTION_FILE)).toString('utf8')) as { data: IntrospectionQuery }
  const types = new Map((file.data.__schema.types as unknown as RawType[]).map((type) => [type.name, type]))
  const fieldOf = (typeName: string, fieldName: string) =>
    types.get(typeName)?.fields?.find((field) => field.name === fieldName)
  const access = new Map<string, string | null>()
  const searchFields = new Map<string, ReadonlySet<string>>()

  const requiredAccessOfType = (typeName: string) => types.get(typeName)?.requiredAccess ?? null
  const readAccess = (typeName: string, fieldName: string) => {
    const field = fieldOf(typeName, fieldName)
    if (!field) return null
    const named = typeNameOf(field.type)
    const nodes = named.endsWith('Connection') ? fieldOf(named, 'nodes') : undefined
    return field.requiredAccess ?? requiredAccessOfType(nodes ? typeNameOf(nodes.type) : named)
  }
  return {
    schema: buildClientSchema(file.data),
    requiredAccessOfType,
    requiredAccess(typeName, fieldName) {
      const key = `${typeName}.${fieldName}`
      const known = access.get(key)
      if (known !== undefined) return known
      const required = readAccess(typeName, fieldName)
      access.set(key, required)
      return required
    },
    searchFields(rootField) {
      const known = searchFields.get(rootField)
      if (known) return known
      const description = fieldOf('QueryRoot', rootField)?.args.find((arg) => arg.name === 'query')?.description ?? ''
      const fields = new Set([...description.matchAll(/^\| ([a-z][\w.{}]*) \|/gm)].map((row) => row[1] ?? ''))
      fields.delete('name')
      // The row of the table's head is called "name" as well; a documented field of that name comes a second time.
      if ([...description.matchAll(/^\| name \|/gm)].length > 1) fields.add('name')
      searchFields.set(rootField, fields)
      return fields
    },
  }
}

function typeNameOf(reference: RawTypeReference): string {
  return reference.name ?? (reference.ofType ? typeNameOf(reference.ofType) : '')
}
