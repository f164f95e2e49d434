import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Page } from 'playwright-core'
import { createEnrolmentCode } from '@open-bcl/modules/center/enrolment.actions.ts'
import { languages, type Lang } from '@open-bcl/modules/center/web/words/words.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { post, testCenter, type TestCenter } from './center.ts'

/** Where pictures of the screens go when somebody wants to look (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']

/** A kiosk's own screen, and a counter terminal or laptop. */
export const viewports = [
  { width: 1080, height: 1920 },
  { width: 1280, height: 800 },
] as const

/** The real centre with a browser in front of it, as one machine that was enrolled once. */
export type KioskPage = {
  readonly center: TestCenter
  readonly page: Page
  /** What the browser complained of. */
  readonly said: readonly string[]
  press(name: string | RegExp): Promise<void>
  heading(name: string): Promise<void>
  insertCard(cardId: string): Promise<void>
  removeCard(): Promise<void>
  /** Lets the page's own clock run ahead: paper comes out at once. */
  ahead(ms: number): Promise<void>
  /**
   * Both sizes of screen: nothing wider than it, nothing cut, no button too low for a finger; a picture where wished for.
   * @param accessible also asks axe, which takes its time
   */
  look(name: string, accessible?: boolean): Promise<void>
  close(): Promise<void>
}

export async function openKioskPage(usage: 'kiosk' | 'counter' = 'kiosk'): Promise<KioskPage> {
  const center = await testCenter(true)
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const context = await browser.newContext({ viewport: viewports[0], locale: 'ja-JP' })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const said: string[] = []
  page.on('pageerror', (error) => said.push(error.message))
  page.on('console', (line) => {
    // The last line is axe's, which looks whether it may evaluate.
    const text = line.text()
    if (line.type() === 'error' && !text.startsWith(" Note that 'script-src'")) said.push(text)
  })
  // The voice of the machine: recorded, since a test machine has none.
  await page.addInitScript(`globalThis.spoken = []
    globalThis.rang = 0
    speechSynthesis.getVoices = () => ['ja-JP', 'en-US', 'zh-CN', 'vi-VN'].map((lang) => ({ lang, localService: true }))
    speechSynthesis.speak = (utterance) => { spoken.push(utterance.text) }
    globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (...at) { globalThis.rang += 1; return start.apply(this, at) }`)
  await page.clock.install()
  await page.goto(`${center.origin}/kiosk`)

  const kiosk: KioskPage = {
    center,
    page,
    said,
    press: (name) => page.getByRole('button', { name, exact: true }).click(),
    heading: (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor(),
    insertCard: async (cardId) => void (await post(`${center.cardsUrl}/insert`, { cardId })),
    removeCard: async () => void (await post(`${center.cardsUrl}/remove`, {})),
    ahead: (ms) => page.clock.fastForward(ms),
    async look(name, accessible = false) {
      for (const viewport of viewports) {
        await page.setViewportSize(viewport)
        if (shots !== undefined) {
          await mkdir(shots, { recursive: true })
          await page.screenshot({ path: path.join(shots, `${name}-${viewport.width}.png`) })
        }
        assert.deepEqual(await faults(page), [], `${name} at ${viewport.width}`)
      }
      await page.setViewportSize(viewports[0])
      if (!accessible) return
      const { violations } = await new AxeBuilder({ page }).disableRules(['page-has-heading-one']).analyze()
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
        [],
        name,
      )
    },
    async close() {
      await browser.close()
      await center.close()
    },
  }
  const about = { kioskId: 'kiosk-1', operator: '試験', name: '1号機', place: '飛騨市役所1階' }
  const code = await createEnrolmentCode(center.database.app, about, new Date())
  await inCenter(center.database.app, (tx) => tx.sql('update center.kiosk set usage = $1', [usage]))
  await kiosk.heading('端末の登録')
  await kiosk.look('00-enrol')
  await page.keyboard.type(code.replaceAll('-', ''))
  await kiosk.press('登録')
  await kiosk.heading('いらっしゃいませ')
  return kiosk
}

/** As text: this file knows no browser types. */
async function faults(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`(() => {
    const found = []
    const wide = document.documentElement.scrollWidth - window.innerWidth
    if (wide > 0) found.push('wider than the screen by ' + wide)
    for (const node of document.querySelectorAll('button')) {
      const { height, left, right } = node.getBoundingClientRect()
      if (height === 0) continue
      const name = node.innerText
      if (height < 88 && !node.closest('.manners')) found.push('a finger misses ' + name)
      if (left < 0 || right > window.innerWidth) found.push('beyond the screen: ' + name)
      if (node.scrollWidth > node.clientWidth + 1) found.push('cut off: ' + name)
    }
    return found
  })()`)
}

/** Whatever a test left behind, the next one begins at the first screen. */
export async function toTop(kiosk: KioskPage): Promise<void> {
  const title = kiosk.page.getByRole('heading', { level: 1, name: 'いらっしゃいませ', exact: true })
  if (await title.isVisible()) return
  await kiosk.removeCard()
  for (let tries = 0; tries < 2; tries++) {
    await kiosk.page.reload()
    await kiosk.page.locator('h1').waitFor()
  }
  await title.waitFor()
}

/** Presses through to the kinds of certificates: consent, card, town, PIN, card back. */
export async function toKinds(kiosk: KioskPage, cardId: string, lang: Lang = 'ja'): Promise<void> {
  const { words } = languages[lang]
  await toPin(kiosk, cardId, lang)
  await kiosk.page.keyboard.type('1234')
  await kiosk.press(words.confirm)
  await kiosk.heading(words.removeCard.title)
  await kiosk.removeCard()
  await kiosk.heading(words.kind.title)
}

export async function toPin(kiosk: KioskPage, cardId: string, lang: Lang = 'ja'): Promise<void> {
  const { words } = languages[lang]
  await kiosk.page.locator('.huge').click()
  await kiosk.press(words.notice.agree)
  await kiosk.heading(words.card.title)
  await kiosk.insertCard(cardId)
  await kiosk.press('岐阜県')
  await kiosk.press('飛騨市')
  await kiosk.heading(words.pin.title)
}
