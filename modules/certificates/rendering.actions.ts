import {
  MissingGlyphs,
  RendererBusy,
  RendererGone,
  RenderTimeout,
  TextOverflow,
} from '@open-bcl/platform/pdf/pdf-errors.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { wrongPictures } from './pictures.actions.ts'
import { checkPages } from '@open-bcl/platform/pdf/readback.ts'
import type { RendererBuild } from '@open-bcl/platform/pdf/typst.ts'
import type { Issuing } from './before-freezing.actions.ts'
import type { RefusalCode } from './refusals.ts'
import type { Alarm } from './stops.store.ts'

/** Per page of the document every word in drawing order. */
type Words = readonly (readonly string[])[]
export type Finding = Pick<Alarm, 'finding' | 'mismatches'>
export type Rendering =
  | { readonly kind: 'rendered'; readonly pdf: Uint8Array; readonly build: RendererBuild }
  | {
      readonly kind: 'mismatch'
      readonly pdf: Uint8Array
      readonly build: RendererBuild
      readonly found: Finding
    }
  /** `error` tells a clerk which characters or which field. */
  | { readonly kind: 'failed'; readonly code: RefusalCode; readonly error: Error }

/** A document of its words, read back by other code than made it. Needs no transaction. */
export async function renderDocument(
  issuing: Issuing,
  layoutVersion: string,
  snapshot: object,
  words: Words,
): Promise<Rendering> {
  const build = issuing.engine.rendererBuild()
  try {
    const pdf = await issuing.engine.render(layoutVersion, snapshot, {
      timeoutMs: issuing.renderTimeoutMs,
    })
    const found = checkDocument(pdf, words, snapshot)
    return found === null ? { kind: 'rendered', pdf, build } : { kind: 'mismatch', pdf, build, found }
  } catch (error) {
    if (error instanceof MissingGlyphs) return { kind: 'failed', code: 402, error }
    if (error instanceof TextOverflow) return { kind: 'failed', code: 401, error }
    if (error instanceof RenderTimeout) return { kind: 'failed', code: 505, error }
    if (error instanceof RendererBusy || error instanceof RendererGone)
      return { kind: 'failed', code: 507, error }
    throw error
  }
}

/**
 * Compares a document with the frozen words of every page, and with the frozen pictures where `snapshot` is given (a bundle's parts
 * were compared when they were made); `null` = it shows them and nothing else.
 */
export function checkDocument(pdf: Uint8Array, words: Words, snapshot?: object): Finding | null {
  try {
    const check = checkPages(pdf, words)
    if (!check.ok) return { finding: 'words', mismatches: check.mismatches }
    const pages = snapshot === undefined ? [] : wrongPictures(pdf, snapshot)
    return pages.length === 0
      ? null
      : { finding: 'words', mismatches: pages.map((page) => ({ page, kind: 'picture', word: null })) }
  } catch (error) {
    if (error instanceof UnreadablePdf) return { finding: 'unreadable', mismatches: [] }
    throw error
  }
}
