import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { accessEvents } from '@open-bcl/modules/access/access.messages.ts'
import { audit } from '@open-bcl/modules/access/audit.ts'
import { linkActs } from '@open-bcl/modules/access/audit-chain.actions.ts'
import { exportAudit, listAudit, listOftenOpened } from '@open-bcl/modules/access/audit-trail.contract.ts'
import { verifyTrail } from '@open-bcl/modules/access/audit-verify.actions.ts'
import { getSession } from '@open-bcl/modules/access/access.contract.ts'
import { searchVersions } from '@open-bcl/modules/residents/versions.contract.ts'
import { loadTown } from '../apps/cloud/testing/load-town.ts'
import { openLinkBench, type LinkBench } from './support/link-bench.ts'
import { quantile, report, type BenchOptions } from './result.ts'

const ROUNDS = 40
const CLERKS = 300
const PEOPLE = 120_000
const PAGES = 200
const MOST_LINKED = 3_000_000
/** A year: what the trail of one town may hold of it is `--rows`. */
const SPAN = { fromOn: '2026-11-01', toOn: '2027-10-31' }

/**
 * What an auditor asks of one town's trail, by the endpoints and with names; what the chain costs; and what permission and
 * audit cost a page. Acts are made up: 300 members of staff, 120,000 residents of whom some 1,700 are in the register, a
 * year; 94 % in office hours; 80 % open one person, 8 % search by number, 2 % open 20, 0.02 % open 500.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? 10_000_000
  const bench = await openLinkBench({ kept: `audit_${count}` })
  const admin = new pg.Client({ connectionString: bench.adminUrl })
  await admin.connect()
  try {
    const { cloud } = bench
    const town = makeTown({ households: 700 })
    const code = '212172' as MunicipalityCode
    await bench.once('register', async () => {
      await cloud.onboard(code, '飛騨市')
      await loadTown(cloud, town)
      console.log(`${count} made-up acts …`)
      const registered = town.residents.map(({ residentNo }) => residentNo)
      await fill(admin, code, count, registered)
    })
    cloud.clock = new Date('2027-11-01T01:00:00Z')
    const known = town.people['satoTaro']!.residentNo
    const results = await askAll(bench, code, known)
    await mass(bench, code)
    const share = await pages(bench, code, known)
    // Of very many acts those without a link would have to go first, which takes longer than everything else.
    if (count <= MOST_LINKED) await chain(bench, code, admin)
    const worst = Math.max(...results.values())
    console.log(`permission and audit: ${(share * 100).toFixed(1)} % of the server time of a page`)
    report({
      name: 'audit',
      data: `${count.toLocaleString('en')} acts of one town, a year, ${ROUNDS} rounds a question`,
      ...{ figure: worst, unit: 'ms p95 of the slowest question', reference: 2000, ratio: 2000 / worst },
    })
  } finally {
    await admin.end()
    await bench.close()
  }
}

/** Straight into the tables, indexes afterwards as a restore would. */
async function fill(
  admin: pg.Client,
  code: MunicipalityCode,
  count: number,
  registered: readonly string[],
): Promise<void> {
  const started = performance.now()
  await admin.query('set maintenance_work_mem = 1048576')
  await admin.query('set synchronous_commit = off')
  await admin.query(`select setseed(0.42)`)
  await admin.query(
    `insert into access.staff (municipality_code, staff_id, login_id, display_name, department, password_hash, created_at)
     select $1, ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'clerk' || n, '職員' || n, '第' || n % 20 || '課', 'x', now()
       from generate_series(1, $2) n`,
    [code, CLERKS],
  )
  await admin.query('create temporary table known (n int primary key, no text)')
  await admin.query('insert into known select n - 1, no from unnest($1::text[]) with ordinality t (no, n)', [
    registered,
  ])
  const indexes = ['audit_by_actor', 'audit_by_event', 'audit_of_staff', 'audit_of_many', 'audit_by_number']
  const definitions: string[] = []
  for (const name of [...indexes, 'audit_subject_by_person']) {
    const { rows } = await admin.query<{ sql: string }>('select pg_get_indexdef($1::regclass) as sql', [
      `access.${name}`,
    ])
    definitions.push(rows[0]!.sql.replace(' ON ONLY ', ' ON '))
    await admin.query(`drop index access.${name}`)
  }
  await admin.query(
    `create unlogged table made as
     select timestamptz '2026-11-01 00:00+09' + interval '1 day' * floor(random() * 365)
              + case when random() < 0.94 then interval '1 minute' * (510 + random() * 525) else interval '1 minute' * (random() * 1440) end as at,
            gen_random_uuid() as id, 1 + floor(random() * $1)::int as clerk, random() as kind, random() as who
       from generate_series(1, $2)`,
    [CLERKS, count],
  )
  await admin.query(
    `insert into access.audit (municipality_code, at, audit_id, actor, event, purpose, trace_id, facts, subject_count)
     select '${code}', date_trunc('milliseconds', at), id,
            case when kind < 0.02 then 'job:notices.send' else 'staff:${code}:01900000-0000-7000-8000-' || lpad(clerk::text, 12, '0') end,
            case when kind < 0.02 then 'notices.mail.sent' when kind < 0.82 then 'access.person-revealed'
                 when kind < 0.90 then 'residents.versions-searched' when kind < 0.92 then 'access.person-revealed'
                 when kind < 0.925 then 'access.not-allowed' when kind < 0.93 then 'access.file-taken'
                 when kind < 0.9302 then 'access.person-revealed' when kind < 0.96 then 'access.signed-in'
                 else 'ledger.fact.recorded' end,
            case when kind between 0.02 and 0.82 then 'view' when kind between 0.90 and 0.92 then 'search' end,
            id::text,
            case when kind between 0.82 and 0.90 then '{"count": 1, "fields": "residentNo"}'::jsonb else '{"count": 1, "suppressed": 0}' end,
            case when kind between 0.90 and 0.92 then 20 when kind between 0.93 and 0.9302 then 500
                 when kind between 0.02 and 0.90 then 1 else 0 end
       from made`,
  )
  await admin.query(
    `insert into access.audit_subject (municipality_code, at, audit_id, subject_kind, subject_id)
     select '${code}', date_trunc('milliseconds', at), id, 'resident',
            case when who < 0.5 then k.no else lpad((200000000 + (floor(who * ${PEOPLE}) + one * 7)::int)::text, 11, '9') end
       from made cross join lateral generate_series(1, case when kind between 0.90 and 0.92 then 20
              when kind between 0.93 and 0.9302 then 500 when kind between 0.02 and 0.90 then 1 else 0 end) one
       left join known k on k.n = (floor(who * 2 * ${registered.length})::int + one) % ${registered.length}
     on conflict do nothing`,
  )
  for (const sql of definitions) await admin.query(sql)
  await admin.query(
    `insert into access.audit_pair select '${code}', date_trunc('month', at at time zone 'Asia/Tokyo')::date,
        'staff:${code}:01900000-0000-7000-8000-' || lpad(clerk::text, 12, '0'), 'resident',
        case when who < 0.5 then k.no else floor(who * ${PEOPLE})::text end, count(*)::int, min(at), max(at)
       from made left join known k on k.n = floor(who * 2 * ${registered.length})::int % ${registered.length}
      where kind between 0.02 and 0.82 group by 2, 3, 5`,
  )
  await admin.query('drop table made')
  await admin.query('vacuum analyze')
  const { rows } = await admin.query<{ name: string; size: string }>(
    `select split_part(relname, '_2', 1) as name, pg_size_pretty(sum(pg_total_relation_size(c.oid))) as size
       from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname = 'access' and relkind = 'r' and relname like 'audit%' group by 1 order by 1`,
  )
  console.log(`filled in ${seconds(started)} s: ${rows.map((one) => `${one.name} ${one.size}`).join(', ')}`)
}

