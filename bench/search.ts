import { createReadStream } from 'node:fs'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { searchResidents, type ResidentSearch } from '@open-bcl/modules/residents/residents.actions.ts'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { pipeline } from 'node:stream/promises'
import { CITY, cityPeople } from './support/city.ts'
import { makeCityFile, openLinkBench, readCityFile } from './support/link-bench.ts'
import { median, quantile, report, type BenchOptions } from './result.ts'

type Case = { readonly kind: string; readonly search: ResidentSearch }

const ROUNDS = 3

/**
 * Looks for people by sealed tokens, as the action does it: candidates, unsealing, exact check, the first 50 in order.
 * Beside it the same words in clear text under `pg_trgm`: `like '%…%'` on name, kana and address, in the same order.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? 1_000_000
  const bench = await openLinkBench()
  try {
    const file = makeCityFile(bench.folder, count)
    await bench.apply({ mode: 'full', open: readCityFile(file) })
    const cases = searches(count)
    // Measured as a town lives: some time after the load, when autovacuum has been.
    const admin = new pg.Client({ connectionString: bench.adminUrl })
    await admin.connect()
    await admin.query('vacuum analyze residents.version')
    await loadInClear(admin, file)
    const ours = new Map<string, number[]>()
    const clear = new Map<string, number[]>()
    for (let round = 0; round < ROUNDS; round++) {
      for (const { kind, search } of cases) {
        const began = performance.now()
        const found = await bench.cloud.as(CITY, (ctx) => searchResidents(ctx, search, { seq: null }))
        put(ours, kind, performance.now() - began)
        if (round === 0 && found.people.length === 0) console.log(`nobody found: ${kind}`)
        const beganClear = performance.now()
        await searchInClear(admin, search)
        put(clear, kind, performance.now() - beganClear)
      }
    }
    await admin.end()
    for (const [kind, times] of ours) {
      const other = clear.get(kind)!
      console.log(
        `${kind}: median ${median(times).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms; in clear median ${median(other).toFixed(1)} ms, p95 ${quantile(other, 0.95).toFixed(1)} ms`,
      )
    }
    const all = [...ours.values()].flat()
    const allClear = [...clear.values()].flat()
    const figure = quantile(all, 0.95)
    report({
      name: 'search',
      data: `${count} different residents, ${cases.length} searches of ${ours.size} kinds × ${ROUNDS}`,
      figure,
      unit: 'ms (p95)',
      reference: quantile(allClear, 0.95),
      ratio: quantile(allClear, 0.95) / figure,
    })
  } finally {
    await bench.close()
  }
}

function put(times: Map<string, number[]>, kind: string, ms: number): void {
  const list = times.get(kind)
  if (list) list.push(ms)
  else times.set(kind, [ms])
}

/** Words of people spread over the whole city, and words that many share. */
function searches(count: number): Case[] {
  const cases: Case[] = []
  const every = Math.max(1, Math.floor(count / 40))
  let at = 0
  for (const { name, birth, address } of cityPeople(count)) {
    at += 1
    if (at % every !== Math.floor(every / 2)) continue
    const [family = ''] = name.full.split('　')
    const [familyKana = ''] = name.kana.split('　')
    const birthOn = birth.on as PlainDate
    cases.push(
      { kind: '氏名', search: { name: name.full } },
      { kind: '氏', search: { name: family } },
      { kind: '氏の1文字', search: { name: [...family][0]! } },
      { kind: 'フリガナの初め', search: { kana: familyKana.slice(0, 2) } },
      { kind: '氏のフリガナ', search: { kana: familyKana } },
      { kind: '氏名と生年月日', search: { name: name.full, birthOn } },
      { kind: '生年月日', search: { birthOn } },
      { kind: '住所', search: { address: `${address.town}${address.number}` } },
      { kind: '氏と町字', search: { name: family, address: address.town } },
    )
  }
  for (const name of ['斎藤', '齋藤', '渡邉', '渡邊', '髙橋', '濱田', '廣瀬', '﨑'])
    cases.push({ kind: '異体字', search: { name } })
  return cases
}

async function loadInClear(admin: pg.Client, file: string): Promise<void> {
  await admin.query('create extension if not exists pg_trgm')
  const columns = fileInterfaces.residents.columns.map(({ name }) => `"${name}" text`)
  await admin.query(`create table public.clear (${columns.join(', ')})`)
  await pipeline(
    createReadStream(file),
    admin.query(copyFrom('copy public.clear from stdin (format csv, header true)')),
  )
  await admin.query(`alter table public.clear add column place text`)
  await admin.query(`update public.clear set place = "住所_町字" || "住所_番地号表記" || ' ' || "住所_方書"`)
  for (const index of [
    'unique index on public.clear ("宛名番号")',
    'index on public.clear ("生年月日")',
    'index on public.clear using gin ("氏名" gin_trgm_ops)',
    'index on public.clear using gin ("氏名_フリガナ" gin_trgm_ops)',
    'index on public.clear using gin (place gin_trgm_ops)',
  ])
    await admin.query(`create ${index}`)
  await admin.query('vacuum (full, analyze) public.clear')
}

async function searchInClear(admin: pg.Client, search: ResidentSearch): Promise<void> {
  const params: string[] = []
  const like = (column: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`${column} like $${params.push(`%${text}%`)}`]
  const conditions = [
    ...like('"氏名"', search.name),
    ...like('"氏名_フリガナ"', search.kana),
    ...like('place', search.address),
    ...(search.birthOn === undefined ? [] : [`"生年月日" = $${params.push(search.birthOn)}`]),
  ]
  await admin.query(
    `select * from public.clear where ${conditions.join(' and ')} order by "宛名番号" limit 51`,
    params,
  )
}
