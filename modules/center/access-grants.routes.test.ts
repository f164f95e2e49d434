import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { HIDA, testCenter, type TestCenter } from '../../apps/center/testing/center.ts'
import type { TestPerson } from '../../apps/center/testing/people.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import type { ExchangeEndpoints } from '../certificates/exchange.contract.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import * as contract from './access-grants.contract.ts'
import * as store from './access-grants.store.ts'
import { announceChanges, mailWaiting } from './announcing.actions.ts'
import { getOverview } from './console.contract.ts'
import { addContact } from './registry.contract.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { listAudit } from './staff.contract.ts'
import { tellOthers } from './telling.actions.ts'

const MINUTE = 60_000
type Told = InputOf<ExchangeEndpoints['setAccessGrant']>
type Standing = OutputOf<ExchangeEndpoints['setAccessGrant']>

describe('運用者による緊急閲覧（センター）', () => {
  let center: TestCenter
  let operator: TestPerson
  let approver: TestPerson
  /** What the town's cloud was told, and what it answers instead of 「まだ入っていません」. */
  let told: Told[]
  let standing: Partial<Standing>

  before(async () => {
    center = await testCenter()
  })
  after(() => center.close())
  beforeEach(async () => {
    await at(new Date('2026-11-21T03:00:00Z'))
    told = []
    standing = {}
    center.issuer.faults.clear()
    center.issuer.alter.set('setAccessGrant', (answer, input) => {
      told.push(input as Told)
      return { ...(answer as Standing), ...standing }
    })
  })

  async function at(time: Date): Promise<void> {
    center.clock = time
    operator = await center.staff('operator', `operator-${uuidv7()}`)
    approver = await center.staff('approver', `approver-${uuidv7()}`)
  }
  const later = (ms: number): void => {
    center.clock = new Date(center.clock.getTime() + ms)
  }
  const wish = {
    municipalityCode: HIDA,
    purpose: 'town-hall-lost',
    ticket: 'INC-1',
    reason: '庁舎が停電し、反映の状況を確かめられない',
    minutes: 60,
  } as const
  const ask = async (): Promise<{ grantId: string }> => {
    const { grantId } = await operator.get(contract.askAccess, wish)
    return { grantId }
  }
  async function approved(): Promise<{ grantId: string }> {
    const one = await ask()
    await approver.get(contract.approveAccess, one)
    await tellOthers(center.centre)
    return one
  }
  const stage = async (one: { grantId: string }): Promise<string> =>
    (await operator.get(contract.getAccessGrant, one)).stage

  test('one asks, another approves, the town’s cloud is told, and the code is shown to who asked, once it has its digest', async () => {
    const one = await ask()
    assert.equal(await operator.refused(contract.approveAccess, one), 'platform/not-allowed')
    assert.equal(await approver.refused(contract.askAccess, wish), 'platform/not-allowed')
    assert.equal(await operator.refused(contract.drawAccessCode, one), 'center/access-wrong-stage')
    await approver.get(contract.approveAccess, one)
    assert.equal(await stage(one), 'telling')
    assert.equal(await operator.refused(contract.drawAccessCode, one), 'center/access-not-told')
    await tellOthers(center.centre)
    assert.equal(await stage(one), 'waiting')
    assert.deepEqual(
      told.map(({ codeSha256, open, reason }) => [codeSha256, open, reason]),
      [[null, true, wish.reason]],
    )
    const other = await center.staff('operator', `operator-${uuidv7()}`)
    assert.equal(await other.refused(contract.drawAccessCode, one), 'center/access-other-person')
    const { code } = await operator.get(contract.drawAccessCode, one)
    assert.equal(told.at(-1)?.codeSha256, createHash('sha256').update(code).digest('hex'))
    const rows = await inCenter(center.database.app, (tx) =>
      tx.sql('select * from center.access_grant g join center.command c on true'),
    )
    assert.ok(!JSON.stringify(rows).includes(code), 'kept nowhere')
  })

  test('nobody approves what they asked for, whatever rights they have: not on the screen, not in the database', async () => {
    const { grantId } = await ask()
    const grant = await inCenter(center.database.app, (tx) => store.hold(tx, grantId))
    const own = { staffId: grant!.askedBy, name: '同じ人', at: center.clock, askedAfter: new Date(0) }
    const done = await inCenter(center.database.app, (tx) => store.approve(tx, grantId, own))
    assert.equal(done, false)
    await assert.rejects(
      inCenter(center.database.app, (tx) =>
        tx.sql(
          `update center.access_grant set approved_by = asked_by, approved_by_name = '同じ人', approved_at = $2::timestamptz,
             until_at = $2::timestamptz + interval '1 hour' where grant_id = $1`,
          [grantId, center.clock],
        ),
      ),
      /two_people/,
    )
    // Somebody who holds both rights: who asked may neither approve nor review.
    await inCenter(center.database.app, (tx) =>
      tx.sql(`update center.staff set role = 'approver' where staff_id = $1`, [grant!.askedBy]),
    )
    assert.equal(await operator.refused(contract.approveAccess, { grantId }), 'center/access-own-grant')
    assert.equal(
      await operator.refused(contract.declineAccess, { grantId, note: '自分で' }),
      'center/access-own-grant',
    )
    await approver.get(contract.approveAccess, { grantId })
    await operator.get(contract.endAccess, { grantId })
    assert.equal(
      await operator.refused(contract.reviewAccess, { grantId, note: '自分で' }),
      'center/access-own-grant',
    )
  })

  test('two approvals at once are one, and what nobody approved in an hour has lapsed', async () => {
    const one = await ask()
    const second = await center.staff('approver', `approver-${uuidv7()}`)
    const both = await Promise.all([approver, second].map((who) => who.call(contract.approveAccess, one)))
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const late = await ask()
    const asked = operator
    const waited = center.clock.getTime() + 60 * MINUTE
    await at(new Date(waited))
    assert.equal(await approver.refused(contract.approveAccess, late), 'center/access-wrong-stage')
    assert.equal(await stage(late), 'lapsed')
    assert.equal(await asked.refused(contract.endAccess, late), 'center/access-wrong-stage')
  })

  test('who left a browser open signs in anew before asking, approving or taking the code', async () => {
    const one = await ask()
    later(31 * MINUTE)
    const again = 'center/access-sign-in-again'
    assert.equal(await operator.refused(contract.askAccess, wish), again)
    assert.equal(await approver.refused(contract.approveAccess, one), again)
    const fresh = await center.staff('approver', `approver-${uuidv7()}`)
    await fresh.get(contract.approveAccess, one)
    await tellOthers(center.centre)
    assert.equal(await operator.refused(contract.drawAccessCode, one), again)
  })

  test('a cloud that is away is told when it is back; until then nobody gets a code', async () => {
    center.issuer.faults.set('setAccessGrant', 'unreached')
    const one = await approved()
    assert.equal(await stage(one), 'telling')
    assert.equal(await operator.refused(contract.drawAccessCode, one), 'center/access-not-told')
    center.issuer.faults.delete('setAccessGrant')
    await tellOthers(center.centre)
    assert.equal(await stage(one), 'waiting')
    center.issuer.faults.set('setAccessGrant', 'unreached')
    assert.equal(await operator.refused(contract.drawAccessCode, one), 'center/access-not-told')
    center.issuer.faults.delete('setAccessGrant')
    later(10_000)
    await tellOthers(center.centre)
    assert.equal(told.at(-1)?.codeSha256, null, 'what was not shown is forgotten')
  })

  test('what is done in the town comes into the journal, once; it stays open until both sides reviewed it', async () => {
    const one = await approved()
    const act = (no: number, words: string, people: number) => ({
      ...{ actId: `019ab000-0000-7000-8000-00000000000${no}`, words, people },
      at: new Date(center.clock.getTime() + no * 1_000).toISOString(),
    })
    const first = act(1, '中間DBを検索しました', 0)
    standing = { state: 'inside', enteredAt: center.clock.toISOString(), acts: [first] }
    later(5_000)
    await tellOthers(center.centre)
    assert.equal(await stage(one), 'inside')
    standing = { ...standing, acts: [first, act(2, '個人の情報を表示しました', 3)] }
    later(5_000)
    await tellOthers(center.centre)
    const shown = await operator.get(contract.getAccessGrant, one)
    assert.deepEqual(
      shown.acts.map(({ words, people }) => [words, people]),
      [
        ['中間DBを検索しました', 0],
        ['個人の情報を表示しました', 3],
      ],
    )
    standing = {
      ...standing,
      state: 'ended',
      ended: { at: center.clock.toISOString(), by: '総務　一郎', kind: 'town' },
    }
    later(5_000)
    await tellOthers(center.centre)
    assert.equal(await stage(one), 'review')
    const waiting = (await operator.get(getOverview, {})).nation.access
    assert.ok(waiting.toReview > 0)
    await approver.get(contract.reviewAccess, { ...one, note: '申請の理由に合っていた' })
    await tellOthers(center.centre)
    assert.equal(told.at(-1)?.review?.note, '申請の理由に合っていた')
    assert.equal(await stage(one), 'review')
    const townReview = { at: center.clock.toISOString(), by: '総務　一郎', note: '確かめた' }
    standing = { ...standing, townReview }
    later(MINUTE)
    await tellOthers(center.centre)
    assert.equal(await stage(one), 'settled')
    const after = (await operator.get(getOverview, {})).nation.access
    assert.equal(after.toReview, waiting.toReview - 1)
    const auditor = await center.staff('auditor', `auditor-${uuidv7()}`)
    const { acts } = await auditor.get(listAudit, { subjectKind: 'access-grant', subjectId: one.grantId })
    assert.deepEqual(acts.map(({ event }) => event.replace('center.access.', '')).toSorted(), [
      'act',
      'act',
      'approved',
      'asked',
      'over',
      'reviewed',
      'told',
      'town-reviewed',
    ])
  })

  test('the town’s contacts, and no others, are mailed at once who, why and until when, and at the end', async () => {
    const contact = async (party: 'town' | 'bcl', partyKey: string, mail: string): Promise<void> => {
      await operator.get(addContact, { party, partyKey, ja: '窓口', mail, phone: '0577-00-0000' })
    }
    await contact('town', HIDA, 'kiki@hida.example')
    await contact('bcl', '', 'bcl@center.example')
    const mails: { to: string; subject: string; text: string }[] = []
    const mailer: Mailer = {
      async send(letter) {
        mails.push(letter)
        return { kind: 'sent' }
      },
    }
    const round = async (): Promise<void> => {
      await announceChanges(center.centre)
      await mailWaiting(center.centre, mailer, false)
    }
    // What the grants before have to say, and their ends.
    await round()
    await round()
    mails.length = 0
    const one = await approved()
    await round()
    assert.deepEqual(
      mails.map(({ to }) => to),
      ['kiki@hida.example'],
    )
    assert.match(mails[0]!.subject, /運用者による緊急閲覧/)
    for (const words of [wish.reason, '試験 operator', '試験 approver', 'INC-1'])
      assert.ok(mails[0]!.text.includes(words), words)
    await operator.get(contract.endAccess, one)
    await round()
    assert.match(mails.at(-1)!.subject, /緊急閲覧の終了と事後確認のお願い/)
    await round()
    assert.equal(mails.length, 2, 'each once')
  })
})