/** Milliseconds, 95th of a hundred, by question. */
async function askAll(
  { cloud }: LinkBench,
  code: MunicipalityCode,
  known: string,
): Promise<Map<string, number>> {
  const auditor = await cloud.signIn(code, 'auditor')
  const staffId = '01900000-0000-7000-8000-000000000007'
  const ask = (question: string, more: object = {}) =>
    auditor.get(listAudit, { question, ...SPAN, ...more } as never)
  // A page in the middle of the year, as somebody pages on.
  const middle = {
    olderThan: { at: '2027-05-01T03:00:00.000Z', auditId: '80000000-0000-4000-8000-000000000000' },
  }
  const questions: Record<string, () => Promise<unknown>> = {
    'who saw this person': () => ask('person', { residentNo: known }),
    'who saw a person nobody saw': () => ask('person', { residentNo: '1' }),
    'what did this user do': () => ask('staff', { staffId }),
    'what did this user do, mid-year': () => ask('staff', { staffId, ...middle }),
    'mass readings': () => ask('many'),
    'nights and holidays': () => ask('off-hours'),
    'nights and holidays, mid-year': () => ask('off-hours', middle),
    'searches by number': () => ask('by-number'),
    'refused attempts': () => ask('refused'),
    'files that left': () => ask('exports'),
    'rights and settings (none)': () => ask('rights'),
    'all, newest': () => ask('all'),
    'repeated readings of one person': () => auditor.get(listOftenOpened, { month: '2027-05' }),
  }
  const results = new Map<string, number>()
  for (const [name, run] of Object.entries(questions)) {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now()
      await run()
      times.push(performance.now() - started)
    }
    results.set(name, quantile(times, 0.95))
    console.log(
      `${name}: p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${results.get(name)!.toFixed(0)} ms, first ${times[0]!.toFixed(0)} ms`,
    )
  }
  const started = performance.now()
  const answer = await auditor.call(exportAudit, {
    ...{ question: 'staff', staffId, ...SPAN },
  })
  const lines = answer.ok ? answer.bytes.toString().split('\r\n').length : 0
  console.log(`export of ${lines} lines: ${seconds(started)} s`)
  return results
}

