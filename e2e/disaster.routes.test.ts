import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellDisaster } from './disaster/story.ts'

/** The whole of it at 3,000 houses: `node tools/run.mjs e2e/disaster.ts --houses 3000`. */
test('a flood and an earthquake, from the first application to the last payment: nothing is lost, nothing is paid twice', async (t) => {
  const { cloud, figures } = await tellDisaster({ houses: 24, seed: 5, say: (line) => t.diagnostic(line) })
  try {
    assert.ok(figures['certificates in force']! > 10)
    assert.ok(
      figures['appended.certificates']! > figures['certificates in force']!,
      'some were surveyed again',
    )
    assert.ok(figures['paid yen']! > 1_000_000)
  } finally {
    await cloud.close()
  }
})
