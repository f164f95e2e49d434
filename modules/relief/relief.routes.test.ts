import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { Stranger } from '@open-bcl/app-cloud/testing/stranger.ts'
import { testCloud, type Browser, type TestCloud } from '@open-bcl/app-cloud/testing/town.ts'
import { getSession } from '../access/access.contract.ts'
import { searchStaff } from '../access/staff.contract.ts'
import { registerDisaster, searchLedger } from '../ledger/ledger.contract.ts'
import { listDisasters } from '../disasters/disasters.contract.ts'
import * as contract from './relief.contract.ts'

describe('応援職員', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let reviewer: Browser
  let disasterId: string
  let other: string
  const phone = (): Stranger => new Stranger(cloud)

  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    reviewer = await cloud.signIn(hida, 'reviewer')
    const draft = {
      occurredOn: '2026-11-20',
      causeText: '地震',
      applicationDeadlineOn: null,
    }
    const register = async (name: string): Promise<string> =>
      (await reviewer.get(registerDisaster, { ...draft, name, hazards: ['earthquake'] })).disaster.disasterId
    disasterId = await register('地震')
    other = await register('別の災害')
  })
  after(() => cloud.close())

  const make = async (
    over: Partial<{
      job: 'helper-reception' | 'helper-survey'
      count: number
      validFrom: string
      validUntil: string
    }> = {},
  ) =>
    await reviewer.get(contract.makeHelperPasses, {
      ...{ disasterId, job: 'helper-reception', count: 1, validFrom: '2026-11-21', validUntil: '2026-11-28' },
      ...over,
    })
  const who = {
    municipalityCode: '212172',
    displayName: '能登　花子',
    office: '輪島市 税務課',
    pin: '204816',
  }

  test('fifty cards at once, each another code; a clerk may not make them', async () => {
    const { cards } = await make({ count: 50 })
    assert.equal(new Set(cards.map(({ code }) => code)).size, 50)
    assert.deepEqual([cards[0]!.passNo, cards[49]!.passNo], [1, 50])
    const clerk = await cloud.signIn(hida, 'clerk')
    const input = {
      disasterId,
      job: 'helper-survey' as const,
      count: 1,
      validFrom: '2026-11-21',
      validUntil: '2026-11-22',
    }
    assert.equal((await clerk.call(contract.makeHelperPasses, input)).status, 403)
    const far = await reviewer.call(contract.makeHelperPasses, { ...input, validUntil: '2027-01-01' })
    assert.ok(!far.ok && far.problem.type.endsWith('/dates'))
    const areas = ['古川町若宮三丁目']
    const placeless = await reviewer.call(contract.makeHelperPasses, {
      ...input,
      ...{ job: 'helper-reception', areas },
    })
    assert.ok(!placeless.ok && placeless.problem.type.endsWith('/no-areas'))
    const limited = await reviewer.get(contract.makeHelperPasses, { ...input, areas })
    const { passes } = await reviewer.get(contract.listHelperPasses, { disasterId })
    assert.deepEqual(passes.find(({ passId }) => passId === limited.cards[0]!.passId)?.areas, areas)
    // Two at once: nobody gets a number that another has.
    const both = await Promise.all(
      [make({ count: 20 }), make({ count: 20 })].map((one) => one.catch(() => null)),
    )
    const numbers = both.flatMap((one) => one?.cards.map(({ passNo }) => passNo) ?? [])
    assert.equal(new Set(numbers).size, numbers.length)
    assert.ok(numbers.length >= 20)
  })

  test('a card opens one account in the helper’s own name, for one disaster and the screens of the job', async () => {
    const { cards } = await make()
    const [card] = cards
    const mine = phone()
    const { session: begun, ...of } = await mine.get(contract.enrolHelper, {
      ...who,
      code: card!.code.toLowerCase(),
    })
    assert.equal(of.disasterId, disasterId)
    assert.equal(begun.user.displayName, '応援　能登　花子')
    assert.equal(begun.user.department, '応援（輪島市 税務課）')
    assert.deepEqual(begun.permissions, [
      'disasters.view',
      'files.upload',
      'ledger.view',
      'relief.notes',
      'risai.apply',
      'risai.view',
    ])
    assert.equal((await mine.get(getSession, {})).user.staffId, begun.user.staffId)
    assert.ok((await mine.call(searchLedger, { disasterId, name: '佐藤' })).ok)
    assert.equal((await mine.call(searchLedger, { disasterId: other, name: '佐藤' })).status, 404)
    assert.deepEqual(
      (await mine.get(listDisasters, {})).disasters.map((one) => one.disasterId),
      [disasterId],
    )
    assert.equal((await mine.call(contract.listHelperPasses, { disasterId })).status, 403)
    // The card is used up, on this phone and any other.
    const twice = await phone().call(contract.enrolHelper, { ...who, code: card!.code })
    assert.ok(!twice.ok && twice.problem.type.endsWith('/code-unknown'))
    // The town sees who it is, among its staff too.
    const admin = await cloud.signIn(hida, 'admin')
    const { staff } = await admin.get(searchStaff, { words: '能登' })
    assert.deepEqual(
      staff.map((one) => one.displayName),
      ['応援　能登　花子'],
    )
    const row = (await reviewer.get(contract.listHelperPasses, { disasterId })).passes.find(
      ({ passId }) => passId === card!.passId,
    )!
    assert.deepEqual([row.state, row.name], ['valid', '応援　能登　花子'])
  })

  test('two phones read one card at the same moment: one of them has it', async () => {
    const { cards } = await make()
    const code = cards[0]!.code
    const answers = await Promise.all(
      [phone(), phone(), phone()].map((one) => one.call(contract.enrolHelper, { ...who, code })),
    )
    assert.equal(answers.filter(({ ok }) => ok).length, 1)
  })

  test('the number opens it again on that phone alone, and guesses are counted', async () => {
    const { cards } = await make()
    const mine = phone()
    const { user } = (await mine.get(contract.enrolHelper, { ...who, code: cards[0]!.code })).session
    const back = { municipalityCode: '212172', staffId: user.staffId }
    assert.ok((await mine.call(contract.returnHelper, { ...back, pin: who.pin })).ok)
    const stolen = await phone().call(contract.returnHelper, { ...back, pin: who.pin })
    assert.ok(!stolen.ok && stolen.problem.type.endsWith('/wrong-pin'))
    const nobody = await phone().call(contract.returnHelper, { ...back, staffId: uuidv7(), pin: who.pin })
    assert.ok(!nobody.ok && nobody.problem.type.endsWith('/wrong-pin'))
    const neighbour = await mine.call(contract.returnHelper, {
      ...back,
      municipalityCode: '212032',
      pin: who.pin,
    })
    assert.equal(neighbour.ok, false)
    for (let i = 0; i < 5; i++) await mine.call(contract.returnHelper, { ...back, pin: '000000' })
    const locked = await mine.call(contract.returnHelper, { ...back, pin: who.pin })
    assert.ok(!locked.ok && locked.problem.type.endsWith('/locked'), JSON.stringify(locked))
  })

  test('taken back it is over at once; past its days it is over by itself; before them it has not begun', async () => {
    const { cards } = await make({ count: 2 })
    const [mine, theirs] = [phone(), phone()]
    const begun = (await mine.get(contract.enrolHelper, { ...who, code: cards[0]!.code })).session
    await theirs.get(contract.enrolHelper, { ...who, displayName: '加賀　太郎', code: cards[1]!.code })
    const taken = { disasterId, passIds: [cards[0]!.passId] }
    const neighbour = await cloud.signIn('212032' as MunicipalityCode, 'reviewer')
    assert.equal((await neighbour.call(contract.revokeHelperPasses, taken)).status, 404)
    assert.equal((await reviewer.get(contract.revokeHelperPasses, taken)).revoked, 1)
    assert.equal((await reviewer.get(contract.revokeHelperPasses, taken)).revoked, 0)
    assert.equal((await mine.call(searchLedger, { disasterId, name: '佐藤' })).status, 401)
    const back = { municipalityCode: '212172', staffId: begun.user.staffId, pin: who.pin }
    assert.equal((await mine.call(contract.returnHelper, back)).ok, false)
    assert.ok((await theirs.call(listDisasters, {})).ok)
    const later = await make({ validFrom: '2026-11-25' })
    const early = await phone().call(contract.enrolHelper, { ...who, code: later.cards[0]!.code })
    assert.ok(!early.ok && early.problem.type.endsWith('/not-yet'))
    const now = cloud.clock
    cloud.clock = new Date('2026-11-29T00:00:00Z')
    const listed = await theirs.call(listDisasters, {})
    assert.ok(!listed.ok && [401, 403].includes(listed.status))
    cloud.clock = now
  })

  test('a card that was not printed gets another code, and the first one is worth nothing', async () => {
    const { cards } = await make()
    const { passId, code } = cards[0]!
    const again = await reviewer.get(contract.renewHelperPass, { passId, version: 1 })
    assert.notEqual(again.code, code)
    assert.equal((await phone().call(contract.enrolHelper, { ...who, code })).ok, false)
    assert.ok((await phone().call(contract.enrolHelper, { ...who, code: again.code })).ok)
    assert.equal((await reviewer.call(contract.renewHelperPass, { passId, version: 3 })).status, 409)
  })

  test('a note goes to the next shift, waits until somebody has dealt with it, and stays', async () => {
    const noteId = uuidv7()
    const note = {
      ...{ disasterId, noteId, shiftOn: '2026-11-21', shift: 'day' as const, urgent: true },
      words: '壱之町の3件は写真が足りません。\n明日の午前に電話してください。',
    }
    const { cards } = await make()
    const mine = phone()
    await mine.get(contract.enrolHelper, { ...who, code: cards[0]!.code })
    await mine.get(contract.writeNote, note)
    await mine.get(contract.writeNote, note)
    await reviewer.get(contract.writeNote, { ...note, noteId: uuidv7(), urgent: false, words: '異常なし' })
    const listed = await reviewer.get(contract.listNotes, { disasterId })
    // What waits stands first, though it is older.
    // What waits stands first, though it is older.
    assert.deepEqual(
      listed.notes.map(({ words, writtenBy }) => [words.slice(0, 4), writtenBy]),
      [
        ['壱之町の', '応援　能登　花子'],
        ['異常なし', '試験 reviewer'],
      ],
    )
    const neighbour = await cloud.signIn('212032' as MunicipalityCode, 'reviewer')
    assert.equal((await neighbour.call(contract.finishNote, { noteId })).status, 404)
    await Promise.all([
      reviewer.get(contract.finishNote, { noteId }),
      mine.get(contract.finishNote, { noteId }),
    ])
    const { notes } = await mine.get(contract.listNotes, { disasterId })
    const done = notes.find((one) => one.noteId === noteId)!
    assert.ok(done.doneAt !== null && done.doneBy !== null)
    assert.ok(!cloud.logLines.join('\n').includes('写真が足りません'))
  })
})
