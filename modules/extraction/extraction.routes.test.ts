import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import readExcel from 'read-excel-file/node'
import { canaries } from '@open-bcl/demo/people.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { changeHousehold } from '../ledger/households.contract.ts'
import * as items from '../ledger/items.contract.ts'
import { addNonResident, getVictim, registerDisaster } from '../ledger/ledger.contract.ts'
import * as contract from './extraction.contract.ts'

type Conditions = RawInputOf<typeof contract.countExtraction>['conditions']

const none: Conditions = {
  ...{ ageFrom: null, ageTo: null, sexes: [], sizeFrom: null, sizeTo: null, elderlyOnly: false },
  ...{ area: '', careLevels: [], disability: false, entered: null, items: [], facts: [] },
}

describe('援護対象者抽出', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let colleague: Browser
  let viewer: Browser
  let neighbour: Browser
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 60 })
    await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, town)
    clerk = await cloud.signIn(town.municipality.code, 'clerk')
    colleague = await cloud.signIn(town.municipality.code, 'reviewer')
    viewer = await cloud.signIn(town.municipality.code, 'viewer')
    neighbour = await cloud.signIn('212032' as typeof town.municipality.code, 'clerk')
    const made = await clerk.get(registerDisaster, {
      ...{ name: '豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    disasterId = made.disaster.disasterId
  })
  after(() => cloud.close())

  const count = (conditions: Partial<Conditions>, browser = clerk) =>
    browser.get(contract.countExtraction, { disasterId, conditions: { ...none, ...conditions } })
  const save = async (conditions: Partial<Conditions>, name = '一覧') =>
    (await clerk.get(contract.saveExtraction, { disasterId, name, conditions: { ...none, ...conditions } }))
      .listId
  const asAdmin = async (text: string, listId: string) => {
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    await admin.query(text, [listId])
    await admin.end()
  }
  /** A list of three pages, of the same people again and again. */
  const saveLong = async () => {
    const listId = await save({ ageFrom: 0 })
    const { people: different } = await clerk.get(contract.getExtraction, { listId })
    await asAdmin(
      `insert into extraction.item (municipality_code, list_id, position, person_ref, state, version, changed_at)
       select municipality_code, list_id, position + n * ${different}, person_ref, state, version, changed_at
         from extraction.item, generate_series(1, 2500 / ${different}) n where list_id = $1`,
      listId,
    )
    const people = different * (1 + Math.floor(2500 / different))
    await asAdmin(`update extraction.list set people = ${people} where list_id = $1`, listId)
    return { listId, people, different }
  }
  const namesOn = async (listId: string) =>
    (await clerk.get(contract.getExtraction, { listId })).items.map(({ name }) => name)
  const living = () => town.residents.filter(({ state }) => state === 'resident')

  test('counts by age are those of a plain walk over the register', async () => {
    const { count: elderly } = await count({ ageFrom: 65 })
    const expected = living().filter(({ birth }) => birth.on !== null && birth.on <= '1961-11-21').length
    assert.ok(expected > 5)
    assert.equal(elderly, expected)
    const both = await count({ ageFrom: 65, sexes: ['2'] })
    assert.ok(both.count > 0 && both.count < elderly)
    const { count: young } = await count({ ageTo: 5 })
    assert.equal(young, living().filter(({ birth }) => birth.on !== null && birth.on > '2020-11-21').length)
  })

  test('no condition is refused, and who may not extract is too', async () => {
    const bare = await clerk.call(contract.countExtraction, { disasterId, conditions: none })
    assert.equal(bare.status, 422)
    const forbidden = await viewer.call(contract.countExtraction, {
      disasterId,
      conditions: { ...none, ageFrom: 65 },
    })
    assert.equal(forbidden.status, 403)
  })

  test('people are found by words of their address, the protected never', async () => {
    const [someone] = living().filter(({ householdNo }) => householdNo !== null)
    const { count: there } = await count({ area: `${someone!.address.town}${someone!.address.number}` })
    assert.ok(there >= 1)
    const canary = canaries[0]!
    assert.deepEqual(await count({ area: canary }), { count: 0, suppressed: 0 })
    const hidden = town.people['motherInHiding']!
    const byTown = await save({ area: hidden.address.town, ageFrom: 0 }, '町の一覧').catch(() => null)
    if (byTown !== null) assert.ok(!(await namesOn(byTown)).includes(hidden.name.full))
    // A list that is of no place holds her, without her place.
    const byAge = await save({ ageFrom: 18 })
    const csv = await clerk.call(contract.exportExtractionCsv, { listId: byAge })
    const text = csv.ok ? csv.bytes.toString() : ''
    assert.ok(text.includes(hidden.name.full) && !canaries.some((one) => text.includes(one)))
  })

  test('households: size, and those of the elderly alone, are of the disaster as told', async () => {
    const alone = await count({ sizeTo: 1 })
    const two = living().find(
      (one) =>
        one.householdNo !== null &&
        living().filter(({ householdNo }) => householdNo === one.householdNo).length === 2,
    )!
    const personRef = `R-${two.residentNo}`
    const page = await clerk.get(getVictim, { disasterId, personRef })
    assert.equal(page.household.length, 2)
    await clerk.get(changeHousehold, {
      ...{ disasterId, personRef, version: 0, act: 'split', people: [personRef], otherVersion: 0 },
      ...{ head: null, reasonCode: 'separate-livelihood', reason: '生計が別と申立て' },
    })
    assert.equal((await count({ sizeTo: 1 })).count, alone.count + 2)
  })

  test('items: who was told to need care, and of whom nothing was told', async () => {
    const everyone = (await count({ ageFrom: 0, entered: null })).count
    const personRef = `R-${town.people['satoTaro']!.residentNo}`
    await clerk.get(items.setItem, {
      ...{ disasterId, personRef, itemKey: 'needs', version: 0, source: 'visit' },
      value: { type: 'choices', choices: ['illness', 'elderly'], detail: '酸素' },
    })
    assert.equal((await count({ items: [{ key: 'needs', codes: ['illness'] }] })).count, 1)
    assert.equal((await count({ items: [{ key: 'needs', codes: ['infant'] }] })).count, 0)
    assert.equal((await count({ ageFrom: 0, items: [{ key: 'needs', codes: [] }] })).count, everyone - 1)
    assert.deepEqual(await namesOn(await save({ items: [{ key: 'needs', codes: ['elderly'] }] })), [
      town.people['satoTaro']!.name.full,
    ])
    // Corrected, the earlier choice finds nobody.
    await clerk.get(items.setItem, {
      ...{ disasterId, personRef, itemKey: 'needs', version: 1, source: 'correction' },
      value: { type: 'choices', choices: ['none'], detail: '' },
    })
    assert.equal((await count({ items: [{ key: 'needs', codes: ['illness'] }] })).count, 0)
  })

  test('by where somebody is now, and by facts that may name a place, nobody protected is found', async () => {
    const hidden = `R-${town.people['motherInHiding']!.residentNo}`
    await clerk.get(items.setItem, {
      ...{ disasterId, personRef: hidden, itemKey: 'present-place', version: 0, source: 'visit' },
      value: { type: 'place', kind: 'hotel', where: '', since: null, detail: '' },
    })
    assert.equal((await count({ items: [{ key: 'present-place', codes: ['hotel'] }] })).count, 0)
    const fact = { kind: 'ledger.item-told', code: 'item', values: ['present-place'] }
    assert.equal((await count({ facts: [fact] })).count, 0)
    await clerk.get(items.setItem, {
      ...{ disasterId, personRef: hidden, itemKey: 'human-damage', version: 0, source: 'visit' },
      value: { type: 'choice', choice: 'slight' },
    })
    // What tells no place finds her, so that she is not forgotten.
    const hurt = { items: [{ key: 'human-damage', codes: ['slight'] }] }
    assert.deepEqual(await count(hurt), { count: 1, suppressed: 1 })
  })

  test('facts: the newest of a kind decides, for everybody of the household', async () => {
    const person = await clerk.get(addNonResident, {
      ...{
        disasterId,
        name: '旅野　人',
        kana: 'タビノ　ヒト',
        birthOn: '1990-01-01',
        birthText: null,
        sex: '1',
      },
      ...{ address: '神岡町船津１', phone: '', reason: '宿泊中に被災', suppressed: false },
    })
    const facts = [{ kind: 'ledger.non-resident-added', code: 'version', values: ['1'] }]
    const listId = await save({ facts })
    assert.deepEqual(await namesOn(listId), ['旅野　人'])
    assert.equal((await count({ facts, area: '神岡町船津' })).count, 1)
    assert.equal((await count({ facts, area: '古川町' })).count, 0)
    const [item] = (await clerk.get(contract.getExtraction, { listId })).items
    assert.equal(item!.personRef, person.personRef)
  })

  test('a list is a queue: two at once get two people, what is done is a fact, a skip has a reason', async () => {
    const listId = await save({ ageFrom: 65 }, '見守り')
    const [mine, theirs] = await Promise.all([
      clerk.get(contract.takeNextItem, { listId }),
      colleague.get(contract.takeNextItem, { listId }),
    ])
    assert.notEqual(mine.item!.position, theirs.item!.position)
    // Asked again, the one begun comes first.
    const again = await clerk.get(contract.takeNextItem, { listId })
    assert.equal(again.item!.position, mine.item!.position)
    const { position, version, personRef } = again.item!
    // The queue goes on from the person's own page, for whoever works on them.
    const itemsOf = async (by: typeof clerk) =>
      (await by.get(contract.listItemsOf, { disasterId, personRef })).items
    assert.deepEqual(
      (await itemsOf(clerk)).map((one) => [one.listId, one.position, one.version, one.name, one.worked]),
      [[listId, position, version, '見守り', 0]],
    )
    assert.deepEqual(await itemsOf(colleague), [])
    const done = { listId, position, version, act: 'done', note: '元気' } as const
    const answers = await Promise.all([
      clerk.call(contract.actOnItem, done),
      colleague.call(contract.actOnItem, done),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const other = theirs.item!
    const skip = { listId, position: other.position, version: other.version, act: 'skip' } as const
    assert.equal((await clerk.call(contract.actOnItem, { ...skip, note: '' })).status, 422)
    await clerk.get(contract.actOnItem, { ...skip, note: '町外に避難中' })
    const { facts } = await clerk.get(getVictim, { disasterId, personRef })
    assert.deepEqual(
      facts.map(({ kind, words }) => [kind, words]),
      [['extraction.done', '「見守り」　元気']],
    )
    const [list] = (await clerk.get(contract.listExtractions, { disasterId })).lists.filter(
      (one) => one.listId === listId,
    )
    assert.deepEqual([list!.done, list!.skipped, list!.mine], [1, 1, 0])
  })

  test('a list leaves as CSV and XLSX with its people, and the audit trail names them', async () => {
    const listId = await save({ ageFrom: 65 })
    const csv = await clerk.call(contract.exportExtractionCsv, { listId })
    const lines = csv.ok ? csv.bytes.toString().trim().split('\r\n') : []
    const { people } = await clerk.get(contract.getExtraction, { listId })
    assert.equal(lines.length, people + 1)
    // What is to leave the office leaves the people in hiding out.
    const grown = await save({ ageFrom: 18 })
    const linesOf = async (protectedPeople: 'left-out' | 'without-contact'): Promise<string[]> => {
      const file = await clerk.call(contract.exportExtractionCsv, { listId: grown, protectedPeople })
      return file.ok ? file.bytes.toString().trim().split('\r\n') : []
    }
    const [all, open] = [await linesOf('without-contact'), await linesOf('left-out')]
    const concealed = all.filter((line) => line.includes('支援措置（提供抑止）'))
    assert.ok(concealed.length > 0 && concealed.every((line) => line.includes('非表示')))
    assert.deepEqual(
      open,
      all.filter((line) => !concealed.includes(line)),
    )
    const xlsx = await clerk.call(contract.exportExtractionXlsx, { listId })
    assert.ok(xlsx.ok)
    const sheets = await readExcel(xlsx.bytes)
    assert.ok(JSON.stringify(sheets).includes('氏名'))
    const [seen] = await cloud.as(town.municipality.code, (ctx) =>
      ctx.tx.sql<{ people: number }>(
        `select (facts ->> 'people')::int as people from access.audit
          where municipality_code = $1 and event = 'extraction.list.exported' and facts ->> 'listId' = $2 limit 1`,
        [town.municipality.code, listId],
      ),
    )
    assert.equal(seen!.people, people)
  })

  test('a CSV of several pages has everybody once, in order; each page is in the audit trail before it leaves', async () => {
    const { listId, people, different } = await saveLong()
    const csv = await clerk.call(contract.exportExtractionCsv, { listId })
    const numbers = csv.ok ? [...csv.bytes.toString().matchAll(/^(\d+),/gm)].map(([, no]) => Number(no)) : []
    assert.deepEqual(
      numbers,
      Array.from({ length: people }, (_, i) => i + 1),
    )
    const events = await cloud.as(town.municipality.code, (ctx) =>
      ctx.tx.sql<{ event: string; people: number; shown: number }>(
        `select event, (facts ->> 'people')::int as people,
                (select count(distinct s.subject_id)::int from access.audit r
                   join access.audit_subject s on s.municipality_code = $1 and s.at = r.at and s.audit_id = r.audit_id
                  where r.municipality_code = $1 and r.trace_id = a.trace_id and s.subject_kind in ('resident', 'non-resident')) as shown
           from access.audit a
          where municipality_code = $1 and event like 'extraction.list.export%' and facts ->> 'listId' = $2
          order by event desc`,
        [town.municipality.code, listId],
      ),
    )
    assert.deepEqual(
      events.map(({ event, people: told, shown }) => [event, told, shown]),
      [
        ['extraction.list.exported', people, different],
        ['extraction.list.export-ended', people, different],
      ],
    )
  })

  test('a part that cannot be read breaks the file off: half a list never looks whole', async () => {
    const { listId } = await saveLong()
    await asAdmin(
      `update extraction.item set person_ref = 'nobody' where list_id = $1 and position = 1500`,
      listId,
    )
    const csv = await clerk.call(contract.exportExtractionCsv, { listId }).catch(() => null)
    assert.ok(csv === null || !csv.ok)
  })

  test('lists of another town are not there', async () => {
    const listId = await save({ ageFrom: 65 })
    const act = { listId, position: 1, version: 1, act: 'done', note: '' } as const
    const answers = [
      await neighbour.call(contract.countExtraction, { disasterId, conditions: { ...none, ageFrom: 1 } }),
      await neighbour.call(contract.listExtractions, { disasterId }),
      await neighbour.call(contract.getExtraction, { listId }),
      await neighbour.call(contract.takeNextItem, { listId }),
      await neighbour.call(contract.listItemsOf, { disasterId, personRef: 'R-1' }),
      await neighbour.call(contract.actOnItem, act),
      await neighbour.call(contract.exportExtractionCsv, { listId }),
      await neighbour.call(contract.exportExtractionXlsx, { listId }),
    ]
    assert.deepEqual(
      answers.map(({ status }) => status),
      answers.map(() => 404),
    )
  })
})
