import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  applicationStates,
  canDo,
  certificateNoOf,
  concealForm,
  keepConcealed,
  serialNoOf,
  transitions,
  type ApplicationForm,
  type ApplicationState,
  type Transition,
} from './risai.ts'

const MARK = '〓'
const marked = (name: string) => fc.string({ minLength: 1 }).map((text) => `${MARK}${name}${text}`)

/** Forms in which everything that tells a place or a contact carries a mark. */
const plain = { noNullPrototype: true } as const
const forms: fc.Arbitrary<ApplicationForm> = fc.record(
  {
    applicant: fc.record(
      {
        name: fc.string(),
        kana: fc.string(),
        address: marked('a'),
        birthOn: fc.constant(null),
        phone: marked('p'),
        email: marked('e'),
        contactPlace: marked('c'),
        relationToHead: fc.constant('head' as const),
      },
      plain,
    ),
    head: fc.record(
      {
        residentNo: fc.constant(null),
        name: fc.string(),
        kana: fc.string(),
        address: marked('h'),
      },
      plain,
    ),
    members: fc.constant([]),
    printMembers: fc.boolean(),
    dwellingAddress: marked('d'),
    causeText: fc.string(),
    causeHazards: fc.constant(['earthquake' as const]),
    dwellingKind: fc.constant(null),
    tenure: fc.constant(null),
    ownerName: marked('o'),
    damageText: marked('t'),
    damagedParts: fc.constant([]),
    floodDepthCm: fc.option(fc.integer({ min: 0, max: 2000 })),
    surveyWish: fc.constant('site' as const),
    consents: fc.record(
      {
        checkRecords: fc.boolean(),
        supportUse: fc.boolean(),
        selfJudgement: fc.boolean(),
        photoUse: fc.boolean(),
      },
      plain,
    ),
    copies: fc.integer({ min: 1, max: 20 }),
    occupancy: fc.constant('registered' as const),
    mandate: marked('m'),
    proofs: fc.constant([]),
    noticeBy: fc.constant('email' as const),
    receiveBy: fc.constant('counter' as const),
    damagedEquipment: fc.constant([]),
    purpose: marked('u'),
  },
  plain,
)

test('a concealed form holds no place, and correcting it gives the stored places back', () => {
  fc.assert(
    fc.property(forms, fc.integer({ min: 1, max: 20 }), (form, copies) => {
      const shown = concealForm(form)
      assert.ok(!JSON.stringify(shown).includes(MARK))
      assert.deepEqual(keepConcealed({ ...shown, copies }, form), { ...form, copies })
    }),
  )
})

test('the states drawn in the README are those of the code', () => {
  const drawn = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const rows = drawn.matchAll(/^\| `([a-z-]+)` \|[^|]*\| ([^|]*) \|$/gm)
  const table = new Map(
    [...rows].map(([, state, acts]) => [state, acts!.split(/,\s*/).filter((act) => act !== '–')]),
  )
  for (const { value } of applicationStates) {
    const allowed = (Object.keys(transitions) as Transition[]).filter((act) => canDo(act, value))
    assert.deepEqual(table.get(value)?.toSorted(), allowed.toSorted(), value)
  }
  assert.equal(table.size, applicationStates.length)
})

test('no state is a trap that was not meant: only rejected and withdrawn applications are at their end', () => {
  const ends = applicationStates
    .map((state): ApplicationState => state.value)
    .filter((state) => (Object.keys(transitions) as Transition[]).every((act) => !canDo(act, state)))
  assert.deepEqual(ends, ['rejected', 'withdrawn'])
})

test('a number names one certificate: the second of an application carries a branch', () => {
  assert.equal(serialNoOf('R8-1', 12), 'R8-1-00012')
  assert.equal(certificateNoOf('R8-1-00012', 1), 'R8-1-00012')
  assert.equal(certificateNoOf('R8-1-00012', 2), 'R8-1-00012-2')
})