/** Acts a second that get a link, and that are verified. */
async function chain({ cloud }: LinkBench, code: MunicipalityCode, admin: pg.Client): Promise<void> {
  const batches = 50
  const started = performance.now()
  for (let i = 0; i < batches; i++) await cloud.as(code, (ctx) => linkActs(ctx))
  const linked = performance.now() - started
  // What has no link yet is none of the verification's work.
  for (const table of ['audit_subject', 'audit'])
    await admin.query(
      `delete from access.${table} a where not exists (select 1 from access.audit_link l
         where l.municipality_code = a.municipality_code and l.at = a.at and l.audit_id = a.audit_id)`,
    )
  await admin.query('vacuum analyze')
  const verifying = performance.now()
  const verdict = await cloud.as(code, (ctx) => verifyTrail(ctx, []))
  const verified = performance.now() - verifying
  console.log(
    `linking: ${Math.round((batches * 1_000) / (linked / 1_000))} acts/s; verifying: ${Math.round(verdict.links / (verified / 1_000))} links/s, ${verdict.found} found`,
  )
}

/** One act about very many people, as rows: what design §6 would have as one compressed set of ids. */
async function mass({ cloud }: LinkBench, code: MunicipalityCode): Promise<void> {
  for (const people of [1, 200, 5_000, 50_000]) {
    const times: number[] = []
    for (let round = 0; round < (people > 1_000 ? 3 : 20); round++) {
      const started = performance.now()
      await cloud.as(code, (ctx) =>
        audit(ctx, accessEvents.personRevealed, {
          subjects: Array.from({ length: people }, (_, i) => ({
            kind: 'resident',
            id: String(300_000_000 + i),
          })),
        }),
      )
      times.push(performance.now() - started)
    }
    console.log(`an act on ${people} people: ${quantile(times, 0.5).toFixed(1)} ms`)
  }
}

/** Of the time of whole requests, what statements of permission and of audit take, as the program waits for them. */
async function pages({ cloud }: LinkBench, code: MunicipalityCode, known: string): Promise<number> {
  const admin = await cloud.signIn(code, 'admin')
  const spans = watchStatements()
  const cases: Record<string, () => Promise<unknown>> = {
    'one person by number': () => admin.get(searchVersions, { residentNo: known, purpose: 'inquiry' }),
    'people by name': () => admin.get(searchVersions, { name: '佐藤', purpose: 'inquiry' }),
    'session alone': () => admin.get(getSession, {}),
  }
  let share = 0
  for (const [name, run] of Object.entries(cases)) {
    for (let i = 0; i < 20; i++) await run()
    spans.clear()
    const started = performance.now()
    for (let i = 0; i < PAGES; i++) await run()
    const total = performance.now() - started
    const { permission, trail, other } = spans.sums()
    console.log(
      `${name}: ${(total / PAGES).toFixed(2)} ms a request, of which session and rights ${(permission / PAGES).toFixed(2)}, audit ${(trail / PAGES).toFixed(2)}, other statements ${(other / PAGES).toFixed(2)}`,
    )
    if (name !== 'session alone') share = Math.max(share, (permission + trail) / total)
  }
  spans.end()
  return share
}

/**
 * Times of statements, by what they are for: from asking to answer, and of those that a connection was asked together each from the
 * answer to the one before it, since they are worked on in turn.
 */
function watchStatements() {
  const answered = new WeakMap<object, number>()
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown }
  const { query } = prototype
  let sums = { permission: 0, trail: 0, other: 0 }
  prototype.query = function (this: object, ...args: unknown[]): unknown {
    const asked = args[0] as { text?: string } | string
    const text = typeof asked === 'string' ? asked : (asked.text ?? '')
    const started = performance.now()
    const answer = query.apply(this, args)
    if (answer instanceof Promise)
      void answer
        .finally(() => {
          const now = performance.now()
          const took = now - Math.max(started, answered.get(this) ?? 0)
          answered.set(this, now)
          if (/insert into access\.audit/.test(text)) sums.trail += took
          else if (/access\.(session|staff|staff_role|town_role|second_factor)/.test(text))
            sums.permission += took
          else sums.other += took
        })
        .catch(() => undefined)
    return answer
  }
  return {
    clear: () => {
      sums = { permission: 0, trail: 0, other: 0 }
    },
    sums: () => sums,
    end: () => {
      prototype.query = query
    },
  }
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1_000).toFixed(1)
}
