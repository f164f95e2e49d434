import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { HashTotal } from '@open-bcl/platform/hash-total.ts'
import { Mirror, type MirrorRow } from './mirror.ts'
import { AlreadyRunning, markDamaged, openState, type StateFile } from './state.ts'

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

type Line = {
  readonly person: number
  readonly history: number
  readonly value: string
  readonly latest: boolean
  readonly deleted: boolean
  readonly wrong: 'nothing' | 'a value' | 'the history number' | 'everything'
}

function rowOf(one: Line, line: number): MirrorRow {
  const { person, history, value, latest, deleted, wrong } = one
  return {
    line,
    rowKey: wrong === 'the history number' || wrong === 'everything' ? null : `${person}|${history}`,
    residentNo: wrong === 'everything' ? null : String(person),
    scope: wrong === 'everything' ? null : String(person),
    digest: wrong === 'nothing' ? digestOf(value) : null,
    items: wrong === 'nothing' ? [] : [wrong],
    whole: digestOf(`${value}|${latest}`),
    latest,
    deleted,
  }
}

/** What the cloud keeps after a file, written as plainly as can be. */
function afterFile(
  before: ReadonlyMap<string, string>,
  lines: readonly Line[],
  mode: 'full' | 'delta',
): Map<string, string> {
  const key = ({ person, history }: Line): string => `${person}|${history}`
  let good = lines.filter(({ wrong }) => wrong === 'nothing')
  const bad = lines.filter(({ wrong }) => wrong !== 'nothing')
  const sameKey = good.filter((a) => good.some((b) => a !== b && key(a) === key(b)))
  good = good.filter((one) => !sameKey.includes(one))
  const claims = (one: Line): boolean => one.latest && !one.deleted
  const sameLatest = good.filter(
    (a) => claims(a) && good.some((b) => a !== b && claims(b) && a.person === b.person),
  )
  good = good.filter((one) => !sameLatest.includes(one))
  const spared = [...bad, ...sameKey, ...sameLatest]
  const after = new Map(mode === 'delta' ? before : [])
  if (mode === 'full')
    for (const [known, value] of before) {
      if (good.some((one) => key(one) === known)) continue
      const stays = spared.some(
        (one) => one.wrong === 'everything' || String(one.person) === known.split('|')[0],
      )
      if (stays) after.set(known, value)
    }
  for (const one of good) {
    if (one.deleted) after.delete(key(one))
    else after.set(key(one), one.value)
  }
  return after
}

function sumOf(rows: ReadonlyMap<string, string>): { rows: number; hashTotal: string } {
  const total = new HashTotal()
  for (const value of rows.values()) total.add(digestOf(value))
  return { rows: rows.size, hashTotal: total.toString() }
}

describe('the mirror of what the cloud has', () => {
  let folder: string
  let state: StateFile
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mirror-'))
    state = openState(folder, new Date())
  })
  afterEach(() => {
    state.close()
    rmSync(folder, { recursive: true })
  })

  const line: fc.Arbitrary<Line> = fc.record({
    person: fc.integer({ min: 1, max: 5 }),
    history: fc.integer({ min: 1, max: 2 }),
    value: fc.constantFrom('a', 'b', 'c', 'd'),
    latest: fc.boolean(),
    deleted: fc.boolean(),
    wrong: fc.constantFrom(
      'nothing',
      'nothing',
      'nothing',
      'nothing',
      'a value',
      'the history number',
      'everything',
    ),
  })
  const history = fc.array(
    fc.record({ mode: fc.constantFrom('full', 'delta'), lines: fc.array(line, { maxLength: 8 }) }),
    { minLength: 1, maxLength: 6 },
  )

  test('after any history of files with faults it is what a naive model says, and so are the differences', () => {
    let run = 0
    fc.assert(
      fc.property(history, (files) => {
        run += 1
        const mirror = new Mirror(state, 'residents')
        mirror.forget()
        let model = new Map<string, string>()
        for (const [i, { mode, lines }] of files.entries()) {
          const stage = mirror.openStage()
          // In pieces, as a file comes.
          for (let at = 0; at < lines.length; at += 3)
            stage.add(lines.slice(at, at + 3).map((one, j) => rowOf(one, at + j + 2)))
          const repeats = [...stage.finish()]
          for (const { line: found, otherLine } of repeats) assert.notEqual(found, otherLine)
          const before = model
          model = afterFile(model, lines, mode)
          if (mode === 'full') {
            const gone = [...mirror.goneLines()].length
            const named = new Set(lines.map(({ person, history: no }) => `${person}|${no}`))
            const left = [...before.keys()].filter((known) => !model.has(known) && !named.has(known))
            assert.equal(gone, left.length)
          }
          mirror.apply(i + 1, mode, mode === 'full' ? 'sha' : null)
          assert.deepEqual(mirror.known(), { fileNo: i + 1, ...sumOf(model) })
        }
      }),
      { numRuns: 300 },
    )
    assert.equal(run, 300)
  })

  test('names each line of a repeated key with another line of it', () => {
    const stage = new Mirror(state, 'residents').openStage()
    const row = (person: number, at: number): MirrorRow =>
      rowOf({ person, history: at, value: 'a', latest: false, deleted: false, wrong: 'nothing' }, at)
    stage.add([row(1, 2), { ...row(1, 3), rowKey: '1|2' }, { ...row(1, 4), rowKey: '1|2' }, row(2, 5)])
    assert.deepEqual(
      [...stage.finish()],
      [
        { line: 2, otherLine: 3, what: 'key' },
        { line: 3, otherLine: 2, what: 'key' },
        { line: 4, otherLine: 2, what: 'key' },
      ],
    )
  })

  test('a second process is kept out, and let in when the first has gone', () => {
    assert.throws(() => openState(folder, new Date()), AlreadyRunning)
    state.close()
    state = openState(folder, new Date())
    assert.equal(state.begunAnew, false)
  })

  test('a file that is broken, cut short or found damaged at work is put aside and begun anew', () => {
    const spoilt: readonly (() => void)[] = [
      () => writeFileSync(join(folder, 'agent.db'), Buffer.alloc(9_000, 7)),
      () => truncateSync(join(folder, 'agent.db'), 5_000),
      () => markDamaged(folder),
    ]
    for (const [i, spoil] of spoilt.entries()) {
      state.write('note', String(i))
      state.close()
      spoil()
      state = openState(folder, new Date(Date.UTC(2026, 10, 21, 0, 0, i)))
      assert.equal(state.begunAnew, true, String(i))
      assert.equal(state.read('note'), null)
      assert.equal(new Mirror(state, 'residents').known(), null)
    }
    assert.ok(readdirSync(folder).some((name) => name.includes('.broken-')))
  })
})
