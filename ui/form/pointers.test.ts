/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldOfPointer, nameOfPointer } from './pointers.ts'

const names = ['name', 'needs', 'members[0].name', 'address.town', 'a/b']

test('a JSON pointer becomes the path of the form, escapes included', () => {
  assert.equal(nameOfPointer('/members/0/name'), 'members[0].name')
  assert.equal(nameOfPointer('/a~1b/c~0d'), 'a/b.c~d')
  assert.equal(nameOfPointer(''), '')
})

test('an error lands on its field, else on the nearest around it, else on the first within it', () => {
  assert.equal(fieldOfPointer('/name', names), 'name')
  assert.equal(fieldOfPointer('/members/0/name', names), 'members[0].name')
  assert.equal(fieldOfPointer('/needs/2', names), 'needs')
  assert.equal(fieldOfPointer('/address', names), 'address.town')
  assert.equal(fieldOfPointer('/a~1b', names), 'a/b')
})

test('an error about something the form does not show lands on no field', () => {
  assert.equal(fieldOfPointer('/nameplate', names), null)
  assert.equal(fieldOfPointer('/', names), null)
  assert.equal(fieldOfPointer('line:3/氏名', names), null)
})
