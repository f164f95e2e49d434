import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { drawOn, pictureOf, sidesOf } from '@open-bcl/ui/scan-sides.ts'
import { exchangeKinds } from '../../certificates/exchange.contract.ts'
import { openBackPage } from '../backpage.contract.ts'
import { codeReader } from '@open-bcl/core/picture/code-reader.ts'
import { decodeBackPage, decodedTitles, type Answered, type DecodedBackPage } from '../decode.ts'
import { unpackInk } from '../ink-coder.ts'
import type { OpenedFront } from '../payload.ts'

/** Not by colour alone: a sign before the words. */
const signs: Readonly<Record<DecodedBackPage['kind'], string>> = {
  genuine: '○',
  revoked: '×',
  altered: '×',
  'not-ours': '×',
  few: '？',
  nothing: '？',
  silent: '？',
}
/** Sides of paper that are looked at; a scanner may put both into one file. */
const MOST_SIDES = 6

/**
 * The public page `/backpage`, without React: it has to be quick on any machine. Pictures never leave the machine; the centre is
 * told the bytes that stand in clear on the paper and nothing else.
 */
export function startDecoding(): void {
  const files = find('sides') as HTMLInputElement
  const drop = find('drop')
  files.addEventListener('change', () => void show([...(files.files ?? [])]))
  drop.addEventListener('dragover', (event) => {
    event.preventDefault()
    drop.dataset['over'] = 'yes'
  })
  drop.addEventListener('dragleave', () => delete drop.dataset['over'])
  drop.addEventListener('drop', (event) => {
    event.preventDefault()
    delete drop.dataset['over']
    void show([...(event.dataTransfer?.files ?? [])])
  })
  find('turn').addEventListener('click', () => {
    const canvas = find('scanned') as HTMLCanvasElement
    drawOn(canvas, turned(canvas))
  })
  const zoom = find('zoom') as HTMLInputElement
  zoom.addEventListener('input', () => find('compare').style.setProperty('--zoom', `${zoom.value}%`))
}

const readCodes = codeReader({ url: wasmUrl })

/** Of several wishes on their way only the last one is shown. */
let asked = 0

async function show(files: readonly File[]): Promise<void> {
  if (files.length === 0) return
  const mine = ++asked
  tell('読み取っています…', '画像の大きさによって、10秒ほどかかることがあります。', '')
  // The words are on the screen before the work begins.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  const sides: HTMLCanvasElement[] = []
  for (const file of files) sides.push(...(await sidesOf(file, MOST_SIDES - sides.length)))
  if (mine !== asked) return
  if (sides.length === 0) {
    tell(
      '？ 開けませんでした',
      'JPEG・PNG・PDFの画像を入れてください。壊れているか、別の形式のファイルです。',
      'nothing',
    )
    return
  }
  let best: { readonly verdict: DecodedBackPage; readonly side: number } | null = null
  for (const [side, canvas] of sides.entries()) {
    const verdict = await decodeBackPage(pictureOf(canvas), readCodes, askCentre)
    if (best === null || verdict.kind !== 'nothing') best = { verdict, side }
    if (verdict.kind !== 'nothing' && verdict.kind !== 'few') break
  }
  if (mine !== asked || best === null) return
  const { verdict, side } = best
  const front = sides.find((_, i) => i !== side)
  tell(`${signs[verdict.kind]} ${decodedTitles[verdict.kind]}`, verdict.ja, verdict.kind)
  showFront(verdict.opened, front ?? null)
}

async function askCentre(wish: string): Promise<Answered> {
  try {
    const answer = await fetch(openBackPage.path, {
      method: openBackPage.method,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ asked: wish }),
      credentials: 'omit',
      cache: 'no-store',
    })
    if (answer.status === 404 || answer.status === 400) return 'not-ours'
    return answer.ok ? openBackPage.output.parse(await answer.json()) : 'silent'
  } catch {
    return 'silent'
  }
}

/** A quarter to the right. */
function turned(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const turning = document.createElement('canvas')
  turning.width = canvas.height
  turning.height = canvas.width
  const pen = turning.getContext('2d')!
  pen.translate(turning.width, 0)
  pen.rotate(Math.PI / 2)
  pen.drawImage(canvas, 0, 0)
  return turning
}

function tell(title: string, words: string, kind: string): void {
  const result = find('result')
  result.hidden = false
  result.dataset['kind'] = kind
  find('facts').replaceChildren()
  find('compare').hidden = true
  find('result-words').textContent = words
  const heading = find('result-title')
  heading.textContent = title
  // A screen reader says the heading that the focus comes to, and goes on from there.
  if (kind !== '') heading.focus()
}

function showFront(opened: OpenedFront | null, scanned: HTMLCanvasElement | null): void {
  if (!opened) return
  const { facts, front, header } = opened
  const rows: readonly (readonly [string, string])[] = [
    ['証明書', (exchangeKinds as Readonly<Record<string, { ja: string }>>)[facts.kind]?.ja ?? facts.kind],
    ['団体コード', facts.municipalityCode],
    ['裏面を作った日時', facts.madeAt.toLocaleString('ja-JP', { timeZone: 'Asia/Tokyo' })],
    ['ページ', `${header.pages}ページのうち${header.page}ページ目`],
    ['画像の細かさ', `${front.dpi}dpi${front.dpi < 100 ? '（細かい字は読めないことがあります）' : ''}`],
  ]
  find('facts').replaceChildren(
    ...rows.flatMap(([name, value]) => [element('dt', name), element('dd', value)]),
  )
  const { width, height, ink } = unpackInk(front.packed, front.width, front.height)
  const canvas = find('decoded') as HTMLCanvasElement
  canvas.width = width
  canvas.height = height
  const image = new ImageData(width, height)
  ink.forEach((pixel, i) => image.data.set(pixel === 1 ? [0, 0, 0, 255] : [255, 255, 255, 255], 4 * i))
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  find('compare').hidden = false
  find('scanned-part').hidden = scanned === null
  find('scanned-missing').hidden = scanned !== null
  if (scanned) drawOn(find('scanned') as HTMLCanvasElement, scanned)
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

function find(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`backpage.html has no #${id}`)
  return found
}
