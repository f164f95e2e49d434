/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { titleOf } from './schema-labels.ts'

const Survey = z.object({
  floodDepthCm: z.number().meta({ title: '床上浸水深' }).nullable().optional(),
  members: z.array(z.object({ name: z.string().meta({ title: '氏名' }) })),
  place: z.object({ town: z.string() }).nullable(),
})

test('a field takes its label from the contract, through optional, nullable, lists and objects', () => {
  assert.equal(titleOf(Survey, 'floodDepthCm'), '床上浸水深')
  assert.equal(titleOf(Survey, 'members[2].name'), '氏名')
})

test('a field the contract does not name has no label of its own', () => {
  assert.equal(titleOf(Survey, 'place.town'), undefined)
  assert.equal(titleOf(Survey, 'place.city'), undefined)
})
