/** Writing in old codes, which Node itself only reads: the decoder's own table turned round. */
const tables = new Map<string, ReadonlyMap<string, readonly number[]>>()

function tableOf(encoding: 'shift_jis' | 'euc-jp'): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding)
  if (known) return known
  const decoder = new TextDecoder(encoding)
  const table = new Map<string, readonly number[]>()
  const learn = (bytes: number[]): void => {
    const text = decoder.decode(Uint8Array.from(bytes))
    if ([...text].length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, bytes)
  }
  for (let one = 0; one < 256; one++) learn([one])
  if (encoding === 'euc-jp') for (let kana = 0xa1; kana <= 0xdf; kana++) learn([0x8e, kana])
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) learn([lead, trail])
  tables.set(encoding, table)
  return table
}

/** Bytes of a text; what the code does not have becomes `?`, as old systems do. */
export function encodeLegacy(text: string, encoding: 'shift_jis' | 'euc-jp'): Buffer {
  const table = tableOf(encoding)
  return Buffer.from([...text].flatMap((character) => [...(table.get(character) ?? [0x3f])]))
}
