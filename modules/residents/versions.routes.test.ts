import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { canaries } from '@open-bcl/demo/people.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { ResidentRecord } from './residents.ts'
import { loadResidents } from './testing/load.ts'
import * as contract from './versions.contract.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode

describe('中間DB参照', () => {
  const town = makeTown({ households: 60 })
  const sato = town.people['satoTaro']!
  const mother = town.people['motherInHiding']!
  const moved: ResidentRecord = {
    ...sato,
    historyNo: sato.historyNo + 1,
    address: { ...sato.address, town: '神岡町船津', number: '1番地' },
  }
  let cloud: TestCloud
  let admin: Browser
  let seqs: { full: bigint; moved: bigint; gone: bigint }

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    cloud.clock = new Date('2026-11-01T00:00:00Z')
    const full = await load('full', 1, town.residents.map(now))
    await suppress(mother.residentNo)
    cloud.clock = new Date('2026-11-10T00:00:00Z')
    const second = await load('delta', 2, [{ record: sato, latest: false }, now(moved)])
    cloud.clock = new Date('2026-11-15T00:00:00Z')
    const third = await load('delta', 3, [{ ...now(moved), deleted: true }])
    seqs = { full, moved: second, gone: third }
    cloud.clock = new Date('2026-11-21T00:00:00Z')
    admin = await cloud.signIn(hida, 'admin')
  })
  after(() => cloud.close())

  type Row = { record: ResidentRecord; latest: boolean; deleted?: boolean }
  const now = (record: ResidentRecord): Row => ({ record, latest: true })
  const asLink = <T>(work: Parameters<typeof withCtx<T>>[2]) =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      work,
    )
  const load = (mode: 'full' | 'delta', fileNo: number, rows: readonly Row[]): Promise<bigint> =>
    asLink(async (ctx) => {
      const { seq } = await loadResidents(ctx, mode, rows, { business: 'residents', fileNo, origin: 'link' })
      return seq
    })
  const suppress = (residentNo: string) =>
    asLink((ctx) =>
      ctx.tx.sql(
        `insert into access.suppression (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category, lifted)
         values ($1, $2, 1, 1, '2026-01-01', null, '1', false)`,
        [hida, residentNo],
      ),
    )
  const versionsOf = async (residentNo: ResidentNo) =>
    (await admin.get(contract.listVersions, { residentNo })).versions
  const auditOf = (event: string) =>
    cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ purpose: string | null; subjects: string[] }>(
        `select a.purpose, coalesce(array_agg(s.subject_id) filter (where s.subject_id is not null), '{}') as subjects
           from access.audit a left join access.audit_subject s using (municipality_code, at, audit_id)
          where a.municipality_code = $1 and a.event = $2 group by a.at, a.audit_id, a.purpose order by a.at, a.audit_id`,
        [hida, event],
      ),
    )

  test('the list shows numbers, times and states of every version, and nothing that is sealed', async () => {
    const answer = await admin.get(contract.listVersions, { residentNo: sato.residentNo })
    assert.deepEqual(
      answer.versions.map((one) => [
        one.historyNo,
        one.fromSeq,
        one.toSeq,
        one.latest,
        one.deleted,
        one.fileNo,
      ]),
      [
        [sato.historyNo, String(seqs.full), String(seqs.moved), true, false, 1],
        [sato.historyNo, String(seqs.moved), null, false, false, 2],
        [moved.historyNo, String(seqs.moved), String(seqs.gone), true, false, 2],
        [moved.historyNo, String(seqs.gone), null, false, true, 3],
      ],
    )
    assert.deepEqual(
      [answer.versions[0]!.appliedAt, answer.versions[0]!.endedAt, answer.versions[0]!.origin],
      ['2026-11-01T00:00:00.000Z', '2026-11-10T00:00:00.000Z', 'link'],
    )
    const told = JSON.stringify(answer)
    for (const words of [sato.name.full, sato.name.kana, sato.address.town]) assert.ok(!told.includes(words))
    assert.deepEqual((await auditOf('residents.versions-listed')).at(-1)!.subjects, [sato.residentNo])
  })

  test('a search tells who is found only for a purpose, which is recorded with every person shown', async () => {
    const sealed = await admin.get(contract.searchVersions, { name: '佐藤' })
    assert.ok(sealed.people.length > 0)
    assert.ok(sealed.people.every(({ person }) => person === null))
    const before = (await auditOf('access.person-revealed')).length
    cloud.clock = new Date('2026-11-21T00:01:00Z')
    const shown = await admin.get(contract.searchVersions, { name: '葛城', purpose: 'link-check' })
    const [audited] = (await auditOf('access.person-revealed')).slice(before)
    assert.equal(audited!.purpose, 'link-check')
    assert.deepEqual(
      audited!.subjects.toSorted(),
      shown.people.map(({ residentNo }) => residentNo).toSorted(),
    )
    assert.match(shown.people[0]!.person!.name, /城/)
  })

  test('somebody whom the town deleted is found by number, and the versions are all there', async () => {
    const { people } = await admin.get(contract.searchVersions, { residentNo: sato.residentNo })
    assert.deepEqual(
      people.map(({ deleted, versions, person }) => [deleted, versions, person]),
      [[true, 4, null]],
    )
  })

  test('two versions differ by what the town changed, in the words of the interface', async () => {
    const [first, , second] = await versionsOf(sato.residentNo)
    cloud.clock = new Date('2026-11-21T00:05:00Z')
    const { items, concealed } = await admin.get(contract.revealVersions, {
      residentNo: sato.residentNo,
      olderId: first!.versionId,
      versionId: second!.versionId,
      purpose: 'inquiry',
    })
    assert.equal(concealed, false)
    const changed = new Map(items.filter((item) => item.changed).map((item) => [item.name, item.newer]))
    assert.equal(changed.get('住所_町字'), '神岡町船津')
    assert.equal(changed.get('履歴番号'), String(moved.historyNo))
    assert.ok(!changed.has('氏名'))
    assert.equal(items.find(({ name }) => name === '氏名')!.older, sato.name.full)
    assert.ok(items.every(({ name }) => name !== '個人番号'))
    assert.deepEqual((await auditOf('access.person-revealed')).at(-1), {
      purpose: 'inquiry',
      subjects: [sato.residentNo],
    })
  })

  test('the person and the household come as they were as of a number and as of a moment', async () => {
    const asOf = (when: { seq?: string; at?: string }) =>
      admin.get(contract.revealAsOf, { residentNo: sato.residentNo, purpose: 'inquiry', ...when })
    const townOf = (answer: Awaited<ReturnType<typeof asOf>>) =>
      answer.items?.find(({ name }) => name === '住所_町字')?.value ?? null
    const day = (on: string) => ({ at: `2026-11-${on}T00:00:00.000Z` })
    assert.equal(townOf(await asOf({ seq: String(seqs.full) })), sato.address.town)
    assert.equal(townOf(await asOf(day('09'))), sato.address.town)
    assert.equal(townOf(await asOf(day('10'))), '神岡町船津')
    assert.equal(townOf(await asOf({ seq: String(seqs.moved) })), '神岡町船津')
    assert.equal(townOf(await asOf(day('15'))), null)
    const gone = await asOf({})
    assert.deepEqual([gone.seq, gone.items, gone.household], [String(seqs.gone), null, []])
    const household = (await asOf(day('01'))).household.map(({ residentNo }) => residentNo)
    const expected = town.residents.filter(({ householdNo }) => householdNo === sato.householdNo)
    assert.deepEqual(household.toSorted(), expected.map(({ residentNo }) => residentNo).toSorted())
    const early = await admin.call(contract.revealAsOf, {
      residentNo: sato.residentNo,
      purpose: 'inquiry',
      at: '2026-10-31T00:00:00.000Z',
    })
    assert.equal(early.status, 422)
  })

  test('of a person in hiding no version tells where she is, nor that an address changed', async () => {
    cloud.clock = new Date('2026-11-21T00:10:00Z')
    const hidden = {
      ...mother,
      historyNo: mother.historyNo + 1,
      address: { ...mother.address, number: canaries[0]! },
    }
    await load('delta', 4, [{ record: mother, latest: false }, now(hidden)])
    const versions = await versionsOf(mother.residentNo)
    const [first, last] = [versions[0]!, versions.at(-1)!]
    const compared = await admin.get(contract.revealVersions, {
      residentNo: mother.residentNo,
      olderId: first.versionId,
      versionId: last.versionId,
      purpose: 'record-check',
    })
    const asOf = await admin.get(contract.revealAsOf, {
      residentNo: mother.residentNo,
      purpose: 'inquiry',
    })
    const found = await admin.get(contract.searchVersions, {
      name: mother.name.full,
      purpose: 'inquiry',
    })
    assert.ok(compared.concealed && asOf.concealed && found.people[0]!.suppressed)
    assert.equal(found.people[0]!.person!.address, null)
    assert.deepEqual(
      compared.items.filter(({ changed }) => changed).map(({ name }) => name),
      ['履歴番号'],
    )
    const listed = await admin.get(contract.listVersions, { residentNo: mother.residentNo })
    const told = JSON.stringify([compared, asOf, found, listed])
    assert.ok(told.includes(mother.name.full))
    for (const words of [...canaries, mother.address.town, mother.address.number])
      assert.ok(!told.includes(words))
    // Nor with whom.
    assert.deepEqual(
      [...found.people, ...listed.versions].map(({ householdNo }) => householdNo),
      [null, ...listed.versions.map(() => null)],
    )
    for (const { items } of [compared, { items: asOf.items! }])
      assert.ok(items.every(({ name }) => name !== '世帯番号'))
    const byAddress = await admin.get(contract.searchVersions, { address: canaries[0]! })
    assert.deepEqual(byAddress.people, [])
  })

  test('an old address that is the hidden one of a household today is hidden too', async () => {
    const other = town.residents.find((one) => one.householdNo === mother.householdNo && one !== mother)!
    await load('delta', 5, [
      { record: other, latest: false },
      now({ ...moved, residentNo: other.residentNo, historyNo: other.historyNo + 1, householdNo: null }),
    ])
    const [first] = await versionsOf(other.residentNo)
    assert.equal(first!.householdNo, null)
    const { items, concealed } = await admin.get(contract.revealVersions, {
      residentNo: other.residentNo,
      versionId: first!.versionId,
      purpose: 'inquiry',
    })
    assert.ok(concealed)
    assert.ok(items.every(({ name }) => !name.startsWith('住所')))
  })

  test('a town sees nothing of another, and who may not look is refused', async () => {
    const [version] = await versionsOf(sato.residentNo)
    const inputs = [
      [contract.listVersions, { residentNo: sato.residentNo }],
      [
        contract.revealVersions,
        { residentNo: sato.residentNo, versionId: version!.versionId, purpose: 'inquiry' },
      ],
      [contract.revealAsOf, { residentNo: sato.residentNo, purpose: 'inquiry' }],
    ] as const
    const neighbour = await cloud.signIn(takayama, 'admin')
    const clerk = await cloud.signIn(hida, 'clerk')
    for (const [endpoint, input] of inputs) {
      assert.equal((await neighbour.call(endpoint, input as never)).status, 404, endpoint.name)
      assert.equal((await clerk.call(endpoint, input as never)).status, 403, endpoint.name)
    }
    assert.deepEqual((await neighbour.get(contract.searchVersions, { name: '佐藤' })).people, [])
    assert.equal((await clerk.call(contract.searchVersions, { name: '佐藤' })).status, 403)
  })
})
