import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { codeReader } from '@open-bcl/core/picture/code-reader.ts'
import { pictureOf } from '@open-bcl/ui/scan-sides.ts'
import { findPaper, type FoundPaper, type OnPaper } from '../paper/reading.ts'
import { LEFT, RIGHT, type PaperBox } from '../paper/paper.ts'

const readCodes = codeReader({ url: wasmUrl })

export async function paperOn(side: HTMLCanvasElement): Promise<FoundPaper> {
  return await findPaper(pictureOf(side), readCodes)
}

/** The strip of the paper on which these boxes stand, with their question, upright enough to be read. */
export function stripOf(side: HTMLCanvasElement, boxes: readonly PaperBox[], onPaper: OnPaper): string {
  const top = Math.min(...boxes.map(({ y }) => y)) - 2
  const [left, right] = [LEFT, RIGHT]
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + 2
  const [from, along, down] = [onPaper(left, top), onPaper(right, top), onPaper(left, bottom)]
  const width = Math.hypot(along.x - from.x, along.y - from.y)
  const height = Math.hypot(down.x - from.x, down.y - from.y)
  const share = Math.min(1, 900 / width)
  const strip = document.createElement('canvas')
  strip.width = Math.max(1, Math.round(width * share))
  strip.height = Math.max(1, Math.round(height * share))
  const pen = strip.getContext('2d')!
  // Turned about the upper left corner: a strip is short enough for what perspective is left.
  pen.scale(share, share)
  pen.rotate(-Math.atan2(along.y - from.y, along.x - from.x))
  pen.translate(-from.x, -from.y)
  pen.drawImage(side, 0, 0)
  return strip.toDataURL('image/jpeg', 0.8)
}
