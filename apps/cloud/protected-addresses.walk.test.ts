import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { markedNames, canaries } from '@open-bcl/demo/people.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { cloudEndpoints } from './compose.ts'
import { actors, AddressWalk, onlookers, type Pass } from './testing/address-walk.ts'
import { apart } from './testing/walked-apart.ts'
import { skipped, walkedTowns, type WalkedTowns } from './testing/walked-towns.ts'

/**
 * The standing walk: every endpoint, page and job that compose lists, with inputs made from their own schemas, as every
 * role. Nobody has to remember to add a new one here; one that the walk cannot reach fails the test by name. Here about
 * somebody whom nothing hides, so that everything is reached, in a town where others hide.
 */
describe('a protected address', () => {
  let towns: WalkedTowns
  let walks: AddressWalk
  const endpoints = cloudEndpoints()

  before(async () => {
    towns = await walkedTowns()
    walks = new AddressWalk(towns)
  })
  after(() => towns.cloud.close())

  test('leaves by no endpoint, whoever asks about somebody else', async () => {
    // Those who act, along a life and in two mixtures, then everybody who looks.
    const passes: readonly Pass[] = [
      ...actors.map((role) => [role, 'life'] as const),
      ['reviewer', 8],
      ['clerk', 9],
      ...onlookers.map((role) => [role, 8] as const),
    ]
    await walks.along(towns.knowledge('satoTaro'), passes)
  })

  test('the walk reached every endpoint that compose lists', async () => {
    const known = new Set([...skipped, ...Object.values(apart).flat()])
    const missed = (): Endpoint[] =>
      endpoints.filter(({ name }) => !walks.reached.has(name) && !known.has(name))
    // Which record an act meets depends on ids that are drawn: what stood in the way once is walked again, among its own.
    for (let round = 1; missed().length > 0 && round <= 4; round++) {
      const areas = new Set(['disasters', ...missed().map(({ permission }) => permission.split('.')[0])])
      const among = endpoints.filter(({ permission }) => areas.has(permission.split('.')[0]))
      const pool = towns.knowledge('satoTaro')
      for (const role of actors) await walks.as(role, pool, among, 'life')
    }
    assert.deepEqual(
      missed().map(({ name }) => name),
      [],
    )
  })

  test('what is walked apart is asked by a test of its own module', () => {
    const names = new Set(endpoints.map(({ name }) => name))
    const constants = constantsOf()
    for (const [folder, apartOnes] of Object.entries(apart)) {
      const words = testsOf(folder)
      assert.deepEqual(
        apartOnes.filter(
          (name) => !names.has(name) || !new RegExp(`\\b${constants.get(name) ?? name}\\b`).test(words),
        ),
        [],
        folder,
      )
    }
  })

  test('and no log line holds a name or an address of anybody', () => {
    const { logLines } = towns.cloud
    assert.ok(logLines.length > 1000)
    const words = [...canaries, ...markedNames]
    assert.deepEqual(logLines.filter((line) => words.some((word) => line.includes(word))).slice(0, 3), [])
  })
})

/** The routes tests of a folder and what they share. */
function testsOf(folder: string): string {
  const root = path.resolve(import.meta.dirname, '../..', folder)
  return fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.routes\.test\.ts$|^testing\/.*\.ts$/.test(file))
    .map((file) => fs.readFileSync(path.join(root, file), 'utf8'))
    .join('\n')
}

/** By an endpoint's name the constant that its contract gives it: tests say that. */
function constantsOf(): ReadonlyMap<string, string> {
  const root = path.resolve(import.meta.dirname, '../../modules')
  const contracts = fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.contract.ts'))
    .map((file) => fs.readFileSync(path.join(root, file), 'utf8'))
  return new Map(
    contracts.flatMap((text) =>
      [...text.matchAll(/export const (\w+) = endpoint\(\{\s*name: '(\w+)'/g)].map(
        ([, constant, name]) => [name!, constant!] as const,
      ),
    ),
  )
}
