import type {
  KyselyPlugin,
  OperationNode,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'

/** Tables of no municipality: the same rows for everyone, nothing of a person (listed in docs/permissions.md). */
export const NATIONAL_TABLES: ReadonlySet<string> = new Set([
  'municipalities.national',
  'app.migration',
  'certificates.node',
  'certificates.fleet_build',
])

/**
 * Refuses a query that touches a tenant table without saying which municipality, before it reaches the database. Each
 * table needs `municipality_code = <parameter>`, or `municipality_code = municipality_code` with another table. RLS is the
 * net; this is the filter that lets one shard answer (design §4 rule 4).
 *
 * It reads no logic: a filter behind OR, NOT or in another sub-select counts, and so does a table joined only to itself.
 */
export const tenantGuard: KyselyPlugin = {
  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    const tables = [...tablesOf(args.node)].filter(([, table]) => !NATIONAL_TABLES.has(table))
    const filtered = filteredNames(args.node)
    const bare = tables.filter(
      // A column without its table can mean only the one table there is.
      ([name]) => !filtered.has(name) && !(tables.length === 1 && filtered.has('')),
    )
    if (bare.length > 0) {
      throw new Error(`query on ${bare.map(([, table]) => table).join(', ')} without municipality_code`)
    }
    return args.node
  },
  async transformResult(args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return args.result
  },
}

type Loose = { readonly kind?: string; readonly [key: string]: unknown }

/** How the query names each table (its alias, or its own name), with the table's full name. */
function tablesOf(root: OperationNode): Map<string, string> {
  const found = new Map<string, string>()
  const add = (table: Loose, alias: string | undefined): void => {
    const full = fullName(table)
    if (full) found.set(alias ?? full, full)
  }
  walk(root, (node) => {
    const aliased = node.kind === 'AliasNode' ? (node['node'] as Loose) : undefined
    if (aliased?.kind === 'TableNode') {
      add(aliased, (node['alias'] as { name?: string }).name)
      return 'leave'
    }
    if (node.kind === 'TableNode') add(node, undefined)
    return node.kind === 'ReferenceNode' ? 'leave' : 'enter'
  })
  return found
}

/** `schema.table`; nothing for a name without a schema: the alias of a table, or a CTE, that was named elsewhere. */
function fullName(table: Loose): string | undefined {
  const identifier = table['table'] as { schema?: { name: string }; identifier: { name: string } }
  return identifier.schema ? `${identifier.schema.name}.${identifier.identifier.name}` : undefined
}

/** Names of tables whose `municipality_code` is set or compared for equality; '' where the column stood alone. */
function filteredNames(root: OperationNode): Set<string> {
  const named = new Set<string>()
  walk(root, (node) => {
    if (node.kind === 'BinaryOperationNode') {
      const equal = (node['operator'] as { operator?: unknown }).operator === '='
      const left = ownerOfCode(node['leftOperand'] as Loose)
      const right = node['rightOperand'] as Loose
      const joined = ownerOfCode(right)
      if (equal && left !== undefined && (right.kind === 'ValueNode' || joined !== undefined)) {
        named.add(left)
        if (joined !== undefined) named.add(joined)
      }
    }
    if (node.kind === 'InsertQueryNode') {
      const columns = (node['columns'] as Loose[] | undefined) ?? []
      const into = node['into'] as Loose | undefined
      if (into && columns.some(isCode)) named.add(fullName(into) ?? '')
    }
    return 'enter'
  })
  return named
}

/** The table whose `municipality_code` this is, as the query names it; '' when it does not say. */
function ownerOfCode(node: Loose): string | undefined {
  if (node.kind !== 'ReferenceNode' || !isCode(node['column'] as Loose)) return undefined
  const table = node['table'] as Loose | undefined
  if (!table) return ''
  const { identifier } = table['table'] as { identifier: { name: string } }
  return fullName(table) ?? identifier.name
}

function isCode(node: Loose): boolean {
  return (
    node.kind === 'ColumnNode' &&
    (node['column'] as { name?: string } | undefined)?.name === 'municipality_code'
  )
}

function walk(value: unknown, visit: (node: Loose) => 'enter' | 'leave'): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit)
  else if (value !== null && typeof value === 'object') {
    const node = value as Loose
    if (node.kind === 'ValueNode' || node.kind === 'PrimitiveValueListNode') return
    if (typeof node.kind === 'string' && visit(node) === 'leave') return
    for (const key of Object.keys(node)) if (key !== 'kind') walk(node[key], visit)
  }
}
