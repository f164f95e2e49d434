import {
  judge,
  scan,
  verdictTitles,
  type PaperRecord,
  type TownKeys,
  type Verdict,
} from '../verification-verdict.ts'
import type { PageDrawing } from '../verification.ts'

/** Not by colour alone: a sign before the words. */
const signs = { genuine: '○', unconfirmed: '△', withdrawn: '×', altered: '×', unknown: '？' } as const

/** Chrome on Android has a reader of its own; every other browser gets ours when somebody hands in a photograph. */
type Detector = { detect(image: ImageBitmap): Promise<{ rawValue: string }[]> }
type DetectorMaker = new (options: { formats: string[] }) => Detector

/**
 * The public page `/verify`, without React: it has to be quick on a cheap phone. Nothing of the code leaves the phone but the
 * town and the transaction id, and nothing of it stays behind.
 */
export function startVerifying(): void {
  const text = find('text') as HTMLTextAreaElement
  find('paste').addEventListener('submit', (event) => {
    event.preventDefault()
    void show(text.value)
  })
  const picture = find('picture') as HTMLInputElement
  picture.addEventListener('change', () => {
    const file = picture.files?.[0]
    if (file) void showPicture(file)
  })
  addEventListener('hashchange', takeFragment)
  takeFragment()
}

/** The code names a person: it must not stand in the history of a phone that others use, too. */
function takeFragment(): void {
  const { hash } = location
  if (hash.length < 2) return
  history.replaceState(null, '', location.pathname)
  void show(hash)
}

/** Of several answers on their way only the last one asked for is shown. */
let asked = 0

async function show(text: string): Promise<void> {
  const mine = ++asked
  tell('確かめています…', '', null)
  const verdict = await verdictOf(text)
  if (mine === asked) tell(`${signs[verdict.kind]} ${verdictTitles[verdict.kind]}`, verdict.ja, verdict)
}

async function showPicture(file: File): Promise<void> {
  const mine = ++asked
  tell('写真を読み取っています…', '', null)
  const text = await textInPicture(file)
  if (mine !== asked) return
  if (text !== null) await show(text)
  else
    tell(
      '？ 読み取れませんでした',
      '写真の中に二次元コードが見つかりません。明るい所で、二次元コードを大きく、真上から写してください。',
      null,
    )
}

/** Longer sides to look at, pixels: that of most sheets first, then sharper, then coarser where a phone's noise is in the way. */
const SIDES = [1_600, 3_000, 900]

async function textInPicture(file: File): Promise<string | null> {
  const image = await createImageBitmap(file).catch(() => null)
  if (image === null) return null
  const DetectorOf = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector
  if (DetectorOf) {
    const detector = new DetectorOf({ formats: ['qr_code'] })
    const [found] = await detector.detect(image).catch(() => [])
    if (found) return found.rawValue
  }
  const { decodeQR } = await import('qr/decode.js')
  const canvas = document.createElement('canvas')
  const drawing = canvas.getContext('2d', { willReadFrequently: true })!
  for (const side of SIDES) {
    const scale = Math.min(1, side / Math.max(image.width, image.height))
    canvas.width = Math.round(image.width * scale)
    canvas.height = Math.round(image.height * scale)
    drawing.drawImage(image, 0, 0, canvas.width, canvas.height)
    const { data, width, height } = drawing.getImageData(0, 0, canvas.width, canvas.height)
    try {
      return decodeQR({ data, width, height }, { effort: 8, timeLimit: 2_000 })
    } catch {
      // Not found at this size.
    }
  }
  return null
}

async function verdictOf(text: string): Promise<Verdict> {
  const scanned = scan(text)
  if (scanned.kind === 'none') return scanned.verdict
  const { municipalityCode, transactionId } = scanned.code
  const town = await get<TownKeys>(`/api/verify/keys/${municipalityCode}`)
  if (town === 'silent') {
    return {
      kind: 'unknown',
      ja: '通信できないため、確かめられませんでした。しばらくしてから、もう一度お試しください。',
      said: null,
    }
  }
  const offline = await judge(scanned, town, null)
  // What no town has signed is not asked about.
  if (offline.kind === 'altered' || town === null) return offline
  const record = await get<PaperRecord>('/api/verify/paper', { municipalityCode, transactionId })
  return record === null || record === 'silent' ? offline : await judge(scanned, town, record)
}

/** `null` = there is none, `silent` = no answer. */
async function get<T>(url: string, body?: object): Promise<T | null | 'silent'> {
  try {
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
      credentials: 'omit',
      cache: 'no-store',
    })
    if (answer.status === 404 || answer.status === 400) return null
    return answer.ok ? ((await answer.json()) as T) : 'silent'
  } catch {
    return 'silent'
  }
}

function tell(title: string, words: string, verdict: Verdict | null): void {
  const result = find('result')
  const heading = find('result-title')
  result.hidden = false
  result.dataset['kind'] = verdict?.kind ?? ''
  heading.textContent = title
  find('result-words').textContent = words
  find('result-page').replaceChildren(...(verdict?.said ? pageOf(verdict.said) : []))
  // A screen reader says the heading that the focus comes to, and goes on from there.
  if (words !== '') heading.focus()
}

function pageOf({ code, page, municipalityName }: NonNullable<Verdict['said']>): HTMLElement[] {
  const facts = element('dl', 'verify-facts')
  const rows: readonly (readonly [string, string])[] = [
    ['発行した団体', municipalityName],
    ['交付した日', code.issuedOn.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日')],
    ['発行番号', page.issueNo],
    ['取引番号', code.transactionId.replace(/.{4}(?=.)/g, '$& ')],
    ['部・ページ', `${code.copies}部のうち${code.copy}部目、${code.pages}ページのうち${code.page}ページ目`],
  ]
  for (const [name, value] of rows) facts.append(element('dt', '', name), element('dd', '', value))
  const list = element('ol', 'verify-words')
  list.setAttribute('aria-label', 'このページの記載')
  list.append(...page.words.filter((word) => word !== '').map((word) => element('li', '', word)))
  const omitted = `このページの残り${page.omitted}項目は、二次元コードに入りきらないため表示できません。必要なときは、発行した団体に問い合わせてください。`
  return [
    facts,
    element('h3', '', '紙に印刷された内容'),
    element('p', 'small quiet', '異体字は、この機器の文字では違う形に見えることがあります。'),
    list,
    ...(page.drawing ? drawingOf(page.drawing) : []),
    ...(page.omitted > 0 ? [element('p', '', omitted)] : []),
  ]
}

/** 印影, as coarse as it is in the code. */
function drawingOf({ width, height, bits }: PageDrawing): HTMLElement[] {
  const canvas = document.createElement('canvas')
  canvas.className = 'verify-drawing'
  canvas.width = width
  canvas.height = height
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', '署名された印影の縮小図')
  const ink = canvas.getContext('2d')
  for (let at = 0; at < width * height; at++)
    if ((bits[at >> 3]! & (0x80 >> (at & 7))) !== 0) ink?.fillRect(at % width, Math.floor(at / width), 1, 1)
  const words = '署名された印影を粗くしたものです。紙の印影と形が同じであることを確かめてください。'
  return [element('h3', '', '印影'), element('p', '', words), canvas]
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.textContent = text
  return made
}

function find(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`verify.html has no #${id}`)
  return found
}
