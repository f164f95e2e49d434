import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { canaries } from '@open-bcl/demo/people.ts'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { Browser, TestCloud } from '../../apps/cloud/testing/town.ts'
import { getIdentity, tellIdentity } from '../ledger/identities.contract.ts'
import { addNonResident, getVictim } from '../ledger/ledger.contract.ts'
import { openLedgerOffice } from '../ledger/testing/office.ts'
import { displayName } from '../residents/residents.ts'
import { matchTask } from './match.actions.ts'
import * as contract from './matching.contract.ts'

describe('名寄せ', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let viewer: Browser
  let neighbour: Browser
  let disasterId: string

  before(async () => {
    ;({ cloud, town, clerk, viewer, neighbour, disasterId } = await openLedgerOffice())
  })
  after(() => cloud.close())

  const header = '避難者氏名,ふりがな,生年月日,性別,住所,電話,避難所,備考'
  const csv = (lines: readonly string[]) =>
    Buffer.from(`避難者名簿\n${[header, ...lines].join('\n')}\n`).toString('base64')
  const input = (
    lines: readonly string[],
    changed: Partial<RawInputOf<typeof contract.takeInList>> = {},
  ): RawInputOf<typeof contract.takeInList> => ({
    ...{ listId: uuidv7(), disasterId, title: '第一体育館', source: 'shelter', automatic: true },
    ...{ fileName: 'meibo.csv', base64: csv(lines), sheet: 0, targets: null, dryRun: false },
    ...changed,
  })
  /** Takes a list in and has it compared as the queue does. */
  async function take(
    lines: readonly string[],
    changed: Partial<RawInputOf<typeof contract.takeInList>> = {},
  ) {
    const answer = await clerk.get(contract.takeInList, input(lines, changed))
    await cloud.as(town.municipality.code, (ctx) => matchTask(ctx, answer.listId))
    const { rows } = await clerk.get(contract.listMatchingRows, { listId: answer.listId })
    return { ...answer, rows }
  }
  const living = () =>
    town.residents.filter(
      ({ state, birth, kind, residentNo }) =>
        state === 'resident' &&
        birth.on !== null &&
        kind === 'japanese' &&
        !Object.values(town.people).some((one) => one.residentNo === residentNo),
    )
  const lineOf = (one: DemoTown['residents'][number], changed: Partial<Record<string, string>> = {}) => {
    const cells = {
      ...{ name: displayName(one.name), kana: one.name.kana, birth: one.birth.on ?? '' },
      ...{ sex: one.sex === '1' ? '男' : '女', address: `${one.address.town}${one.address.number}` },
      ...{ phone: '', place: '体育館A-3', note: '' },
      ...changed,
    }
    return Object.values(cells).join(',')
  }

  test('what is certain links itself and says so; what is not waits with its reasons; nobody twice', async () => {
    const [sure] = living()
    const swapped = living().find(({ birth, residentNo }) => {
      const [tens, ones] = birth.on!.slice(8)
      return tens !== ones && residentNo !== sure!.residentNo
    })
    const { on } = swapped!.birth
    const lines = [
      lineOf(sure!),
      lineOf(swapped!, { birth: `${on!.slice(0, 8)}${on![9]}${on![8]}` }),
      '見本　よそ子,ヨソ ヨソコ,1990-01-02,女,富山県富山市1-1,090-1111-2222,体育館,',
      ',,,,,,,だれも',
    ]
    const tried = await clerk.get(contract.takeInList, input(lines, { dryRun: true }))
    assert.equal(tried.done, false)
    assert.deepEqual(tried.counts, { rows: 4, fresh: 3, same: 0, refused: 1 })
    assert.deepEqual(
      tried.columns.map(({ target }) => target),
      ['name', 'kana', 'birth', 'sex', 'address', 'phone', 'place', 'note'],
    )
    assert.deepEqual((await clerk.get(contract.listMatchingLists, { disasterId })).lists, [])
    const { rows, listId } = await take(lines)
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['linked', 'certain', 'none'],
    )
    assert.equal(rows[0]!.personRef, `R-${sure!.residentNo}`)
    const victim = await clerk.get(getVictim, { disasterId, personRef: `R-${sure!.residentNo}` })
    assert.equal(victim.facts[0]!.kind, 'matching.linked-itself')
    assert.match(victim.facts[0]!.words!, /第一体育館（3行目）　居所：体育館A-3/)
    const row = await clerk.get(contract.getMatchingRow, { rowId: rows[1]!.rowId })
    assert.equal(row.candidates[0]!.personRef, `R-${swapped!.residentNo}`)
    assert.ok(row.candidates[0]!.reasons.includes('name'))
    assert.ok(row.candidates[0]!.reasons.some((code) => code.startsWith('birth-')))
    // The same list again, and the job again.
    const again = await take(lines)
    assert.deepEqual(again.counts, { rows: 4, fresh: 0, same: 3, refused: 1 })
    await cloud.as(town.municipality.code, (ctx) => matchTask(ctx, listId))
    const later = await clerk.get(getVictim, { disasterId, personRef: `R-${sure!.residentNo}` })
    assert.equal(later.facts.length, victim.facts.length)
  })

  test('two clerks decide one row: one of them; an undone link stays to be read on both sides', async () => {
    const [, , someone] = living()
    const { rows } = await take([lineOf(someone!)], { automatic: false, title: '県の名簿' })
    const { rowId } = rows[0]!
    assert.equal(rows[0]!.state, 'certain')
    const personRef = `R-${someone!.residentNo}`
    const link = { rowId, step: 1, act: 'link', personRef, person: null, reason: '' } as const
    const answers = await Promise.all([
      clerk.call(contract.decideMatchingRow, link),
      clerk.call(contract.decideMatchingRow, { ...link, act: 'later' }),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 409],
    )
    let row = await clerk.get(contract.getMatchingRow, { rowId })
    if (row.state === 'later') {
      await clerk.get(contract.decideMatchingRow, { ...link, step: row.step })
      row = await clerk.get(contract.getMatchingRow, { rowId })
    }
    assert.equal(row.state, 'linked')
    const bare = { ...link, act: 'undo', step: row.step, personRef: null } as const
    assert.equal((await clerk.call(contract.decideMatchingRow, bare)).status, 422)
    await clerk.get(contract.decideMatchingRow, { ...bare, reason: '本人に確かめたところ別の方' })
    row = await clerk.get(contract.getMatchingRow, { rowId })
    assert.equal(row.state, 'undone')
    assert.ok(row.history.some(({ kind, personRef: who }) => kind === 'linked' && who === personRef))
    const { facts } = await clerk.get(getVictim, { disasterId, personRef })
    assert.deepEqual(
      facts
        .map(({ kind }) => kind)
        .filter((kind) => kind.startsWith('matching.'))
        .toSorted(),
      ['matching.linked', 'matching.undone'],
    )
  })

  test('a protected person is found by name and birth date, never linked by itself, and no place leaves', async () => {
    const hidden = town.people['motherInHiding']!
    const { rows } = await take(
      [lineOf(hidden, { address: canaries[0]!, place: '秘密の部屋', note: '夫から逃げている' })],
      { title: '福祉の名簿', source: 'welfare' },
    )
    assert.ok(rows[0]!.state === 'certain' || rows[0]!.state === 'unsure')
    const row = await clerk.get(contract.getMatchingRow, { rowId: rows[0]!.rowId })
    const [found] = row.candidates
    assert.equal(found!.personRef, `R-${hidden.residentNo}`)
    assert.equal(found!.address, null)
    assert.ok(!found!.reasons.some((code) => ['address', 'block', 'phone', 'household'].includes(code)))
    assert.ok(row.concealed)
    const text = JSON.stringify(row)
    for (const secret of [...canaries, '秘密の部屋', '逃げている']) assert.ok(!text.includes(secret), secret)
  })

  test('who is in no register is added, found by the next list, turns out to be a resident, and does not after all', async () => {
    const stranger = '余所野　稀子,ヨソノ マレコ,1971-03-04,女,富山県富山市9-9,090-3333-4444,ホテル502,'
    const { rows } = await take([stranger], { title: '宿泊名簿', source: 'hotel' })
    const { rowId } = rows[0]!
    assert.equal(rows[0]!.state, 'none')
    const { row } = await clerk.get(contract.getMatchingRow, { rowId })
    const person = {
      ...{ name: row.name, kana: row.kana, birthOn: row.birth.on, birthText: row.birth.text, sex: row.sex },
      ...{ address: row.address, phone: row.phone, reason: '宿泊名簿による', suppressed: false },
    }
    const added = await clerk.get(contract.decideMatchingRow, {
      ...{ rowId, step: 1, act: 'add', personRef: null, person: person as never, reason: '' },
    })
    assert.equal(added.state, 'added')
    const next = await take([stranger.replace('ホテル502', '体育館')], { title: '翌日の名簿' })
    assert.equal(next.rows[0]!.personRef, added.personRef)
    const [, , , resident] = living()
    const nonResidentId = added.personRef!.slice(2)
    const personRef = `R-${resident!.residentNo}`
    const told = { disasterId, nonResidentId, version: 0, same: true, personRef, reason: '免許証で確認' }
    await clerk.get(tellIdentity, told)
    assert.equal((await clerk.call(tellIdentity, told)).status, 409)
    const both = await clerk.get(getVictim, { disasterId, personRef })
    assert.ok(both.facts.some(({ kind, from }) => kind === 'ledger.non-resident-added' && from !== personRef))
    const other = await clerk.get(getVictim, { disasterId, personRef: added.personRef! })
    assert.equal(other.facts.length, both.facts.length)
    assert.equal(
      (await clerk.get(getIdentity, { disasterId, personRef })).same[0]?.personRef,
      added.personRef,
    )
    await clerk.get(tellIdentity, {
      ...told,
      version: 1,
      same: false,
      personRef: null,
      reason: '同姓同名の別人',
    })
    const apart = await clerk.get(getVictim, { disasterId, personRef })
    assert.ok(!apart.facts.some(({ kind }) => kind === 'ledger.non-resident-added'))
    assert.deepEqual(apart.facts.map(({ kind }) => kind).toSorted(), [
      'ledger.identified',
      'ledger.told-apart',
    ])
  })

  test('who is told to be one with somebody protected is protected too', async () => {
    const hidden = town.people['motherInHiding']!
    const made = await clerk.get(addNonResident, {
      ...{
        disasterId,
        name: '仮名　花子',
        kana: 'カメイ ハナコ',
        birthOn: null,
        birthText: '不詳',
        sex: '2',
      },
      ...{ address: '仮の住まい77', phone: '0900000000', reason: '避難所で聞取り', suppressed: false },
    })
    await clerk.get(tellIdentity, {
      ...{ disasterId, nonResidentId: made.personRef.slice(2), version: 0, same: true },
      ...{ personRef: `R-${hidden.residentNo}`, reason: '本人確認' },
    })
    const page = await clerk.get(getVictim, { disasterId, personRef: made.personRef })
    assert.ok(page.person.suppressed)
    assert.ok(!JSON.stringify(page).includes('仮の住まい77'))
  })

  test('another town and who may only look are told no', async () => {
    const { listId } = (await clerk.get(contract.listMatchingLists, { disasterId })).lists[0]!
    const [row] = (await clerk.get(contract.listMatchingRows, { listId })).rows
    assert.equal((await neighbour.call(contract.listMatchingRows, { listId })).status, 404)
    assert.equal((await neighbour.call(contract.getMatchingRow, { rowId: row!.rowId })).status, 404)
    assert.equal((await neighbour.call(contract.takeInList, input([]))).status, 404)
    assert.equal((await viewer.call(contract.listMatchingRows, { listId })).status, 403)
    const junk = await clerk.call(contract.takeInList, {
      ...input([]),
      base64: Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]).toString('base64'),
    })
    assert.equal(junk.status, 422)
  })
})
