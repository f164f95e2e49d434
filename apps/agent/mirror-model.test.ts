import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { businesses } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { fileOf, interfaceOf, rowOf, step, tidied } from '@open-bcl/modules/linkage/testing/faults.ts'
import { ModelTown, totalOf } from '@open-bcl/modules/linkage/testing/model.ts'
import { checkFile } from './check-file.ts'
import { Mirror } from './mirror.ts'
import { openState, type StateFile } from './state.ts'

/**
 * The town hall's own count against the model that the cloud is proved against (`history.store.test.ts`): after any history of
 * files both sides agree, so that the daily 突合 raises no alarm over nothing. `FC_RUNS` histories, `FC_SEED` repeats them.
 */
const numRuns = Number(process.env['FC_RUNS'] ?? 3) * 5
const seed = Number(process.env['FC_SEED'] ?? 2026)
const town = '212172' as MunicipalityCode

describe('the mirror and the model', () => {
  let folder: string
  let state: StateFile
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mirror-model-'))
    state = openState(folder, new Date())
  })
  after(() => {
    state.close()
    rmSync(folder, { recursive: true })
  })

  for (const [i, business] of businesses.entries()) {
    test(`${business}: the town counts what the cloud has`, async (t) => {
      let files = 0
      const history = fc.array(step([business]), { minLength: 1, maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(history, async (steps) => {
          const model = new ModelTown()
          const mirror = new Mirror(state, business)
          mirror.forget()
          // An empty full file ends what the history before left open.
          mirror.openStage()
          mirror.noteBad(1, 'full', new Date())
          for (const [at, one] of steps.entries()) {
            const file = interfaceOf(business, one.old)
            const specs = one.tidy ? tidied(business, one.specs) : one.specs
            const rows = specs.map((spec, j) => rowOf(file, spec, j + 2, town))
            const { csv, manifest } = fileOf(town, file, { fileNo: at + 1, mode: one.mode }, rows)
            const path = join(folder, 'file.csv')
            writeFileSync(path, csv)
            const badLines = new Set<number | null>()
            const checked = await checkFile({
              ...{ path, municipality: town, business, claims: manifest, mirror },
              onError: ({ line }) => badLines.add(line),
            })
            assert.deepEqual(checked.faults, [])
            const wanted = model.apply({ business, mode: one.mode, origin: 'link', rows })
            assert.equal(checked.badRows, wanted.counts.refused)
            assert.equal(checked.hashTotal, wanted.hashTotal)
            assert.deepEqual(
              [...badLines].toSorted((a, b) => a! - b!),
              wanted.badLines,
            )
            // Noted twice, as by somebody who died in between.
            const applied = new Date(Date.UTC(2026, 10, at + 1))
            mirror.noteBad(at + 1, one.mode, applied)
            mirror.noteBad(at + 1, one.mode, applied)
            const openLines = model.bad.flatMap(({ line, fromSeq }) =>
              line === null ? [] : [`${fromSeq} ${line}`],
            )
            assert.deepEqual(
              mirror
                .openBad(1_000)
                .rows.map(({ fileNo, line }) => `${fileNo} ${line}`)
                .toSorted(),
              openLines.toSorted(),
            )
            mirror.apply(at + 1, one.mode, null)
            const canonicals = [...model.sentAt(business).values()].map(({ canonical }) => canonical)
            assert.deepEqual(mirror.known(), {
              fileNo: at + 1,
              rows: canonicals.length,
              hashTotal: totalOf(canonicals),
            })
            files += 1
          }
        }),
        { numRuns, seed: (seed + i) % 2 ** 31 },
      )
      t.diagnostic(`FC_SEED=${seed}: ${numRuns} histories, ${files} files`)
    })
  }
})
