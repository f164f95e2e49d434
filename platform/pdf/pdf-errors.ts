import type { UnprintableUnit } from './coverage.ts'

/** A unit that no font prints, and the snapshot field it stands in (`municipality.mayorName`, `additional1.3`). */
export type MissingGlyph = UnprintableUnit & { readonly field: string }

/** 未登録外字: refused before rendering. The units are personal data: show them to the clerk, never log them. */
export class MissingGlyphs extends Error {
  override readonly name = 'MissingGlyphs'
  readonly units: readonly MissingGlyph[]
  constructor(units: readonly MissingGlyph[]) {
    super(`${units.length} character(s) have no glyph`)
    this.units = units
  }
}

/** 文字溢れ: the field does not fit its box even at the smallest size. */
export class TextOverflow extends Error {
  override readonly name = 'TextOverflow'
  /** Snapshot field, `headName` or `additional1.3`. */
  readonly field: string
  constructor(field: string) {
    super(`text does not fit: ${field}`)
    this.field = field
  }
}

/** The time was up. The work is thrown away with its worker; nothing of it can arrive later. */
export class RenderTimeout extends Error {
  override readonly name = 'RenderTimeout'
  constructor(timeoutMs: number) {
    super(`not rendered within ${timeoutMs} ms`)
  }
}

/** More is waiting than the engine was told to hold; the caller answers 503. */
export class RendererBusy extends Error {
  override readonly name = 'RendererBusy'
  constructor(waiting: number) {
    super(`${waiting} documents are waiting`)
  }
}

/** The worker died (or the engine was closed) with this document in its hands. */
export class RendererGone extends Error {
  override readonly name = 'RendererGone'
}

/** The layout itself is wrong. Quoted text is cut out of the renderer's words: it may be a person's. */
export class LayoutFailed extends Error {
  override readonly name = 'LayoutFailed'
}
