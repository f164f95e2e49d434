import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { HouseholdNo, MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { makeMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { test as ask } from '../access/guarded.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { streamResidentRows } from '../residents/recovery.actions.ts'
import { findResident, listHousehold, searchResidents } from '../residents/residents.actions.ts'
import { streamRows } from '../registers/registers.actions.ts'
import { applyInTurn, applyRemembering, NotItsTurn, Undone } from './apply.actions.ts'
import type { LinkReceipt } from './linkage.receipt.ts'
import {
  fileOf,
  householdNos,
  interfaceOf,
  names,
  PEOPLE,
  pieces,
  refusedFile,
  residentNoOf,
  rowOf,
  step,
  tidied,
  type Sent,
  type Step,
} from './testing/faults.ts'
import { canonicalOf, ModelTown, totalOf, type ModelFile } from './testing/model.ts'

/**
 * Random histories of files with faults on a real database: as of every number of the town's data, the 中間DB equals the
 * naive model. `FC_RUNS` histories of each kind, `FC_SEED` repeats one.
 */
const numRuns = Number(process.env['FC_RUNS'] ?? 12)
const seed = Number(process.env['FC_SEED'] ?? 2026)

let towns = 0
function newTown(): MunicipalityCode {
  towns += 1
  return makeMunicipalityCode(String(10_000 + towns).padStart(5, '0'))
}

describe('random histories of files', () => {
  let cloud: TestCloud
  let applied = 0
  let refusedFiles = 0
  let cutOff = 0
  before(async () => {
    cloud = await testCloud()
  })
  after(() => cloud.close())

  const inTown = <T>(town: MunicipalityCode, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
    withCtx(
      cloud.linkage,
      { actor: { kind: 'job', task: 'test' }, municipality: town, traceId: 'test' },
      work,
    )

  /** Applies a file in its turn as the queue does. */
  const arrive = async (
    town: MunicipalityCode,
    sent: Sent,
    open = () => pieces(sent.csv),
  ): Promise<LinkReceipt> => {
    try {
      return await inTown(town, (ctx) =>
        applyInTurn(ctx, {
          manifest: sent.manifest,
          sentBy: '00000000-0000-7000-8000-000000000000',
          open,
          progress: () => undefined,
        }),
      )
    } catch (error) {
      if (error instanceof Undone) return error.receipt
      throw error
    }
  }

  const rowsAt = async (town: MunicipalityCode, business: Business, seq: number): Promise<string[]> =>
    await cloud.as(town, async (ctx) => {
      const file = fileInterfaces[business]
      const at = (name: string): number => file.columns.findIndex((column) => column.name === name)
      const rows: string[] = []
      const stream =
        business === 'residents'
          ? streamResidentRows(ctx, BigInt(seq))
          : streamRows(ctx, business, BigInt(seq))
      for await (const batch of stream)
        for (const fields of batch) {
          const values = Object.fromEntries(file.columns.map(({ name }, i) => [name, fields[i]!]))
          assert.equal(fields[at('削除フラグ')], '0')
          rows.push(`${values['最新フラグ'] ?? '1'} ${canonicalOf(file, values)}`)
        }
      return rows.toSorted()
    })

  const checkRows = async (town: MunicipalityCode, model: ModelTown, business: Business, seq: number) => {
    const wanted = model.sentAt(business, seq)
    const found = await rowsAt(town, business, seq)
    assert.deepEqual(
      found,
      [...wanted.values()].map((one) => `${one.latest ? '1' : '0'} ${one.canonical}`).toSorted(),
      `${business} as of ${seq}`,
    )
    const total = totalOf(found.map((row) => row.slice(2)))
    assert.equal(total, totalOf([...wanted.values()].map(({ canonical }) => canonical)))
  }

  /** Of every key at most one version stands, of every person and thing at most one is the latest; origins are those of the files. */
  const checkCurrent = async (town: MunicipalityCode, model: ModelTown) => {
    type Current = { key: string; scope: string; latest: boolean; origin: string }
    const current = async (sql: string): Promise<Current[]> =>
      await cloud.as(town, (ctx) => ctx.tx.sql<Current>(sql, [town]))
    const check = (business: Business, rows: Current[], told: ReadonlyMap<string, { origin: string }>) => {
      const keys = rows.map(({ key }) => key)
      assert.equal(new Set(keys).size, keys.length, `${business}: a key stands twice`)
      const latest = rows.filter((row) => row.latest).map(({ scope }) => scope)
      if (business !== 'suppressions' && business !== 'card-serials')
        assert.equal(new Set(latest).size, latest.length, `${business}: two latest`)
      assert.deepEqual(
        rows.map(({ key, origin }) => `${key} ${origin}`).toSorted(),
        [...told].map(([key, { origin }]) => `${key} ${origin}`).toSorted(),
        business,
      )
    }
    check(
      'residents',
      await current(`select resident_no || '|' || history_no || '|' || branch_no as key, resident_no as scope, latest, origin
        from residents.version where municipality_code = $1 and to_seq is null and not deleted`),
      model.rowsAt('residents'),
    )
    check(
      'suppressions',
      await current(`select resident_no || '|' || history_no as key, resident_no as scope, latest, origin
        from access.suppression where municipality_code = $1 and to_seq is null`),
      model.rowsAt('suppressions'),
    )
    check(
      'card-serials',
      await current(`select issuer_ski || '|' || serial as key, issuer_ski || '|' || serial as scope, true as latest, origin
        from registers.card_serial where municipality_code = $1 and to_seq is null`),
      model.rowsAt('card-serials'),
    )
    const entries =
      await current(`select business || ' ' || row_key as key, business || ' ' || scope as scope, latest, origin
      from registers.entry where municipality_code = $1 and to_seq is null and not deleted`)
    for (const business of Object.keys(fileInterfaces) as Business[]) {
      if (['residents', 'suppressions', 'card-serials'].includes(business)) continue
      const own = entries.filter(({ key }) => key.startsWith(`${business} `))
      check(
        business,
        own.map((row) => ({ ...row, key: row.key.slice(business.length + 1) })),
        model.rowsAt(business),
      )
    }
  }

  const checkPeople = async (town: MunicipalityCode, model: ModelTown, seq: number) => {
    const people = model.peopleAt(seq)
    const asOf = { seq: BigInt(seq) }
    await cloud.as(town, async (ctx) => {
      for (const name of names) {
        const { people: found } = await searchResidents(ctx, { name }, asOf)
        const wanted = [...people].filter(([, { values }]) => values['氏名'] === name).map(([no]) => no)
        assert.deepEqual(
          found.map(({ subject }) => subject.id).toSorted(),
          wanted.toSorted(),
          `${name} as of ${seq}`,
        )
      }
      for (let person = 0; person < PEOPLE; person++) {
        const no = residentNoOf(person)
        const found = await findResident(ctx, no as ResidentNo, asOf)
        assert.equal(found !== null, people.has(no), `${no} as of ${seq}`)
        const standing = people.get(no)
        if (found !== null)
          assert.ok(
            ask(
              found,
              (record) =>
                record.name.full === standing!.values['氏名'] &&
                String(record.historyNo) === standing!.values['履歴番号'] &&
                record.householdNo === standing!.values['世帯番号'],
            ),
          )
      }
      for (const householdNo of householdNos) {
        const members = await listHousehold(ctx, householdNo as HouseholdNo, asOf)
        const wanted = [...people]
          .filter(([, { values }]) => values['世帯番号'] === householdNo)
          .map(([no]) => no)
        assert.deepEqual(members.map(({ subject }) => subject.id).toSorted(), wanted.toSorted(), householdNo)
      }
    })
  }

  const checkTrust = async (town: MunicipalityCode, model: ModelTown) => {
    const [open, seqRows, people] = await cloud.as(town, async (ctx) => [
      await ctx.tx.sql<{ text: string }>(
        `select concat_ws(' ', business, from_seq, coalesce(line::text, '-'), coalesce(row_key, '-'), coalesce(resident_no, '-')) as text
           from linkage.bad_row where municipality_code = $1 and to_seq is null`,
        [town],
      ),
      await ctx.tx.sql<{ seq: bigint }>(
        'select last_seq as seq from residents.sequence where municipality_code = $1',
        [town],
      ),
      await ctx.tx.sql<{ no: string }>(
        'select distinct resident_no as no from access.pub_suppressed where municipality_code = $1',
        [town],
      ),
    ])
    assert.deepEqual(
      open.map(({ text }) => text).toSorted(),
      model.bad
        .map((one) =>
          [one.business, one.fromSeq, one.line ?? '-', one.rowKey ?? '-', one.residentNo ?? '-'].join(' '),
        )
        .toSorted(),
      'whom bad rows block',
    )
    assert.equal(Number(seqRows[0]?.seq ?? 0n), model.seq)
    assert.deepEqual(
      people.map(({ no }) => no).toSorted(),
      [...model.protectedPeople].toSorted(),
      'protected',
    )
  }

  const play = async (steps: readonly Step[]) => {
    const town = await cloud.onboard(newTown(), '試験町')
    const model = new ModelTown()
    const next = new Map<Business, number>()
    const last = new Map<Business, Sent>()
    const businesses = new Set<Business>()
    for (const one of steps) {
      const { business, mode, origin } = one
      businesses.add(business)
      const file = interfaceOf(business, one.old)
      const specs = one.tidy ? tidied(business, one.specs) : one.specs
      const rows = specs.map((spec, i) => rowOf(file, spec, i + 2, town))
      const fileNo = next.get(business) ?? 1
      const sent = fileOf(town, file, { fileNo, mode }, rows)
      const told: ModelFile = { business, mode, origin, rows }
      if (one.trouble === null || origin === 'hand') {
        if (origin === 'hand') {
          const outcome = await inTown(town, async (ctx) => {
            const seq = await nextSeq(ctx, { business, fileNo: null, origin: 'hand' })
            const open = () => pieces(sent.csv)
            return await applyRemembering(
              ctx,
              { business, mode, origin, seq, open, manifest: sent.manifest },
              null,
            )
          })
          assert.ok(outcome.state === 'applied', JSON.stringify(outcome))
          const wanted = model.apply(told)
          const { inserted, updated, deleted, unchanged, refused, rows: read, blocked } = wanted.counts
          assert.deepEqual(outcome.counts, { inserted, updated, deleted, unchanged })
          assert.deepEqual([outcome.rows, outcome.badRows, outcome.blocked], [read, refused, blocked])
          assert.equal(outcome.hashTotal, wanted.hashTotal)
        } else {
          const receipt = await arrive(town, sent)
          assert.equal(receipt.state, 'applied', JSON.stringify(receipt.errors))
          const wanted = model.apply(told)
          assert.deepEqual(receipt.counts, wanted.counts)
          assert.equal(receipt.hashTotal, wanted.hashTotal)
          assert.deepEqual([...new Set(receipt.errors.map(({ line }) => line))], wanted.badLines)
          assert.equal(receipt.seq, String(model.seq))
          next.set(business, fileNo + 1)
          last.set(business, sent)
        }
        applied += 1
      } else {
        await stumble(town, one, sent, last.get(business), rows)
      }
      await checkTrust(town, model)
      await checkRows(town, model, business, model.seq)
    }
    for (let seq = 0; seq <= model.seq; seq++) {
      for (const business of businesses) await checkRows(town, model, business, seq)
      if (businesses.has('residents')) await checkPeople(town, model, seq)
    }
    await checkCurrent(town, model)
  }

  /** Sends the file with its fault: nothing may come of it. */
  const stumble = async (
    town: MunicipalityCode,
    { trouble: what, where, tidy }: Step,
    sent: Sent,
    before: Sent | undefined,
    rows: readonly { readonly wrong: readonly string[] }[],
  ) => {
    const { manifest, csv } = sent
    const until = Math.floor(where * csv.length)
    const breaking = { size: 512, until }
    const gone = new Error('gone')
    switch (what) {
      case null:
        throw new Error('nothing went wrong')
      case 'deletions': {
        // Where rows are bad, nobody can say how many deletions there were.
        if (!tidy || rows.some(({ wrong }) => wrong.length > 0)) return
        const deleteCount = manifest.deleteCount + 1
        const rowCount = Math.max(manifest.rowCount, deleteCount)
        assert.equal(
          (await arrive(town, { csv, manifest: { ...manifest, deleteCount, rowCount } })).state,
          'refused',
        )
        refusedFiles += 1
        return
      }
      case 'cut off':
        await assert.rejects(
          arrive(town, sent, () => pieces(csv, breaking)),
          /cut off/,
        )
        cutOff += 1
        return
      case 'cut off late': {
        // In the second reading, where there is one; else before the transaction ends.
        let readings = 0
        const open = () => pieces(csv, ++readings === 1 ? {} : breaking)
        const work = inTown(town, async (ctx) => {
          await applyInTurn(ctx, {
            ...{ manifest, sentBy: '00000000-0000-7000-8000-000000000000', open, progress: () => undefined },
          })
          throw gone
        })
        await assert.rejects(work, /cut off|gone/)
        cutOff += 1
        return
      }
      case 'rolled back': {
        const work = inTown(town, async (ctx) => {
          const seq = await nextSeq(ctx, { business: manifest.business, fileNo: null, origin: 'hand' })
          const { business, mode } = manifest
          await applyRemembering(ctx, { business, mode, origin: 'hand', seq, open: () => pieces(csv) }, null)
          throw gone
        })
        await assert.rejects(work, gone)
        cutOff += 1
        return
      }
      case 'connection lost': {
        const work = inTown(town, async (ctx) => {
          const [row] = await ctx.tx.sql<{ pid: number }>('select pg_backend_pid() as pid')
          const open = async function* (): AsyncGenerator<Uint8Array> {
            yield csv.subarray(0, until)
            await killed(row!.pid)
            yield csv.subarray(until)
          }
          await applyInTurn(ctx, {
            ...{ manifest, sentBy: '00000000-0000-7000-8000-000000000000', open, progress: () => undefined },
          })
        })
        await assert.rejects(work)
        cutOff += 1
        return
      }
      case 'again':
        if (before !== undefined) await assert.rejects(arrive(town, before), NotItsTurn)
        return
      case 'other content':
        if (before === undefined) return
        await assert.rejects(
          arrive(town, { csv, manifest: { ...manifest, fileNo: before.manifest.fileNo } }),
          NotItsTurn,
        )
        return
      case 'gap':
        await assert.rejects(
          arrive(town, { csv, manifest: { ...manifest, fileNo: manifest.fileNo + 1 } }),
          NotItsTurn,
        )
        return
      case 'sha256':
      case 'rows':
      case 'hash total':
      case 'header':
      case 'cut':
      case 'flipped':
      case 'other town': {
        const receipt = await arrive(town, refusedFile(sent, what, where))
        assert.deepEqual([receipt.state, receipt.seq], ['refused', null], what)
        assert.ok(receipt.errors.length > 0)
        refusedFiles += 1
      }
    }
  }

  /** A server process is ended from outside. */
  const killed = async (pid: number): Promise<void> => {
    const pg = await import('pg')
    const client = new pg.default.Client({ connectionString: cloud.database.urls.admin })
    await client.connect()
    await client.query('select pg_terminate_backend($1)', [pid])
    await client.end()
  }

  const kinds: Readonly<Record<string, readonly Business[]>> = {
    residents: ['residents'],
    'people and what hangs on them': ['residents', 'non-residents', 'seals', 'households'],
    'what protects': ['suppressions', 'issue-blocks', 'residents'],
    'cards and houses': ['card-serials', 'houses', 'late-elderly'],
    'care and taxes': ['nursing-care', 'disabilities', 'tax-assessments', 'tax-incomes', 'tax-payments'],
  }
  for (const [i, [kind, businesses]] of Object.entries(kinds).entries()) {
    test(`${kind}: as of every number, what stands is what the model says`, async (t) => {
      const own = (seed + i) % 2 ** 31
      t.diagnostic(`FC_SEED=${seed}, ${numRuns} histories`)
      const history = fc.array(step(businesses), { minLength: 1, maxLength: 8 })
      await fc.assert(fc.asyncProperty(history, play), { numRuns, seed: own })
      t.diagnostic(`${applied} files applied, ${refusedFiles} refused, ${cutOff} cut off`)
      assert.ok(applied > 0)
    })
  }
})
