import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { isPracticeTown, practiceTownOf, realTownOf } from '@open-bcl/core/practice-town.ts'
import { nationalMunicipalities } from '../municipalities/national.store.ts'
import { practiceHouses, practicePeople } from './people.ts'
import { childrenFirst } from './practice.ts'

test('every municipality has a practice town of its own, which is none of the nation', () => {
  const real = [...nationalMunicipalities().keys()] as MunicipalityCode[]
  const practice = real.map(practiceTownOf)
  assert.ok(real.length > 1_700)
  assert.ok(real.every((code) => !isPracticeTown(code) && realTownOf(code) === code))
  assert.ok(practice.every((code) => isMunicipalityCode(code) && isPracticeTown(code)))
  assert.deepEqual(practice.map(realTownOf), real)
  assert.equal(new Set(practice).size, real.length)
  assert.throws(() => practiceTownOf(practice[0]!))
})

test('the made-up people live where nobody does, some of them in hiding', () => {
  const town = {
    ...{ code: practiceTownOf('212172' as MunicipalityCode), prefecture: '岐阜県', city: '飛騨市' },
    ...{ centre: null, today: '2026-11-21' as PlainDate },
  }
  const people = practicePeople(town)
  assert.ok(people.every(({ record }) => record.address.town.startsWith('練習町')))
  assert.equal(new Set(people.map(({ record }) => record.residentNo)).size, people.length)
  assert.equal(people.filter(({ protectedFrom }) => protectedFrom !== null).length, 2)
  assert.ok(people.every(({ record }) => record.birth.on! < town.today))
  assert.deepEqual(practicePeople(town), people)
  assert.ok(practiceHouses(people, town).length > 100)
})

test('rows are deleted before those that they point to', () => {
  const links = [
    { child: 'c', parent: 'b' },
    { child: 'b', parent: 'a' },
    { child: 'b', parent: 'b' },
  ]
  assert.deepEqual(childrenFirst(['a', 'b', 'c'], links), ['c', 'b', 'a'])
  assert.throws(() => childrenFirst(['a', 'b'], [...links, { child: 'a', parent: 'b' }]))
})
