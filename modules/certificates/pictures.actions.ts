import { bitmapsOfPages, fingerprintOfPng } from '@open-bcl/platform/pdf/page-bitmaps.ts'

/**
 * Pages (from 1) of a document that show another picture than was frozen, or lack one: of a 印影 and of a 公印 the picture is what is
 * certified, of a code what the public checks. A town's seal in colours is counted, its dots are not compared.
 */
export function wrongPictures(pdf: Uint8Array, snapshot: object): number[] {
  const { codes, others, coloured } = picturesIn(snapshot)
  const drawn = bitmapsOfPages(pdf)
  const wrong = new Set<number>()
  for (const [at, page] of drawn.entries()) {
    const code = codes[at]
    const strange = page.inked.some((mark) => mark !== code && !others.has(mark))
    if (strange || page.others > coloured || (code !== undefined && !page.inked.includes(code)))
      wrong.add(at + 1)
  }
  const seen = new Set(drawn.flatMap(({ inked }) => inked))
  // Which page it should stand on only the layout knows.
  if ([...others].some((mark) => !seen.has(mark))) wrong.add(1)
  return [...wrong]
}

type Pictures = {
  /** Of each page, in order. */
  readonly codes: readonly string[]
  readonly others: ReadonlySet<string>
  readonly coloured: number
}

/** String fields named `...Png` are pictures (`FrozenContent.snapshot`); `codePng` that of a page. */
function picturesIn(snapshot: object): Pictures {
  const codes: string[] = []
  const others = new Set<string>()
  let coloured = 0
  JSON.stringify(snapshot, (key, value: unknown) => {
    if (!key.endsWith('Png') || typeof value !== 'string') return value
    const mark = fingerprintOfPng(value)
    if (mark === null) coloured += 1
    else if (key === 'codePng') codes.push(mark)
    else others.add(mark)
    return null
  })
  return { codes, others, coloured }
}
