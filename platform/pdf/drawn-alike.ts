/**
 * Characters and sequences that one of our fonts draws with one and the same glyph although they are different text:
 * `second=first`, hexadecimal. Found by comparing the fonts' cmap tables; a test compares them again.
 */
const PAIRS = [
  // IPAmj明朝 005.01
  '2010=2d 2011=2d 2012=2d 223c=7e 2219=b7 2018=2bb 2019=2bc fe30=205a fe19=205d ff5e=301c 2e7dd=3c08',
  '67a9+e0104=6730 2e7c0=285c7 535a+e010b=2b9e4 535a+e010a=2b9e4',
  // Noto Serif JP, of what IPAmj明朝 lacks
  '1f10b=24ea 1f10c=24ff 2b95=27a1 4e5b=2e82 4e5a+e0100=2e83 4ebb+e0100=2e85 20628+e0100=2e87',
  '5202+e0100=2e89 353e+e0100=2e8b 2d544+e0100=2e8d fa0c=2e8e 5c23+e0100=2e8f 2f2a=2e90 5df3+e0100=2e92',
  '2f33=2e93 5f51+e0100=2e94 5fc4+e0100=2e96 624c+e0100=2e98 6535+e0100=2e99 65e1+e0100=2e9b',
  '6b7a+e0100=2e9e 6c11+e0100=2ea0 6c35+e0100=2ea1 706c+e0100=2ea3 722b+e0100=2ea4 4e2c+e0100=2ea6',
  '72ad+e0100=2ea8 2eb2=2eab 7f52+e0100=2eab 793b+e0100=2ead 25ad7=2eae 7cf9=2eaf 7e9f=2eb0 7f53+e0100=2eb1',
  '34c1+e0100=2eb3 8002+e0100=2eb9 8080=2eba 26951+e0100=2ebd 8279+e0100=2ebe 8864+e0100=2ec2',
  '8980+e0100=2ec3 897f+e0100=2ec4 89c1=2ec5 89d2+e0100=2ec6 8ba0=2ec8 8d1d=2ec9 27fb7+e0100=2eca 8f66=2ecb',
  '8fb6+e0100=2ecd 9485=2ed0 2fa7=2ed1 9578+e0100=2ed2 957f=2ed3 961d+e0100=2ed6 9752+e0100=2ed8 97e6=2ed9',
  '9875=2eda 98ce=2edb 98de=2edc 2967f+e0100=2ede 98e0+e0100=2edf 9963=2ee0 9a6c=2ee2 9c7c=2ee5 9e1f=2ee6',
  '9ea6+e0100=2ee8 9ec4+e0100=2ee9 6589+e0100=2eeb 6b6f+e0100=2eed 9f7f=2eee 7adc+e0100=2eef 9f99=2ef0',
  '4e80+e0100=2ef2 6238+e0100=2f3e 237f1=6af8 fa23+e0100=27eaf 9038+e0100=284dc 29fce+e0100=29fd7',
  '5140+e0100=2e8e 5e7a+e0100=2e93 9577+e0100=2ed1 20984+e0100=2f82c 233cc+e0100=2f8db',
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
 * its base), compatibility characters as what they stand for, marks as a part of their letter, and the pairs above as one.
 */
export function alike(text: string): string {
  return Array.from(text.matchAll(/.[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]?/gsu), ([unit]) => {
    const bare = String.fromCodePoint(unit.codePointAt(0)!)
    const first = FIRST.get(unit) ?? FIRST.get(bare) ?? bare
    return first.normalize('NFKC')
  })
    .join('')
    .normalize('NFC')
}
