import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getDisaster, listDisasters } from '../disasters/disasters.contract.ts'
import { loadResidents } from '../residents/testing/load.ts'
import { noCopyItems, type ResidentRecord } from '../residents/residents.ts'
import * as contract from './ledger.contract.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
const none = { on: null, uncertain: false, text: null }
const HIDDEN = '秘密町九番地'

/** A resident; people of one household share its number. */
function resident(
  no: string,
  full: string,
  kana: string,
  over: Partial<ResidentRecord> = {},
): ResidentRecord {
  const address = {
    ...{ municipalityCode: hida, townCode: '0000001', prefecture: '岐阜県', city: '飛騨市' },
    ...{ town: '古川町壱之町', number: '1番1号', building: '', postCode: '5094234' },
  }
  const noOtherNames = { latin: '', kanji: '', former: '', formerKana: '', alias: '', aliasKana: '' }
  return {
    residentNo: no as ResidentNo,
    historyNo: 1,
    branchNo: 0,
    householdNo: '100' as HouseholdNo,
    kind: 'japanese',
    state: 'resident',
    changedOn: none,
    notifiedOn: null,
    changeReason: '01',
    name: { full, kana, ...noOtherNames, preference: '1' },
    sex: '2',
    sexText: '女',
    birth: { on: '1950-03-04' as PlainDate, uncertain: false, text: null },
    relationCodes: ['02'],
    relationText: '世帯主',
    address,
    becameResidentOn: none,
    addressBefore: '',
    addressAfter: '',
    removedOn: none,
    copy: noCopyItems,
    foreign: null,
    ...over,
  }
}

const ume = resident('1', '佐藤　梅子', 'サトウ　ウメコ')
const taro = resident('2', '佐藤　太郎', 'サトウ　タロウ', {
  relationText: '子',
  relationCodes: ['20'],
  sex: '1',
})
const hidden = resident('3', '隠田　花', 'オンダ　ハナ', {
  householdNo: '300' as HouseholdNo,
  address: { ...ume.address, town: '秘密町', number: '九番地' },
})
const gone = resident('4', '去田　進', 'サリタ　ススム', { state: 'moved-out', householdNo: null })

const flood = {
  name: '令和８年９月豪雨',
  hazards: ['heavy-rain', 'flood'],
  occurredOn: '2026-09-18',
  causeText: '令和８年９月１８日の豪雨による',
  applicationDeadlineOn: '2026-12-18',
} as const
const hanako = {
  name: '住田　花子',
  kana: 'スミタ　ハナコ',
  birthOn: null,
  birthText: '昭和20年頃',
  sex: '2',
  address: '高山市花里町１',
  phone: '0577-00-0000',
  reason: '被災時に居住。公共料金の領収書で確認',
  suppressed: false,
} as const

