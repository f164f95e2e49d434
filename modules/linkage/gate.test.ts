import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { ageOf, findingsOf, kindNeeds, liftable, type BusinessStanding } from './gate.ts'

const now = new Date('2026-11-21T03:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const all: readonly Business[] = ['residents', 'suppressions', 'seals', 'tax-assessments']
const good = (business: Business): BusinessStanding => ({
  business,
  loaded: true,
  clearAt: ago(5),
  waitingSince: null,
  refusedSince: null,
  nameless: false,
  paused: false,
  unproved: false,
  differs: false,
})
const standings = (business: Business, over: Partial<BusinessStanding>) =>
  all.map((one) => ({ ...good(one), ...(one === business ? over : {}) }))
const reasons = (
  kind: CertificateKindCode,
  of: readonly BusinessStanding[],
  limitMinutes: number | null = 1_440,
) =>
  findingsOf(kind, of, { residents: true, limitMinutes, now }).map(
    ({ reason, business }) => `${business}:${reason}`,
  )

describe('交付の可否', () => {
  test('data that are here, fresh and proved open every kind', () => {
    for (const kind of Object.keys(kindNeeds) as CertificateKindCode[])
      assert.deepEqual(reasons(kind, all.map(good)), [], kind)
  })

  const bad: readonly [string, Partial<BusinessStanding>, string][] = [
    ['never loaded', { loaded: false }, 'no-data'],
    ['never heard of', { clearAt: null }, 'link-lost'],
    ['older than the limit', { clearAt: ago(1_441) }, 'link-lost'],
    ['with a file that waits for more than an hour', { waitingSince: ago(61) }, 'backlog'],
    ['stuck behind a refused file for more than an hour', { refusedSince: ago(61) }, 'refused'],
    ['paused', { paused: true }, 'paused'],
    ['changed by hands since the linkage was ended', { unproved: true, clearAt: null }, 'hand'],
    ['different from the town', { differs: true }, 'reconciliation'],
  ]
  for (const [title, over, reason] of bad) {
    test(`住民情報 that are ${title} close 住民票・印鑑・税, and never 罹災・被災`, () => {
      const of = standings('residents', over)
      for (const kind of ['juminhyo', 'inkan', 'tax'] as const)
        assert.deepEqual(reasons(kind, of), [`residents:${reason}`], kind)
      for (const kind of ['risai', 'hisai'] as const) assert.deepEqual(reasons(kind, of), [], kind)
    })
  }

  test('a business closes only the kinds that are made of it', () => {
    const of = standings('seals', { paused: true })
    assert.deepEqual(
      (['juminhyo', 'inkan', 'tax'] as const).map((kind) => reasons(kind, of).length),
      [0, 1, 0],
    )
  })

  test('word of a protected person does not wait for more than five minutes', () => {
    assert.deepEqual(reasons('juminhyo', standings('suppressions', { waitingSince: ago(6) })), [
      'suppressions:backlog',
    ])
    assert.deepEqual(reasons('juminhyo', standings('suppressions', { waitingSince: ago(4) })), [])
  })

  test('a register that holds nobody makes no paper at all', () => {
    for (const kind of ['risai', 'hisai'] as const)
      assert.deepEqual(
        findingsOf(kind, [], { residents: false, limitMinutes: null, now }).map(({ reason }) => reason),
        ['no-residents'],
      )
    assert.ok(!liftable.has('no-residents'))
  })

  test('hands close every kind that a business may withhold, also where it need not be there', () => {
    assert.deepEqual(reasons('juminhyo', [...all.map(good), { ...good('households'), unproved: true }]), [
      'households:hand',
    ])
  })

  test('nothing known at all closes what is strict', () => {
    assert.ok(reasons('juminhyo', []).length > 0)
    assert.equal(ageOf('juminhyo', [], now), null)
  })

  test('a town without a limit is closed by everything but age', () => {
    assert.deepEqual(reasons('tax', standings('residents', { clearAt: ago(99_999) }), null), [])
    assert.equal(reasons('tax', standings('residents', { differs: true }), null).length, 1)
  })

  test('the age is that of the oldest business a kind is made of', () => {
    assert.equal(ageOf('inkan', standings('seals', { clearAt: ago(90) }), now), 90 * 60_000)
    assert.equal(ageOf('juminhyo', standings('seals', { clearAt: ago(90) }), now), 5 * 60_000)
  })

  test('an override never lifts what is wrong with the data themselves', () => {
    for (const reason of ['reconciliation', 'no-data', 'hand'] as const) assert.ok(!liftable.has(reason))
  })
})
