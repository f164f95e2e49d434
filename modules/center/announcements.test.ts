import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concerns, mailText, retryMinutes, type Party, type Subject } from './announcements.ts'

const people: readonly { readonly party: Party; readonly partyKey: string }[] = [
  { party: 'town', partyKey: '212172' },
  { party: 'town', partyKey: '212032' },
  { party: 'operator', partyKey: 'store-a' },
  { party: 'operator', partyKey: 'store-b' },
  { party: 'bcl', partyKey: '' },
  { party: 'jpki', partyKey: '' },
]
const told = (subject: Partial<Subject> & Pick<Subject, 'scope'>): string[] =>
  people
    .filter((one) => concerns({ scopeKey: '', operatorId: null, towns: [], ...subject }, one))
    .map(({ party, partyKey }) => partyKey || party)

describe('whom an announcement concerns', () => {
  test('the whole tells everybody', () => {
    for (const scope of ['center', 'bcl', 'jpki'] as const)
      assert.deepEqual(told({ scope }), ['212172', '212032', 'store-a', 'store-b', 'bcl', 'jpki'])
  })
  test('a town itself, and all who show its certificates; no other town', () => {
    assert.deepEqual(told({ scope: 'town', scopeKey: '212172' }), ['212172', 'store-a', 'store-b', 'bcl'])
  })
  test('of a silent server the towns it serves', () => {
    assert.deepEqual(told({ scope: 'issuer', towns: ['212032'] }), ['212032', 'store-a', 'store-b', 'bcl'])
  })
  test('a machine is its operator’s affair', () => {
    assert.deepEqual(told({ scope: 'kiosk', scopeKey: 'k1', operatorId: 'store-a' }), ['store-a'])
    assert.deepEqual(told({ scope: 'kiosk', scopeKey: 'k1' }), [])
  })
  test('the backup of resident data is the towns’ affair', () => {
    assert.deepEqual(told({ scope: 'backup' }), ['212172', '212032', 'bcl'])
  })
})

test('a relay that is away is asked again soon, then less often', () => {
  assert.deepEqual([1, 2, 3, 6, 40].map(retryMinutes), [1, 2, 4, 30, 30])
})

test('a mail of the test environment says so first', () => {
  const text = mailText('対象：センター', 'https://center.example/notice#x', true)
  assert.match(text.split('\n')[0] ?? '', /試験環境/)
  assert.doesNotMatch(mailText('対象：センター', 'https://center.example/notice#x', false), /試験/)
})
