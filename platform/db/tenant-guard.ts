import type {
  KyselyPlugin,
  OperationNode,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'

/** National reference tables: the same rows for everyone, no municipality filter (listed in docs/permissions.md). */
export const NATIONAL_TABLES: ReadonlySet<string> = new Set(['municipalities.national', 'app.migration'])

/**
 * Refuses a query that touches a tenant table without saying which municipality, before it reaches the database.
 * RLS is the net; this is the filter that lets one shard answer (design §4 rule 4).
 */
export const tenantGuard: KyselyPlugin = {
  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    const tables = tablesOf(args.node)
    const needed = tables.filter((table) => !NATIONAL_TABLES.has(table))
    if (needed.length > 0 && !namesMunicipality(args.node)) {
      throw new Error(`query on ${needed.join(', ')} without municipality_code`)
    }
    return args.node
  },
  async transformResult(args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return args.result
  },
}

type Loose = { readonly kind?: string; readonly [key: string]: unknown }

function tablesOf(root: OperationNode): string[] {
  const found = new Set<string>()
  walk(root, (node) => {
    if (node.kind !== 'SchemableIdentifierNode') return
    const schema = (node['schema'] as { name?: string } | undefined)?.name
    const name = (node['identifier'] as { name?: string } | undefined)?.name
    // Without a schema it is the alias of a table or CTE that was named elsewhere.
    if (schema && name) found.add(`${schema}.${name}`)
  })
  return [...found]
}

/** `municipality_code` compared with a parameter, or given among the inserted columns. */
function namesMunicipality(root: OperationNode): boolean {
  let named = false
  walk(root, (node) => {
    if (node.kind === 'BinaryOperationNode') {
      const left = columnName(node['leftOperand'] as Loose)
      const right = (node['rightOperand'] as Loose | undefined)?.kind
      if (left === 'municipality_code' && right === 'ValueNode') named = true
    }
    if (node.kind === 'InsertQueryNode') {
      const columns = (node['columns'] as Loose[] | undefined) ?? []
      if (columns.some((column) => columnName(column) === 'municipality_code')) named = true
    }
  })
  return named
}

function columnName(node: Loose | undefined): string | undefined {
  if (!node) return undefined
  if (node.kind === 'ReferenceNode') return columnName(node['column'] as Loose)
  if (node.kind === 'ColumnNode') return (node['column'] as { name?: string }).name
  return undefined
}

function walk(value: unknown, visit: (node: Loose) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit)
  else if (value !== null && typeof value === 'object') {
    const node = value as Loose
    if (node.kind === 'ValueNode' || node.kind === 'PrimitiveValueListNode') return
    if (typeof node.kind === 'string') visit(node)
    for (const key of Object.keys(node)) if (key !== 'kind') walk(node[key], visit)
  }
}
