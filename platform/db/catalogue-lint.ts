import type pg from 'pg'
import { NATIONAL_TABLES } from './tenant-guard.ts'

/**
 * Reads the catalogue of a migrated database and says which schema rules (design §4) it breaks. Run over every migrated
 * database by a test, so that a table added later cannot forget its town.
 */
export async function catalogueViolations(client: pg.Client | pg.PoolClient): Promise<string[]> {
  const found: string[] = []
  for (const rule of rules) {
    const { rows } = await client.query<{ what: string }>(
      rule.sql,
      rule.sql.includes('$1') ? [[...NATIONAL_TABLES]] : [],
    )
    found.push(...rows.map((row) => `${row.what}: ${rule.says}`))
  }
  return found.sort()
}

const ours = `n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'graphile_worker', 'public')
  and n.nspname not like 'pg\\_temp%' and n.nspname not like 'pg\\_toast%' and n.nspname not like 'citus%'`
const table = `format('%s.%s', n.nspname, c.relname)`
const tenantTables = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and ${ours} and ${table} <> all($1::text[])`

/** The restrictive policy of a table that says so, for what is read (where there is a limit) and for what is written. */
function limited(of: string, says: string): string {
  return `select 1 from pg_policy p where p.polrelid = ${of} and not p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
    and pg_get_expr(p.polqual, p.polrelid) like '${NO_LIMIT} OR ${says})' and pg_get_expr(p.polwithcheck, p.polrelid) like '${says}'`
}

const NO_LIMIT = `(( SELECT (current_setting(''app.limited''::text, true) IS DISTINCT FROM ''yes''::text))`

const rules: readonly { readonly says: string; readonly sql: string }[] = [
  {
    says: 'municipality_code char(6) not null is missing (design §4 rule 1)',
    sql: `select ${table} as what ${tenantTables}
      and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'municipality_code'
        and a.attnotnull and format_type(a.atttypid, a.atttypmod) = 'character(6)')`,
  },
  {
    says: 'has no primary key that begins with municipality_code (rule 1)',
    sql: `select ${table} as what ${tenantTables}
      and not exists (select 1 from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisprimary and a.attname = 'municipality_code')`,
  },
  {
    says: 'is unique without beginning with municipality_code (rule 1)',
    sql: `select i.indexrelid::regclass::text as what from pg_index i
      join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
      left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where i.indisunique and ${ours} and ${table} <> all($1::text[]) and a.attname is distinct from 'municipality_code'`,
  },
  {
    says: 'is a foreign key without municipality_code in the first place (rule 1)',
    sql: `select f.conname as what from pg_constraint f
      join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
      join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
      where f.contype = 'f' and ${ours} and format('%s.%s', tn.nspname, t.relname) <> all($1::text[])
        and a.attname <> 'municipality_code'`,
  },
  {
    says: 'row level security is not enabled and forced (rule 4)',
    sql: `select ${table} as what ${tenantTables} and not c.relispartition
      and not (c.relrowsecurity and c.relforcerowsecurity)`,
  },
  {
    says: 'the policy must be municipality_code = app.current_municipality() for using and with check (rule 4)',
    sql: `select ${table} as what ${tenantTables} and not c.relispartition
      and (select count(*) filter (where pg_get_expr(p.polqual, p.polrelid) = '(municipality_code = app.current_municipality())'
                                     and pg_get_expr(p.polwithcheck, p.polrelid) = '(municipality_code = app.current_municipality())')
                  is distinct from count(*) or count(*) = 0
             from pg_policy p where p.polrelid = c.oid and p.polpermissive)`,
  },
  {
    says: 'a row of a disaster is out of reach for whom it is not meant (app.limit_by_disaster)',
    sql: `select ${table} as what ${tenantTables} and not c.relispartition
      and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'disaster_id' and not a.attisdropped)
      and not exists (${limited('c.oid', `app.in_reach(disaster_id)`)})`,
  },
  {
    says: 'hangs on a row of a disaster and is not out of reach with it (app.limit_by_parent)',
    sql: `select ${table} || ' → ' || f.confrelid::regclass as what from pg_constraint f
      join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
      where f.contype = 'f' and ${ours} and exists (${limited('f.confrelid', '%app.in_reach%')})
        and not exists (${limited('c.oid', '%app.in_reach%')})`,
  },
  {
    says: 'a partition may not be granted by itself: it has no policy of its own (rule 4)',
    sql: `select ${table} as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relispartition and c.relkind = 'r' and ${ours}
        and exists (select 1 from aclexplode(c.relacl) x where x.grantee <> c.relowner)`,
  },
  {
    says: 'triggers are not used as a mechanism (rule 3)',
    sql: `select ${table} || '.' || t.tgname as what from pg_trigger t join pg_class c on c.oid = t.tgrelid
      join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and ${ours}`,
  },
  {
    says: 'rules are not used (rule 3)',
    sql: `select ${table} || '.' || r.rulename as what from pg_rewrite r join pg_class c on c.oid = r.ev_class
      join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${ours}`,
  },
  {
    says: 'ON DELETE SET NULL or SET DEFAULT is refused by Citus (rule 3)',
    sql: `select f.conname as what from pg_constraint f join pg_class c on c.oid = f.conrelid
      join pg_namespace n on n.oid = c.relnamespace where f.confdeltype in ('n', 'd') and ${ours}`,
  },
  {
    says: 'nobody but a disposer or a clearer may delete or truncate (rule 3)',
    sql: `select ${table} || ' → ' || coalesce(g.rolname, 'public') as what
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) x
      left join pg_roles g on g.oid = x.grantee
      where c.relkind in ('r', 'p') and ${ours} and x.privilege_type in ('DELETE', 'TRUNCATE') and x.grantee <> c.relowner
        and coalesce(g.rolname, 'public') not in ('disposer', 'clearer')`,
  },
  {
    says: 'what a clearer may delete must be limited to practice towns (app.clear_for_practice)',
    sql: `select ${table} as what from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) x
      where c.relkind in ('r', 'p') and ${ours} and x.privilege_type = 'DELETE' and x.grantee = 'clearer'::regrole
        and not exists (select 1 from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = 'd'
          and 'clearer'::regrole = any(p.polroles)
          and pg_get_expr(p.polqual, p.polrelid) = 'app.is_practice_town(municipality_code)')`,
  },
  {
    says: 'a table of the modules can be cleared of what was practised (app.clear_for_practice)',
    sql: `select ${table} as what ${tenantTables} and not c.relispartition and n.nspname not in ('app', 'access')
      and not has_table_privilege('clearer', c.oid, 'delete')`,
  },
  {
    // Emptying an index's pending list is its owner's alone; the function takes no argument and answers nothing.
    says: 'a SECURITY DEFINER function must fix its search_path and belong to searcher or worker (rule 4)',
    sql: `select p.oid::regprocedure::text as what from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      join pg_roles o on o.oid = p.proowner
      where p.prosecdef and ${ours} and (o.rolname not in ('searcher', 'worker')
          and p.oid::regprocedure::text <> 'residents.settle_search_index()'
        or not coalesce('search_path=""' = any(p.proconfig), false))`,
  },
  {
    says: 'a SECURITY DEFINER function may not be executed by everybody (rule 4)',
    sql: `select p.oid::regprocedure::text as what from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.prosecdef and ${ours}
        and (p.proacl is null or exists (select 1 from aclexplode(p.proacl) x where x.grantee = 0))`,
  },
  {
    says: 'only named roles that cannot sign in may bypass row level security (rule 4)',
    sql: `select r.rolname as what from pg_roles r
      where r.rolbypassrls and not r.rolsuper and (r.rolname not in ('searcher', 'loader') or r.rolcanlogin)`,
  },
  {
    says: 'loader may only insert, and never name the municipality (rule 4)',
    sql: `select ${table} as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v') and ${ours}
        and (has_table_privilege('loader', c.oid, 'select, insert, update, delete, truncate')
          or has_any_column_privilege('loader', c.oid, 'select, update')
          or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'municipality_code'
                and has_column_privilege('loader', c.oid, a.attnum, 'insert')))`,
  },
  {
    says: 'nothing of a role that deletes or bypasses row level security may be inherited (rule 4)',
    sql: `select r.rolname || ' ← ' || m.rolname as what from pg_roles r, pg_roles m
      where (r.rolbypassrls or r.rolname in ('disposer', 'clearer')) and not r.rolsuper and not m.rolsuper and m.oid <> r.oid
        and m.rolname <> 'migrator' and pg_has_role(m.oid, r.oid, 'usage')`,
  },
  {
    says: 'a view must be security_invoker (rule 4)',
    sql: `select ${table} as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'v' and ${ours} and not coalesce('security_invoker=true' = any(c.reloptions), false)`,
  },
]