describe('被災者台帳', () => {
  let cloud: TestCloud
  let clerk: Browser
  let viewer: Browser
  let neighbour: Browser
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    clerk = await cloud.signIn(hida, 'clerk')
    viewer = await cloud.signIn(hida, 'viewer')
    neighbour = await cloud.signIn(takayama, 'clerk')
    await load([ume, taro, hidden, gone])
    await suppress('3')
    disasterId = (await clerk.get(contract.registerDisaster, { ...flood, hazards: [...flood.hazards] }))
      .disaster.disasterId
  })
  after(() => cloud.close())

  const asLink = <T>(work: Parameters<typeof withCtx<T>>[2]) =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      work,
    )
  const load = (people: readonly ResidentRecord[], mode: 'full' | 'delta' = 'full') =>
    asLink(async (ctx) => {
      await loadResidents(
        ctx,
        mode,
        people.map((record) => ({ record })),
      )
    })
  const suppress = (residentNo: string) =>
    asLink((ctx) =>
      ctx.tx.sql(
        `insert into access.suppression (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category, lifted)
         values ($1, $2, 1, 1, '2026-01-01', null, 'DV', false)`,
        [hida, residentNo],
      ),
    )
  const search = async (words: Record<string, string>, browser = clerk) =>
    (await browser.get(contract.searchLedger, { disasterId, ...words })).people

  test('a disaster is registered with its ledger, coded in its year and under the rules of its day', async () => {
    const { disaster, ledger } = await clerk.get(contract.registerDisaster, {
      ...flood,
      hazards: ['earthquake'],
      name: '令和８年地震',
      occurredOn: '2026-07-28',
    })
    assert.match(disaster.disasterCode, /^R8-\d+$/)
    assert.equal(disaster.guidelineCode, 'R7.7')
    assert.ok(BigInt(ledger.cutSeq) > 0n)
    const { disasters } = await viewer.get(listDisasters, {})
    assert.deepEqual(
      disasters.map((one) => one.name),
      ['令和８年９月豪雨', '令和８年地震'],
    )
    assert.deepEqual(await viewer.get(contract.getLedger, { disasterId: disaster.disasterId }), ledger)
  })

  test('two registrations at once get two codes; the same name is refused', async () => {
    const register = (name: string, requestId?: string) =>
      clerk.call(contract.registerDisaster, { ...flood, hazards: ['storm'], name }, requestId)
    const answers = await Promise.all(['甲', '乙', '丙', '丙'].map((name) => register(name)))
    const codes = answers.flatMap((answer) => (answer.ok ? [answer.body.disaster.disasterCode] : []))
    assert.equal(new Set(codes).size, 3)
    assert.deepEqual(
      answers.map((answer) => answer.status).toSorted((a, b) => a - b),
      [200, 200, 200, 409],
    )
    const requestId = uuidv7()
    const first = await register('丁', requestId)
    assert.deepEqual(await register('丁', requestId), first)
  })

  test('a disaster of the future, or a deadline before it, is refused with the field named', async () => {
    const future = await clerk.call(contract.registerDisaster, {
      ...flood,
      hazards: ['storm'],
      name: '未来',
      occurredOn: '2026-11-22',
      applicationDeadlineOn: null,
    })
    assert.ok(!future.ok)
    assert.equal(future.problem.errors?.[0]?.pointer, '/occurredOn')
    const early = await clerk.call(contract.registerDisaster, {
      ...flood,
      hazards: ['storm'],
      name: '期限',
      applicationDeadlineOn: '2026-09-17',
    })
    assert.ok(!early.ok)
    assert.equal(early.problem.errors?.[0]?.pointer, '/applicationDeadlineOn')
  })

  test('people are found by name, kana and birth date together, with their household', async () => {
    const found = await search({ kana: 'サトウ', birthOn: '1950-03-04' })
    assert.deepEqual(
      found.map((one) => [one.name, one.entryId]),
      [
        ['佐藤　梅子', null],
        ['佐藤　太郎', null],
      ],
    )
    assert.equal(found[0]?.address, '岐阜県飛騨市古川町壱之町1番1号')
    const page = await viewer.get(contract.getVictim, { disasterId, personRef: 'R-1' })
    assert.deepEqual(
      page.household.map((one) => [one.name, one.relation]),
      [
        ['佐藤　梅子', '世帯主'],
        ['佐藤　太郎', '子'],
      ],
    )
    const vague = await clerk.call(contract.searchLedger, { disasterId, name: ' ' })
    assert.equal(vague.status, 422)
  })

  test('who had left before the ledger was cut is not of the ledger', async () => {
    assert.deepEqual(await search({ name: '去田' }), [])
    const page = await clerk.call(contract.getVictim, { disasterId, personRef: 'R-4' })
    assert.ok(!page.ok)
    assert.equal(page.problem.type, '/problems/ledger/person-not-in-ledger')
  })

  test('a protected person is found by name without an address, and never by address', async () => {
    const [one] = await search({ name: '隠田' })
    assert.deepEqual([one?.suppressed, one?.address], [true, null])
    assert.deepEqual(await search({ address: '秘密町' }), [])
    const page = await clerk.get(contract.getVictim, { disasterId, personRef: 'R-3' })
    assert.ok(!JSON.stringify(page).includes('秘密町'))
    // Nor by 世帯番号: the ledger tells nobody's.
    assert.ok(!/householdNo|世帯番号/.test(JSON.stringify([one, page])))
  })

  test('later changes are offered as notes and leave the ledger as it was cut', async () => {
    const moved = { ...taro, historyNo: 2, address: { ...taro.address, number: '2番2号' } }
    const dead = { ...ume, historyNo: 2, state: 'dead' } as const
    const away = { ...hidden, historyNo: 2, address: { ...hidden.address, number: '十番地' } }
    await load([moved, dead, away], 'delta')
    const page = await clerk.get(contract.getVictim, { disasterId, personRef: 'R-1' })
    assert.deepEqual(page.notes, ['died'])
    assert.equal(page.person.name, '佐藤　梅子')
    assert.deepEqual(page.household.find((one) => one.residentNo === '2')?.notes, ['moved'])
    const protectedPage = await clerk.get(contract.getVictim, { disasterId, personRef: 'R-3' })
    assert.deepEqual(protectedPage.notes, [])
  })

  test('a 住登外者 is added, found in any spelling, and changed by the one who saw the last version', async () => {
    const requestId = uuidv7()
    const added = await clerk.get(contract.addNonResident, { disasterId, ...hanako }, requestId)
    assert.deepEqual(await clerk.get(contract.addNonResident, { disasterId, ...hanako }, requestId), added)
    const [found, ...more] = await search({ kana: 'すみた' })
    assert.deepEqual([found?.personRef, found?.entryId, more.length], [added.personRef, added.entryId, 0])
    const page = await clerk.get(contract.getVictim, { disasterId, personRef: added.personRef })
    assert.deepEqual(page.person.birth, { on: null, uncertain: true, text: '昭和20年頃' })
    assert.equal(page.facts[0]?.words, hanako.reason)
    const nonResidentId = page.nonResident!.nonResidentId
    const change = (name: string) =>
      clerk.call(contract.changeNonResident, { disasterId, nonResidentId, version: 1, ...hanako, name })
    const answers = await Promise.all([change('住田　華子'), change('住田　英子')])
    assert.deepEqual(
      answers.map((answer) => answer.status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const loser = answers.find((answer) => !answer.ok)
    assert.ok(loser && !loser.ok)
    assert.equal(loser.problem.type, '/problems/platform/changed-by-other')
    assert.deepEqual(await search({ name: '住田　花子' }), [])
    assert.equal((await search({ name: '住田' })).length, 1)
  })

  test('of a protected 住登外者 no place, phone or reason leaves, and none can be changed away', async () => {
    const added = await clerk.get(contract.addNonResident, {
      disasterId,
      ...hanako,
      name: '忍野　雪',
      kana: 'シノブノ　ユキ',
      address: HIDDEN,
      phone: '0577-99-9999',
      reason: `${HIDDEN}に居住`,
      suppressed: true,
    })
    assert.deepEqual(await search({ address: '秘密町' }), [])
    const found = await search({ name: '忍野' })
    const page = await clerk.get(contract.getVictim, { disasterId, personRef: added.personRef })
    assert.ok(!/秘密町|0577-99/.test(JSON.stringify([found, page])))
    assert.equal(page.person.suppressed, true)
    const { nonResidentId } = page.nonResident!
    const seen = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ event: string }>(
        `select distinct event from access.audit_subject s join access.audit a using (municipality_code, at, audit_id)
          where s.municipality_code = $1 and subject_kind = 'non-resident' and subject_id = $2 order by event`,
        [hida, nonResidentId],
      ),
    )
    assert.deepEqual(
      seen.map((row) => row.event),
      ['access.person-revealed', 'ledger.non-resident.added'],
    )
    const change = { disasterId, nonResidentId, version: 1, ...hanako, name: '忍野　雪乃' }
    const lifted = await clerk.call(contract.changeNonResident, change)
    assert.ok(!lifted.ok)
    assert.equal(lifted.problem.type, '/problems/ledger/whereabouts-concealed')
    const kept = { ...change, address: '', phone: '', reason: '', suppressed: true }
    await clerk.get(contract.changeNonResident, kept)
    const after = await clerk.get(contract.getVictim, { disasterId, personRef: added.personRef })
    assert.deepEqual([after.person.name, after.person.address], ['忍野　雪乃', null])
  })

  test('ids of another town answer 404 on every endpoint that takes one', async () => {
    const [mine] = await search({ name: '住田' })
    const nonResidentId = mine!.personRef.slice(2)
    const person = { disasterId, personRef: mine!.personRef }
    const answers = [
      await neighbour.call(getDisaster, { disasterId }),
      await neighbour.call(contract.getLedger, { disasterId }),
      await neighbour.call(contract.searchLedger, { disasterId, name: '佐藤' }),
      await neighbour.call(contract.getVictim, person),
      await neighbour.call(contract.addNonResident, { disasterId, ...hanako }),
      await neighbour.call(contract.changeNonResident, { disasterId, nonResidentId, version: 2, ...hanako }),
    ]
    assert.deepEqual(
      answers.map((answer) => answer.status),
      answers.map(() => 404),
    )
    const own = await neighbour.get(contract.registerDisaster, { ...flood, hazards: ['storm'] })
    const foreign = { ...person, disasterId: own.disaster.disasterId }
    assert.equal((await neighbour.call(contract.getVictim, foreign)).status, 404)
  })

  test('the sealed search of 住登外者 answers for the municipality in scope only', async () => {
    await assert.rejects(
      cloud.as(takayama, (ctx) =>
        ctx.tx.sql('select * from ledger.search_non_residents($1, $2, null, null, 10)', [hida, disasterId]),
      ),
      { code: '42501' },
    )
  })

  test('who may only look cannot register, add or change', async () => {
    const register = { ...flood, hazards: ['storm' as const], name: '照会' }
    assert.equal((await viewer.call(contract.registerDisaster, register)).status, 403)
    assert.equal((await viewer.call(contract.addNonResident, { disasterId, ...hanako })).status, 403)
  })

  test('no log line holds a name or an address', () => {
    assert.ok(cloud.logLines.length > 0)
    for (const line of cloud.logLines) assert.doesNotMatch(line, /佐藤|住田|隠田|忍野|秘密町|花里町/)
  })
})
