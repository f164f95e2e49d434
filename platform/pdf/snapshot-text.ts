import type { Coverage } from './coverage.ts'
import type { MissingGlyph } from './pdf-errors.ts'

/** Every text of a snapshot with its field (`headName`, `additional1.3`); pictures (`...Png`) are none. */
export function* textsOf(value: unknown, field = ''): Generator<{ field: string; text: string }> {
  if (typeof value === 'string') {
    if (!field.endsWith('Png')) yield { field, text: value }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value))
      yield* textsOf(item, field === '' ? key : `${field}.${key}`)
  }
}

/** Every unit of a snapshot that no font prints. */
export function missingGlyphs(snapshot: object, cover: (text: string) => Coverage): MissingGlyph[] {
  return [...textsOf(snapshot)].flatMap(({ field, text }) =>
    cover(text).missing.map((unit) => ({ ...unit, field })),
  )
}
