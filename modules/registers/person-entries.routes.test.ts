import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { loadProtection } from '../residents/testing/load-protection.ts'
import { loadResidents } from '../residents/testing/load.ts'
import { openEntryIntake } from './intake.actions.ts'
import { revealEntries } from './person-entries.contract.ts'
import { checkedRow, sampleRow } from './testing/rows.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode

describe('中間DB参照：ほかの業務の記録', () => {
  const town = makeTown({ households: 60 })
  const [sato, mother] = [town.people['satoTaro']!, town.people['motherInHiding']!]
  let cloud: TestCloud
  let first: bigint
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    await asLink((ctx) =>
      loadResidents(
        ctx,
        'full',
        [sato, mother].map((record) => ({ record })),
      ),
    )
    await asLink((ctx) => loadProtection(ctx, mother.residentNo))
    first = await send('tax-assessments', [
      tax(sato.residentNo, '120000'),
      { ...tax(mother.residentNo, '90000'), 賦課期日住所_番地号表記: '9876番地54' },
    ])
    await send('tax-assessments', [tax(sato.residentNo, '150000')])
  })
  after(() => cloud.close())

  const asLink = <T>(work: Parameters<typeof withCtx<T>>[2]): Promise<T> =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      work,
    )
  const tax = (residentNo: string, yen: string): Record<string, string> => ({
    宛名番号: residentNo,
    年税額: yen,
  })
  const send = (business: Business, rows: readonly Record<string, string>[]): Promise<bigint> =>
    asLink(async (ctx) => {
      const intake = await openEntryIntake(ctx, { business, mode: 'delta', origin: 'link' })
      await intake.write(rows.map((over, i) => checkedRow(business, sampleRow(business, over), i + 2)))
      for await (const repeats of intake.finish()) assert.deepEqual(repeats, [])
      const seq = await nextSeq(ctx)
      await intake.apply(seq)
      return seq
    })
  const look = async (residentNo: typeof sato.residentNo, seq: string) => {
    const admin = await cloud.signIn(hida, 'admin')
    return await admin.get(revealEntries, { residentNo, seq, purpose: 'link-check' })
  }
  const yen = (answer: Awaited<ReturnType<typeof look>>) =>
    answer.entries.map(({ business, items }) => [
      business,
      items.find(({ name }) => name === '年税額')!.value,
    ])

  test('are those of the number asked for', async () => {
    assert.deepEqual(yen(await look(sato.residentNo, String(first))), [['tax-assessments', '120000']])
    assert.deepEqual(yen(await look(sato.residentNo, '999999999')), [['tax-assessments', '150000']])
    assert.deepEqual((await look(sato.residentNo, '0')).entries, [])
  })

  test('of a person in hiding tell no place, and every reading is recorded with its purpose', async () => {
    const answer = await look(mother.residentNo, '999999999')
    assert.ok(answer.concealed)
    assert.deepEqual(yen(answer), [['tax-assessments', '90000']])
    assert.doesNotMatch(JSON.stringify(answer), /9876番地54|住所/)
    const [last] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        `select a.purpose, s.subject_id as subject from access.audit a
           join access.audit_subject s using (municipality_code, at, audit_id)
          where a.municipality_code = $1 and a.event = 'access.person-revealed' and s.subject_id = $2`,
        [hida, mother.residentNo],
      ),
    )
    assert.deepEqual(last, { purpose: 'link-check', subject: mother.residentNo })
  })

  test('are for who may look at them, and of the own town alone', async () => {
    const input = { residentNo: sato.residentNo, seq: '999999999', purpose: 'link-check' } as const
    const reviewer = await cloud.signIn(hida, 'reviewer')
    assert.equal((await reviewer.call(revealEntries, input)).status, 403)
    const neighbour = await cloud.signIn(takayama, 'admin')
    assert.deepEqual((await neighbour.get(revealEntries, input)).entries, [])
  })
})
