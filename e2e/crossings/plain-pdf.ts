import type { OneBitImage } from '@open-bcl/platform/pdf/one-bit-png.ts'

type Picture = Pick<OneBitImage, 'width' | 'height' | 'isInked'>

/**
 * A PDF that says the given words, shows the given pictures and is nothing to look at: what a renderer without fonts would make, in microseconds.
 * With it the crossing test tries the ways of an issue, not the drawing. Glyph codes are UTF-16 units.
 */
export function plainPdf(
  pages: readonly (readonly string[])[],
  /** Of each page. */
  pictures: readonly (readonly Picture[])[],
): Uint8Array {
  const objects: string[] = []
  const add = (body: string): number => objects.push(body)
  const stream = (text: string): string =>
    `<< /Length ${Buffer.byteLength(text, 'latin1')} >>\nstream\n${text}\nendstream`
  const units = [...new Set(pages.flat().join('').replace(/\s/gu, '').split(''))].map(hex)
  const catalog = add('<< /Type /Catalog /Pages 2 0 R >>')
  objects.push('')
  const lines = Array.from({ length: Math.ceil(units.length / 100) }, (_, i) =>
    units.slice(i * 100, i * 100 + 100),
  )
  const table = add(
    stream(
      lines
        .map(
          (some) => `${some.length} beginbfchar\n${some.map((u) => `<${u}> <${u}>`).join('\n')}\nendbfchar`,
        )
        .join('\n'),
    ),
  )
  const font = add(
    `<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain >>] /ToUnicode ${table} 0 R >>`,
  )
  const held = new Map<Picture, number>()
  const hold = (picture: Picture): number => {
    const known = held.get(picture)
    if (known !== undefined) return known
    const size = `/Type /XObject /Subtype /Image /Width ${picture.width} /Height ${picture.height} /BitsPerComponent 8 /ColorSpace /DeviceGray`
    const mask = add(
      `<< ${size} /Length ${picture.width * picture.height} >>\nstream\n${dots(picture)}\nendstream`,
    )
    // Only the mask is looked at.
    const image = add(`<< ${size} /SMask ${mask} 0 R /Length 0 >>\nstream\n\nendstream`)
    held.set(picture, image)
    return image
  }
  const kids = pages.map((words, at) => {
    const shown = (pictures[at] ?? []).map((picture, i) => ({ name: `/X${i}`, number: hold(picture) }))
    const drawn = words.map((word, i) => {
      const codes = word.replace(/\s/gu, '').split('').map(hex).join('')
      return `BT /F 10 Tf 1 0 0 1 50 ${800 - i * 10} Tm <${codes}> Tj ET`
    })
    drawn.push(...shown.map(({ name }) => `q 10 0 0 10 0 0 cm ${name} Do Q`))
    const content = add(stream(drawn.join('\n')))
    const objectsOfPage = shown.map(({ name, number }) => `${name} ${number} 0 R`).join(' ')
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F ${font} 0 R >> /XObject << ${objectsOfPage} >> >> /Contents ${content} 0 R >>`,
    )
  })
  objects[1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`
  return assemble(objects, catalog)
}

function assemble(objects: readonly string[], catalog: number): Uint8Array {
  const parts = ['%PDF-1.7\n']
  let length = parts[0]!.length
  const offsets = objects.map((body, i) => {
    const at = length
    const part = `${i + 1} 0 obj\n${body}\nendobj\n`
    parts.push(part)
    length += part.length
    return at
  })
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R >>\nstartxref\n${length}\n%%EOF\n`,
  )
  return Buffer.from(parts.join(''), 'latin1')
}

/** A byte a dot, 255 where there is ink. */
function dots({ width, height, isInked }: Picture): string {
  let text = ''
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) text += isInked(x, y) ? '\xff' : '\0'
  return text
}

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}
