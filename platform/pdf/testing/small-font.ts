/** A TrueType font of a few rectangles, made for tests: our own work, so that no foreign font lies in the repository. */
export function smallFont(options: {
  readonly family: string
  /** Each character gets a rectangle of its own shape; the same number in two places is one glyph. */
  readonly characters: readonly { readonly codePoint: number; readonly glyph: number }[]
  /** OS/2 fsType; 0 = may be embedded, 2 = may not. */
  readonly fsType?: number
}): Buffer {
  const glyphs = Math.max(...options.characters.map(({ glyph }) => glyph)) + 1
  const outlines = Array.from({ length: glyphs }, (_, i) => rectangle(100 + (i % 8) * 20, 700 - (i % 5) * 40))
  return assemble({
    'OS/2': os2(options.fsType ?? 0),
    cmap: cmap(options.characters),
    glyf: Buffer.concat(outlines),
    head: head(),
    hhea: hhea(glyphs),
    hmtx: Buffer.concat(outlines.map(() => u16(1000, 100))),
    loca: u32(...Array.from({ length: glyphs + 1 }, (_, i) => i * outlines[0]!.length)),
    maxp: Buffer.concat([u32(0x00010000), u16(glyphs, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)]),
    name: name([
      [1, options.family],
      [2, 'Regular'],
      [4, options.family],
      [6, options.family.replaceAll(/[^A-Za-z0-9]/g, '')],
    ]),
    post: Buffer.concat([u32(0x00030000, 0), u16(0, 0), u32(0, 0, 0, 0, 0)]),
  })
}

function u16(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2)
  for (const [i, value] of values.entries()) buffer.writeUInt16BE(value & 0xffff, i * 2)
  return buffer
}

function u32(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) buffer.writeUInt32BE(value, i * 4)
  return buffer
}

function rectangle(left: number, top: number): Buffer {
  return Buffer.concat([
    u16(1, left, 0, 900, top, 3, 0),
    Buffer.from([1, 1, 1, 1]),
    // x and y of the four corners, each as the step from the one before.
    u16(left, 900 - left, 0, left - 900),
    u16(0, 0, top, 0),
    Buffer.alloc(2),
  ])
}

function cmap(characters: readonly { readonly codePoint: number; readonly glyph: number }[]): Buffer {
  const groups = characters.toSorted((a, b) => a.codePoint - b.codePoint)
  return Buffer.concat([
    u16(0, 1, 3, 10),
    u32(12),
    u16(12, 0),
    u32(16 + groups.length * 12, 0, groups.length),
    ...groups.map(({ codePoint, glyph }) => u32(codePoint, codePoint, glyph)),
  ])
}

function head(): Buffer {
  return Buffer.concat([
    u32(0x00010000, 0x00010000, 0, 0x5f0f3cf5),
    u16(0, 1000),
    Buffer.alloc(16),
    u16(0, 0, 1000, 1000, 0, 8, 2, 1, 0),
  ])
}

function hhea(glyphs: number): Buffer {
  return Buffer.concat([u32(0x00010000), u16(880, -120, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, glyphs)])
}

function os2(fsType: number): Buffer {
  const table = Buffer.alloc(96)
  table.writeUInt16BE(4, 0)
  table.writeInt16BE(1000, 2)
  table.writeUInt16BE(400, 4)
  table.writeUInt16BE(5, 6)
  table.writeUInt16BE(fsType, 8)
  table.writeUInt16BE(0x40, 62)
  table.writeInt16BE(880, 68)
  table.writeInt16BE(-120, 70)
  table.writeUInt16BE(880, 74)
  table.writeUInt16BE(120, 76)
  return table
}

function name(records: readonly (readonly [id: number, text: string])[]): Buffer {
  const texts = records.map(([, text]) => Buffer.from(text, 'utf16le').swap16())
  let offset = 0
  const entries = records.map(([id], i) => {
    const entry = u16(3, 1, 0x409, id, texts[i]!.length, offset)
    offset += texts[i]!.length
    return entry
  })
  return Buffer.concat([u16(0, records.length, 6 + records.length * 12), ...entries, ...texts])
}

function assemble(tables: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(tables)
  let offset = 12 + entries.length * 16
  const directory: Buffer[] = []
  const bodies: Buffer[] = []
  for (const [tag, table] of entries) {
    const padded = Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)])
    let sum = 0
    for (let i = 0; i < padded.length; i += 4) sum = (sum + padded.readUInt32BE(i)) >>> 0
    directory.push(Buffer.concat([Buffer.from(tag, 'latin1'), u32(sum, offset, table.length)]))
    bodies.push(padded)
    offset += padded.length
  }
  return Buffer.concat([
    u32(0x00010000),
    u16(entries.length, 128, 3, entries.length * 16 - 128),
    ...directory,
    ...bodies,
  ])
}
