/// <reference types="node" />
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LinkBusinessState } from '../linkage.contract.ts'
import {
  findingsOf,
  handText,
  isMoving,
  silentFinding,
  standingOf,
  type Gate,
  type LinkState,
} from './link-state.ts'

const at = '2026-11-21T00:00:00.000Z'
const business = (over: Partial<LinkBusinessState> = {}): LinkBusinessState => ({
  business: 'residents',
  title: '住民情報',
  watermark: { fileNo: 12, seq: '30', appliedAt: at },
  origin: 'link',
  unsent: 0,
  backlog: 0,
  inbound: [],
  paused: null,
  ended: null,
  hand: null,
  wanted: null,
  parked: 0,
  blocked: 0,
  reconciliation: { fileNo: 12, agrees: true, townRows: 5, rows: 5, checkedAt: at },
  versions: [],
  files: [],
  ...over,
})
const link = (businesses: LinkBusinessState[], over: Partial<LinkState> = {}): LinkState => ({
  heardAt: at,
  hours: { opensAt: '06:30', closesAt: '23:00' },
  open: true,
  openUntil: null,
  openAlarms: 0,
  silentAgents: [],
  refusedAtHome: [],
  businesses,
  ...over,
})
const inbound = (over: Partial<LinkBusinessState['inbound'][number]>) => ({
  fileNo: 13,
  state: 'applying' as const,
  heldFor: null,
  receivedBytes: 10,
  bytes: 10,
  rowsDone: 1,
  rows: 5,
  updatedAt: at,
  ...over,
})
const open: Gate = { kinds: [] }
const kind = (reason: Gate['kinds'][number]['reasons'][number]['reason']): Gate['kinds'][number] => ({
  kind: 'juminhyo',
  title: '住民票の写し',
  open: false,
  reasons: [{ reason, business: 'residents', ja: 'わけ' }],
  limitMinutes: 60,
  ageMinutes: 90,
  override: null,
})
const titles = (state: LinkState, gate = open) => findingsOf(state, gate).map(({ title }) => title)

describe('the first sentence about the link', () => {
  test('before anything came says how to begin', () => {
    const [finding] = findingsOf(link([business({ watermark: null })], { heardAt: null }), open)
    assert.match(finding!.what, /連携APを登録するか.*手作業で/)
  })

  test('is that all is well only when nothing else is to be said', () => {
    assert.deepEqual(titles(link([business()])), ['連携は正常です'])
  })

  test('is that certificates are stopped, whatever else is wrong', () => {
    const wrong = link([business({ paused: { reason: '点検', by: '管理', at }, blocked: 3 })], {
      openAlarms: 2,
    })
    assert.deepEqual(titles(wrong, { kinds: [kind('link-lost')] }), [
      '住民票の写しの交付を止めています',
      '確認の必要な警報が2件あります',
      '住民情報の取込を一時停止しています',
      '誤りのある行のため、3人の証明書の交付を止めています',
    ])
  })

  test('is never that all is well while the town hall has refused a file', () => {
    const refused = {
      business: 'residents',
      fileNo: 13,
      place: '0123456789ab',
      at,
      errors: 1,
      reason: 'わけ',
    }
    assert.deepEqual(titles(link([business()], { refusedAtHome: [{ ...refused, business: 'residents' }] })), [
      '庁舎の連携APが受け付けなかったファイルが1件あります',
    ])
  })

  test('is never that all is well while nobody knows what an agent still has', () => {
    const silentAgents = [
      { agentId: '0', name: '庁舎2', why: 'never-connected' as const },
      { agentId: '1', name: '支所', why: 'never-clear' as const },
    ]
    assert.deepEqual(titles(link([business()], { silentAgents })), [])
    assert.deepEqual(
      silentAgents.map((one) => silentFinding(one).title),
      [
        '連携AP「庁舎2」は、登録後一度も接続していません',
        '連携AP「支所」は、送り残しがないと、まだ一度も伝えていません',
      ],
    )
  })

  test('names the kind that is issued by an override, and the one that is not', () => {
    const override = { overrideId: '0', until: at, reason: '庁舎停電', by: '管理', at }
    const seals = { ...kind('link-lost'), kind: 'inkan' as const, title: '印鑑登録証明書' }
    assert.deepEqual(
      titles(link([business()]), { kinds: [{ ...kind('link-lost'), open: true, override }, seals] }).map(
        (title) => title.replace(/（.*/, ''),
      ),
      ['印鑑登録証明書の交付を止めています', '特例により、住民票の写しを古いデータのまま交付しています'],
    )
  })

  test('says nothing of a kind whose data the town never sent', () => {
    assert.deepEqual(titles(link([business()]), { kinds: [kind('no-data')] }), ['連携は正常です'])
  })

  test('names the missing number when files after it wait', () => {
    const gap = business({ inbound: [inbound({ fileNo: 15, state: 'held', heldFor: 'gap' })] })
    assert.deepEqual(titles(link([gap])), ['住民情報は、13番のファイルを待っています'])
  })

  test('tells that data by hand serve no 住民票', () => {
    const byHand = business({ watermark: null, origin: 'hand', hand: { at, rows: 1_234 } })
    const [finding] = findingsOf(link([byHand], { heardAt: null }), open)
    assert.equal(finding!.title, '手作業で取り込んだデータを使っています')
    assert.match(finding!.what, /住民票・印鑑・税の証明には、連携APの登録が必要/)
    assert.equal(standingOf(byHand).label, '手作業で取込済み')
    assert.match(handText(byHand.hand!), /^手作業で取り込んだデータ（.*1,234行）$/)
  })
})

test('a business is named by what hinders it most', () => {
  const labels = [
    business(),
    business({ watermark: null, reconciliation: null }),
    business({ blocked: 1 }),
    business({
      reconciliation: { fileNo: 12, agrees: false, townRows: 5, rows: 4, checkedAt: at },
      blocked: 1,
    }),
    business({
      paused: { reason: '点検', by: '管理', at },
      inbound: [inbound({ state: 'held', heldFor: 'paused' })],
    }),
    business({ inbound: [inbound({})] }),
  ].map((state) => standingOf(state).label)
  assert.deepEqual(labels, [
    '正常',
    '届いていません',
    '誤りのある行あり',
    '突合の不一致',
    '一時停止中',
    '取込中',
  ])
})

test('the page asks again soon while a file moves, not while one is held', () => {
  assert.ok(isMoving(link([business({ inbound: [inbound({ state: 'receiving' })] })])))
  assert.ok(!isMoving(link([business({ inbound: [inbound({ state: 'held', heldFor: 'gap' })] })])))
  assert.ok(!isMoving(undefined))
})
