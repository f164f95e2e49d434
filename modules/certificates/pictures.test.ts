import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { after, before, test } from 'node:test'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { goldenCases } from './golden/cases.ts'
import { print } from './golden/print.ts'
import { wrongPictures } from './pictures.actions.ts'
import { checkDocument } from './rendering.actions.ts'

let engine: PdfEngine
before(async () => {
  engine = await startPdfEngine({
    workers: 1,
    cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)),
  })
})
after(() => engine.close())

const of = (name: string) => print(engine, goldenCases[name]!)

test('every golden page shows its own pictures and no others', async () => {
  for (const name of Object.keys(goldenCases)) {
    const { pdf, words, snapshot } = await of(name)
    assert.deepEqual(wrongPictures(pdf, snapshot), [], name)
    assert.equal(checkDocument(pdf, words, snapshot), null, name)
  }
})

test("another person's 印影 under the right words is found", async () => {
  const mine = await of('seal-round-13-5mm')
  const theirs = await of('seal-smallest-8-1mm')
  const image = (snapshot: object) => (snapshot as { sealImagePng: string }).sealImagePng
  assert.notEqual(image(mine.snapshot), image(theirs.snapshot))
  const crossed: Pick<PdfEngine, 'render'> = {
    render: (layout, snapshot, options) =>
      engine.render(layout, { ...snapshot, sealImagePng: image(theirs.snapshot) }, options),
  }
  const { pdf, words, snapshot } = await print(crossed, goldenCases['seal-round-13-5mm']!)
  assert.equal(checkDocument(pdf, words), null, 'the words alone do not tell')
  assert.deepEqual(checkDocument(pdf, words, snapshot)?.mismatches, [
    { page: 1, kind: 'picture', word: null },
  ])
})

test('the code of another page, and one that is missing, are found', async () => {
  const { snapshot, pdf } = await of('risai-two-copies-official')
  const { paper } = snapshot as { paper: { codes: { codePng: string }[] } }
  assert.equal(paper.codes.length, 2)
  const swapped = { ...snapshot, paper: { ...paper, codes: paper.codes.toReversed() } }
  assert.deepEqual(wrongPictures(pdf, swapped), [1, 2])
  assert.deepEqual(wrongPictures(pdf, { ...snapshot, paper: { ...paper, codes: [] } }), [1, 2])
  const bare = { ...snapshot, anotherPng: paper.codes[0]!.codePng.slice(0, 0) }
  assert.deepEqual(wrongPictures(pdf, bare), [], 'what is no picture is none')
})
