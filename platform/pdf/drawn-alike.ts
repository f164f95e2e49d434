/**
 * Characters and sequences that one of our fonts draws with one and the same glyph although they are different text:
 * `second=first`, hexadecimal. Found by comparing the fonts' cmap tables; a test compares them again.
 */
const PAIRS = [
  // IPAmj明朝 005.01
  '2010=2d 2011=2d 2012=2d 223c=7e 2219=b7 2018=2bb 2019=2bc fe30=205a fe19=205d ff5e=301c',
  '2e7dd=3c08 67a9+e0104=6730 2e7c0=285c7 535a+e010b=2b9e4 535a+e010a=2b9e4',
  // Noto Serif JP, what IPAmj明朝 lacks
  '1f10b=24ea 1f10c=24ff 2b95=27a1 4e5b=2e82 fa0c=2e8e 2f2a=2e90 2f33=2e93 2eb2=2eab 25ad7=2eae 7cf9=2eaf 7e9f=2eb0',
  '8080=2eba 89c1=2ec5 89d2+e0100=2ec6 8ba0=2ec8 8d1d=2ec9 8f66=2ecb 9485=2ed0 2fa7=2ed1 957f=2ed3 97e6=2ed9',
  '9875=2eda 98ce=2edb 98de=2edc 9963=2ee0 9a6c=2ee2 9c7c=2ee5 9e1f=2ee6 9f7f=2eee 9f99=2ef0 237f1=6af8',
]

const FIRST = new Map(
  PAIRS.flatMap((row) => row.split(' ')).map((pair) => {
    const [second, first] = pair
      .split('=')
      .map((text) => String.fromCodePoint(...text.split('+').map((code) => parseInt(code, 16))))
    return [second!, first!] as const
  }),
)

/**
 * The same for two texts that may come out as the same glyphs: without variation selectors (a font may draw a sequence as
 * its base), compatibility characters as what they stand for, and the pairs above as one.
 */
export function alike(text: string): string {
  return Array.from(text.matchAll(/.[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]?/gsu), ([unit]) => {
    const bare = String.fromCodePoint(unit.codePointAt(0)!)
    const first = FIRST.get(unit) ?? FIRST.get(bare) ?? bare
    return first.normalize('NFKC')
  }).join('')
}
