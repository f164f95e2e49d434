import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { readLine, resultColumns, resultHeader } from './result-format.ts'

type Vector = {
  readonly why: string
  readonly line: Readonly<Record<string, string>>
  readonly errors: readonly string[]
}
const docs = new URL('../../docs/interfaces/', import.meta.url)
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, docs), 'utf8'))
const vectors = read('external-victim-support-vectors.json') as { header: string[]; lines: Vector[] }
const schema = read('external-victim-support.schema.json') as {
  properties: Record<string, { maxLength: number }>
}

/** What other vendors build by. */
describe('外部被災者支援連携の公開した形', () => {
  test('the header and lengths as published are those that are read', () => {
    assert.deepEqual(vectors.header, resultHeader)
    assert.deepEqual(
      Object.entries(schema.properties).map(([name, { maxLength }]) => ({ name, most: maxLength })),
      resultColumns,
    )
  })

  for (const { why, line, errors } of vectors.lines) {
    test(why, () => {
      const fields = resultHeader.map((name) => line[name] ?? '')
      const found = readLine(fields, 2, { occurredOn: '2026-07-28', today: '2026-11-21' })
      assert.deepEqual('errors' in found ? found.errors.map(({ item }) => item) : [], errors)
    })
  }
})
