import pg from 'pg'
import { COMMON_NAME, type Clerk, type Write } from './clerk.ts'

export type Proof = {
  readonly lost: string[]
  readonly doubled: string[]
  /** Ledgers that could not be read. */
  readonly unread: string[]
}

/** Reads back through the interface what the clerks were told is written: each is there, and exactly once. */
export async function readBack(reader: Clerk, writes: readonly Write[]): Promise<Proof> {
  const seen = new Map<string, number>()
  const unread: string[] = []
  const see = (name: string): void => void seen.set(name, (seen.get(name) ?? 0) + 1)
  const { disasters } = (await reader.read('GET', '/api/disasters')) as {
    disasters: { disasterId: string; name: string }[]
  }
  for (const { disasterId, name } of disasters.filter((one) => one.name.startsWith(COMMON_NAME))) {
    see(name)
    try {
      const { people, more } = (await reader.read('POST', `/api/disasters/${disasterId}/ledger/search`, {
        name: COMMON_NAME,
      })) as { people: { name: string }[]; more: boolean }
      if (more) unread.push(`${name}: more people than one search answers`)
      for (const person of people) see(person.name)
    } catch (error) {
      unread.push(`${name}: ${(error as Error).message}`)
    }
  }
  return {
    lost: writes.filter((write) => write.acknowledged && !seen.has(write.name)).map((write) => write.name),
    doubled: [...seen].filter(([, times]) => times > 1).map(([name]) => name),
    unread,
  }
}

/** What must hold in the database itself, whatever was cut off; each query answers what breaks the rule. */
const rules = {
  'a table has an index that does not match it': `select bt_index_check(i.indexrelid, true), null::text as broken from pg_index i
     join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
     where a.amname = 'btree' and c.relpersistence = 'p' and c.relkind = 'i' and i.indisvalid
       and n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')`,
  'a page has a wrong checksum': `select datname as broken from pg_stat_database where checksum_failures > 0`,
  'a command was committed without its outcome': `select request_id::text as broken from app.command where outcome is null`,
  'a disaster has no ledger': `select name as broken from disasters.disaster d where not exists
       (select 1 from ledger.ledger l where l.municipality_code = d.municipality_code and l.disaster_id = d.disaster_id)`,
  'a 住登外者 has not exactly one entry': `select n.non_resident_id::text as broken from ledger.non_resident n left join ledger.entry e
       on e.municipality_code = n.municipality_code and e.non_resident_id = n.non_resident_id
     group by n.municipality_code, n.non_resident_id having count(distinct e.entry_id) <> 1`,
  'a command that wrote has no audit row': `select c.request_id::text as broken from app.command c where not exists
       (select 1 from access.audit a where a.municipality_code = c.municipality_code and a.request_id = c.request_id)`,
  'a resident holds two versions at one time': `select a.resident_no as broken from residents.version a join residents.version b
       on b.municipality_code = a.municipality_code and b.resident_no = a.resident_no
      and b.from_seq > a.from_seq and (a.to_seq is null or a.to_seq > b.from_seq)`,
} as const

/** Checks the database under the interface, and that the commands it remembers are the ones that were acknowledged. */
export async function checkDatabase(url: string, writes: readonly Write[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('create extension if not exists amcheck')
    const broken: string[] = []
    for (const [rule, sql] of Object.entries(rules)) {
      try {
        const { rows } = await client.query<{ broken: string | null }>(sql)
        for (const row of rows) if (row.broken !== null) broken.push(`${rule}: ${row.broken}`)
      } catch (error) {
        broken.push(`${rule}: ${(error as Error).message}`)
      }
    }
    const { rows } = await client.query<{ id: string }>('select request_id::text as id from app.command')
    const remembered = new Set(rows.map((row) => row.id))
    for (const write of writes) {
      if (write.acknowledged && !remembered.has(write.requestId))
        broken.push(`an acknowledged command is not remembered: ${write.requestId}`)
    }
    return broken
  } finally {
    await client.end()
  }
}
