import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { changeHousehold } from '../ledger/households.contract.ts'
import { getVictim, registerDisaster } from '../ledger/ledger.contract.ts'
import { listNotices } from '../notices/notices.actions.ts'
import { storedWords, tasksOf } from '../surveys/surveys.store.ts'
import * as appointments from './appointments.contract.ts'
import { addAttachment, getAttachment, listAttachments } from './attachments.contract.ts'
import * as bulk from './bulk.contract.ts'
import * as joining from './joining.contract.ts'
import * as letters from './letters.contract.ts'
import { listApplications } from './listing.contract.ts'
import * as contract from './risai.contract.ts'
import { placeKey } from './risai.ts'
import { setTerms } from './terms.contract.ts'
import { openDesk, seen, type Form, type RisaiDesk } from './testing/desk.ts'

describe('申請の受付・併合・通知書・来庁予約', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud({ pdf: true })
    desk = await openDesk(cloud)
  })
  after(() => cloud.close())

  /** An application of R-1 as it comes by one way, at a place of its own. */
  const receive = async (number: string, over: Partial<Form> = {}, how: object = {}) =>
    await desk.clerk.get(contract.receiveApplication, {
      ...{ disasterId: desk.disasterId, personRef: 'R-1', appliedOn: '2026-11-21' },
      form: await desk.formOf('R-1', { dwellingAddress: `岐阜県飛騨市古川町壱之町${number}`, ...over }),
      ...how,
    })
  const problemOf = async (answer: Promise<{ ok: boolean }>) => {
    const got = (await answer) as { ok: boolean; problem?: { type: string; errors?: { pointer: string }[] } }
    return got.ok ? null : [got.problem!.type, got.problem!.errors?.[0]?.pointer]
  }

  test('one house however its address is written; another house stays another', () => {
    for (const same of ['岐阜県飛騨市古川町壱之町1番1号', '古川町壱之町１－１', '飛騨市 古川町壱之町１の１'])
      assert.equal(placeKey(same), placeKey('古川町壱之町1-1'), same)
    assert.notEqual(placeKey('古川町壱之町1-11'), placeKey('古川町壱之町11-1'))
  })

  test('the same application by web, counter and post: recognised, joined, and nothing lost', async () => {
    const web = await receive('7番1号', {}, { channel: 'web', reference: 'MYNA-0001' })
    const again = receive('7番1号', {}, { channel: 'web', reference: 'MYNA-0001' })
    await assert.rejects(again, /reference-taken/)
    // Two clerks open the same letter at the same moment.
    const letters = await Promise.allSettled(
      [1, 2, 3].map(() => receive('9番9号', {}, { channel: 'post', reference: '収-99' })),
    )
    assert.deepEqual(letters.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected', 'rejected'])
    for (const letter of letters)
      if (letter.status === 'rejected') assert.match(String(letter.reason), /reference-taken/)
    const counter = await receive('７－１', {
      dwellingAddress: '古川町壱之町７－１',
      damageText: '壁にも亀裂',
    })
    const post = await receive('7番1号', {}, { channel: 'post', reference: '収-12' })
    const { similar } = await desk.clerk.get(joining.findSimilar, { applicationId: counter.applicationId })
    const found = new Map(similar.map((one) => [one.applicationId, one]))
    assert.ok(found.get(web.applicationId)?.samePlace && found.get(web.applicationId)?.samePerson)
    assert.deepEqual(found.get(web.applicationId)?.differs, ['被災住家の所在地', '被害の状況'])
    for (const copy of [web, post]) {
      const joined = await desk.clerk.get(joining.joinApplication, {
        ...{ ...seen(copy), intoId: counter.applicationId, reason: '同じ住家の申請' },
      })
      assert.equal(joined.state, 'joined')
    }
    const kept = await desk.view(counter)
    assert.deepEqual(
      kept.joined.map(({ serialNo }) => serialNo),
      [web.serialNo, post.serialNo],
    )
    const joinedView = await desk.view(web)
    assert.deepEqual(
      [joinedView.joinedTo?.serialNo, joinedView.form.damageText],
      [counter.serialNo, '屋根瓦が落ちた'],
    )
    // Neither into itself, nor into what is joined: nothing runs in a circle.
    for (const intoId of [counter.applicationId, web.applicationId]) {
      const circle = desk.clerk.call(joining.joinApplication, { ...seen(counter), intoId, reason: '誤り' })
      assert.deepEqual(await problemOf(circle), ['/problems/risai/not-joinable', '/intoId'])
    }
    const parted = await desk.clerk.get(joining.partApplication, {
      ...{ applicationId: post.applicationId, version: 2 },
    })
    assert.equal(parted.state, 'received')
  })

  test('a corrected address goes to the survey that was asked for, and to whoever is protected since', async () => {
    const received = await receive('21番1号')
    const accepted = await desk.clerk.get(contract.acceptApplication, seen(received))
    const task = () =>
      cloud.as(desk.town, async (ctx) => {
        const [head] = await tasksOf(ctx.tx, received.applicationId)
        const words = await storedWords(ctx.tx, await ctx.keys(), head!.taskId)
        return { ...words, version: head!.version, suppressed: head!.suppressed }
      })
    const before = await task()
    assert.match(before.address, /21番1号/)
    const { form } = await desk.view(received)
    const corrected = await desk.clerk.get(contract.correctApplication, {
      ...seen(accepted),
      form: { ...form, dwellingAddress: '岐阜県飛騨市古川町壱之町22番1号', damageText: '壁も落ちた' },
    })
    const told = await task()
    assert.equal(told.address, '岐阜県飛騨市古川町壱之町22番1号')
    assert.match(told.note, /前：岐阜県飛騨市古川町壱之町21番1号/)
    assert.equal(told.version, before.version + 1)
    await desk.clerk.get(contract.correctApplication, {
      ...seen(corrected),
      form: {
        ...{ ...form, dwellingAddress: told.address },
        members: [...form.members, { ...form.members[0]!, residentNo: '3', name: '隠田　花' }],
      },
    })
    assert.deepEqual([(await task()).suppressed, (await task()).version], [true, told.version])
  })

  test('found by name, kana, address and deadline; by an address nobody protected is found', async () => {
    const at = '飛騨市古川町秘密町九番地'
    const form = await desk.formOf('R-3')
    const hidden = await receive('31番1号')
    const protectedOne = await desk.receive('R-3', {
      ...{ applicant: { ...form.applicant, address: at }, head: { ...form.head, address: at } },
      dwellingAddress: at,
    })
    const find = async (wanted: object) => {
      const { disasterId } = desk
      const { applications } = await desk.clerk.get(listApplications, { disasterId, limit: 100, ...wanted })
      return applications.map(({ applicationId }) => applicationId)
    }
    for (const person of ['佐藤　梅子', 'サトウ ウメ', '佐藤太郎'])
      assert.ok((await find({ person })).includes(hidden.applicationId), person)
    assert.ok(!(await find({ person: '佐藤　梅子' })).includes(protectedOne.applicationId))
    assert.ok((await find({ person: '隠田' })).includes(protectedOne.applicationId))
    assert.ok((await find({ address: '古川町壱之町31-1' })).includes(hidden.applicationId))
    assert.ok((await find({ address: '古川町壱之町' })).includes(hidden.applicationId))
    assert.deepEqual(await find({ address: at }), [])
    assert.deepEqual(await find({ address: '秘密町' }), [])
    assert.ok(!(await find({ late: true })).includes(hidden.applicationId))
  })

  test('the form begins with the household as it was told to be when the disaster struck', async () => {
    const { disasterId } = desk
    const { householdState } = await desk.clerk.get(getVictim, { disasterId, personRef: 'R-5' })
    assert.equal(householdState.version, 0)
    const split = await desk.clerk.get(changeHousehold, {
      ...{ disasterId, act: 'split' as const, people: ['R-5'], head: 'R-5', personRef: 'R-5', version: 0 },
      ...{ otherVersion: 0, reasonCode: 'lives-apart', reason: '別の棟' },
    })
    assert.ok(split)
    const { form } = await desk.clerk.get(contract.draftApplication, { disasterId, personRef: 'R-5' })
    assert.deepEqual([form.head.name, form.members, form.applicant.relationToHead], ['佐藤　空', [], 'head'])
    const rest = await desk.clerk.get(contract.draftApplication, { disasterId, personRef: 'R-1' })
    assert.deepEqual(
      rest.form.members.map(({ name, relation }) => [name, relation]),
      [['佐藤　太郎', '子']],
    )
  })

  test('two clerks join two applications into each other: one of them is left to go on', async () => {
    for (let round = 0; round < 3; round++) {
      const [one, other] = [await receive(`8番${round}号`), await receive(`8番${round}号`)]
      await Promise.all([
        desk.clerk.call(joining.joinApplication, {
          ...seen(one),
          intoId: other.applicationId,
          reason: '重複',
        }),
        desk.reviewer.call(joining.joinApplication, {
          ...seen(other),
          intoId: one.applicationId,
          reason: '重複',
        }),
      ])
      const states = [(await desk.view(one)).state, (await desk.view(other)).state].toSorted()
      assert.deepEqual(states, ['joined', 'received'])
    }
  })

  test('past the term it is taken by a person with a reason, and another day when the term is extended', async () => {
    const set = (termsNo: number, applicationUntilOn: string) =>
      desk.reviewer.get(setTerms, {
        ...{ disasterId: desk.disasterId, termsNo, applicationUntilOn, resurveyDays: null, note: '告示' },
      })
    await set(0, '2026-10-28')
    await assert.rejects(receive('9番1号'), /risai\/late/)
    const late = await receive('9番1号', {}, { lateReason: '避難先から戻れなかった' })
    assert.equal((await desk.view(late)).lateReason, '避難先から戻れなかった')
    const first = desk.reviewer.call(setTerms, {
      ...{
        disasterId: desk.disasterId,
        termsNo: 0,
        applicationUntilOn: null,
        resurveyDays: null,
        note: '誤り',
      },
    })
    assert.deepEqual((await problemOf(first))?.[0], '/problems/platform/changed-by-other')
    await set(1, '2027-03-31')
    assert.equal((await desk.view(await receive('9番2号'))).lateReason, null)
  })

  test('a proxy without 委任状 is accepted with a clerk’s reason only, and the reason stays', async () => {
    const form = await desk.formOf('R-1')
    const applicant = { ...form.applicant, relationToHead: 'proxy' as const }
    const received = await receive('10番1号', { applicant, mandate: '申請と受取' })
    const refused = desk.clerk.call(contract.acceptApplication, seen(received))
    assert.deepEqual(await problemOf(refused), ['/problems/risai/proofs-missing', '/waivedReason'])
    const accepted = await desk.clerk.get(contract.acceptApplication, {
      ...{ ...seen(received), waivedReason: '本人に電話で確かめた' },
    })
    assert.equal((await desk.view(accepted)).proofsWaived, '本人に電話で確かめた')
    const shown = await receive('10番2号', { applicant, proofs: ['mandate'] })
    assert.equal((await desk.clerk.get(contract.acceptApplication, seen(shown))).state, 'accepted')
  })

  test('many are accepted at once after a look, and taken back while nobody was told', async () => {
    const plain = await receive('11番1号', {})
    const told = await receive('11番2号', {
      applicant: { ...(await desk.formOf('R-1')).applicant, email: 'ume@example.jp' },
    })
    const proxy = await receive('11番3号', {
      applicant: { ...(await desk.formOf('R-1')).applicant, relationToHead: 'proxy' },
    })
    const items = [plain, told, proxy].map(seen)
    const preview = await desk.clerk.get(bulk.previewAcceptance, { items })
    // Everybody here is the same person: the same person twice is looked at one by one.
    assert.ok(preview.judged.every(({ hindrance }) => hindrance !== null))
    assert.equal((await desk.view(plain)).state, 'received')
    // In a disaster of its own, where he is the first.
    const { disaster } = await desk.clerk.get(registerDisaster, {
      ...{ name: '令和８年豪雨', hazards: ['heavy-rain'], occurredOn: '2026-09-10' },
      ...{ causeText: '令和８年９月１０日の豪雨による', applicationDeadlineOn: null },
    })
    const mine = await desk.at(disaster.disasterId).receive('R-2')
    const first = await desk.clerk.get(bulk.acceptApplications, { items: [seen(mine)] })
    assert.deepEqual([first.judged[0]?.hindrance, (await desk.view(mine)).state], [null, 'accepted'])
    const back = { items: first.judged.map(({ applicationId, version }) => ({ applicationId, version })) }
    const undone = await desk.clerk.get(bulk.undoAcceptances, back)
    assert.deepEqual([undone.judged[0]?.hindrance, (await desk.view(mine)).state], [null, 'received'])
    // Who was told by mail is not told the contrary by a button.
    const mailed = await desk.clerk.get(contract.acceptApplication, seen(told))
    const kept = await desk.clerk.get(bulk.undoAcceptances, { items: [seen(mailed)] })
    assert.match(kept.judged[0]!.hindrance!, /メール/)
    const stale = await desk.clerk.get(bulk.acceptApplications, { items: [seen(told)] })
    assert.match(stale.judged[0]!.hindrance!, /同僚/)
  })

  test('notices go by letter as wished: bundled once, printed with the address, listed as posted; nobody protected', async () => {
    const { clerk, disasterId } = desk
    const received = await receive('12番1号', { noticeBy: 'letter' })
    await clerk.get(contract.rejectApplication, { ...seen(received), reason: '同じ申請を受理済み' })
    const mails = await cloud.as(desk.town, (ctx) => listNotices(ctx, received.applicationId))
    assert.deepEqual(mails, [])
    const place = '秘密町九番地'
    const form = await desk.formOf('R-3')
    const hidden = await desk.receive('R-3', {
      applicant: { ...form.applicant, address: place },
      head: { ...form.head, address: place },
      ...{ dwellingAddress: place, noticeBy: 'letter' },
    })
    await clerk.get(contract.acceptApplication, seen(hidden))
    const before = await clerk.get(letters.listLetterBatches, { disasterId })
    assert.deepEqual(
      [before.waiting, before.apart.map(({ applicationId }) => applicationId)],
      [2, [hidden.applicationId]],
    )
    const [made, second] = await Promise.all([
      clerk.call(letters.makeLetterBatch, { disasterId }),
      desk.reviewer.call(letters.makeLetterBatch, { disasterId }),
    ])
    assert.equal([made, second].filter((answer) => answer.ok).length, 1)
    const [batch] = (await clerk.get(letters.listLetterBatches, { disasterId })).batches
    const printed = await clerk.call(letters.getLetterBatchDocument, { batchId: batch!.batchId })
    assert.ok(printed.ok)
    const [page, ...more] = extractPages(printed.bytes)
    assert.equal(more.length, 0)
    for (const words of ['佐藤', '古川町', received.serialNo, '同じ申請を受理済み', '飛騨市'])
      assert.ok(page!.includes(words), words)
    await clerk.get(letters.postLetterBatch, { batchId: batch!.batchId, version: 1, postedOn: '2026-11-21' })
    const sent = await clerk.get(letters.getLetterBatch, { batchId: batch!.batchId })
    assert.equal(sent.batch.state, 'posted')
    assert.ok(sent.letters.every(({ postedAt }) => postedAt !== null))
    assert.doesNotMatch(JSON.stringify([before, sent]), /秘密町|佐藤/)
    const theirs = await desk.neighbour.call(letters.getLetterBatch, { batchId: batch!.batchId })
    assert.equal(theirs.status, 404)
  })

  test('papers and photos come with an application, once, by what they are; of the protected none is shown', async () => {
    const { clerk } = desk
    const received = await receive('13番1号')
    const png = readFileSync(new URL('../../demo/data/seal-212172.png', import.meta.url)).toString('base64')
    const attachment = {
      ...{ applicationId: received.applicationId, attachmentId: uuidv7(), kind: 'photo' as const },
      ...{ fileName: '全景.png', file: { base64: png } },
    }
    await clerk.get(addAttachment, attachment)
    await clerk.get(addAttachment, attachment)
    const shown = async (applicationId: string) =>
      (await clerk.get(listAttachments, { applicationId })).attachments
    const [photo, ...more] = await shown(received.applicationId)
    assert.deepEqual([photo?.fileName, photo?.mediaType, more.length], ['全景.png', 'image/png', 0])
    assert.notEqual(photo?.small, '')
    const notAPhoto = clerk.call(addAttachment, {
      ...attachment,
      attachmentId: uuidv7(),
      file: { base64: Buffer.from('GIF89a, or so it says').toString('base64') },
    })
    assert.match((await problemOf(notAPhoto))![0]!, /^\/problems\/files\//)
    const accepted = await clerk.get(contract.acceptApplication, seen(received))
    assert.equal(accepted.state, 'accepted')
    assert.equal(
      (await desk.neighbour.call(getAttachment, { attachmentId: attachment.attachmentId })).status,
      404,
    )
    const form = await desk.formOf('R-3')
    const place = '秘密町九番地'
    const hidden = await desk.receive('R-3', {
      ...{ applicant: { ...form.applicant, address: place }, head: { ...form.head, address: place } },
      dwellingAddress: place,
    })
    const theirs = { ...attachment, applicationId: hidden.applicationId, attachmentId: uuidv7() }
    await clerk.get(addAttachment, theirs)
    assert.deepEqual(await shown(hidden.applicationId), [])
    assert.equal((await clerk.call(getAttachment, { attachmentId: theirs.attachmentId })).status, 404)
  })

  test('a slot takes as many as it has places, whoever is first; moving and cancelling give places back', async () => {
    const { clerk, disasterId } = desk
    const day = {
      disasterId,
      place: '本庁',
      onDay: '2026-11-24',
      fromMinute: 540,
      toMinute: 600,
      minutes: 30,
    }
    assert.equal((await clerk.get(appointments.openSlots, { ...day, capacity: 2 })).made, 2)
    assert.equal((await clerk.get(appointments.openSlots, { ...day, capacity: 9 })).made, 0)
    const slots = async () =>
      (await clerk.get(appointments.listSlots, { disasterId, fromDay: '2026-11-24', days: 1 })).slots
    const [early, late] = await slots()
    const decided = []
    for (let i = 0; i < 5; i++) decided.push(await desk.issuable('R-1'))
    const answers = await Promise.all(
      decided.map(({ applicationId }) =>
        clerk.call(appointments.bookAppointment, { applicationId, slotId: early!.slotId }),
      ),
    )
    assert.equal(answers.filter((answer) => answer.ok).length, 2)
    for (const answer of answers)
      if (!answer.ok) assert.equal(answer.problem.type, '/problems/risai/slot-full')
    assert.equal((await slots())[0]?.taken, 2)
    const booked = answers.flatMap((answer) => (answer.ok ? [answer.body] : []))
    const moved = await clerk.get(appointments.moveAppointment, {
      ...{ appointmentId: booked[0]!.appointmentId, version: 1, slotId: late!.slotId },
    })
    assert.deepEqual(
      (await slots()).map(({ taken }) => taken),
      [1, 1],
    )
    await clerk.get(appointments.endAppointment, {
      ...{ appointmentId: moved.appointmentId, version: moved.version, outcome: 'cancelled' },
    })
    await clerk.get(appointments.endAppointment, {
      ...{ appointmentId: booked[1]!.appointmentId, version: 1, outcome: 'no-show' },
    })
    const ended = clerk.call(appointments.endAppointment, {
      ...{ appointmentId: booked[1]!.appointmentId, version: 2, outcome: 'came' as const },
    })
    assert.deepEqual((await problemOf(ended))?.[0], '/problems/risai/appointment-ended')
    // Who did not come had the place; who cancelled gave it back.
    assert.deepEqual(
      (await slots()).map(({ taken }) => taken),
      [1, 0],
    )
    const tooFew = clerk.call(appointments.changeCapacity, { slotId: early!.slotId, version: 1, capacity: 0 })
    assert.deepEqual((await problemOf(tooFew))?.[0], '/problems/risai/capacity-below-taken')
    const another = await desk.neighbour.call(appointments.bookAppointment, {
      ...{ applicationId: decided[0]!.applicationId, slotId: late!.slotId },
    })
    assert.equal(another.status, 404)
  })
})
