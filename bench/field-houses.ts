import type { CDPSession, Page } from 'playwright-core'
import { inTheField, rowsThere, SLOWER, type Phone } from './support/field-phone.ts'
import { report, type BenchOptions } from './result.ts'

/**
 * Ten thousand assigned houses in the survey app, on the processor of a cheap phone: opened, searched, scrolled and looked at on the
 * map. Two times for each: from the finger to the picture, which hangs on what else this machine does, and what the page's main
 * thread computed, which does not.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const houses = rows ?? 10_000
  await inTheField(houses, async ({ phone }) => {
    const worst = await useAll(phone, houses)
    report({
      name: 'field-houses',
      data: `${houses} assigned houses on a processor ${SLOWER} × as slow; the slowest tap: ${worst.name}`,
      ...{ figure: worst.computed, unit: 'ms computed', reference: null, ratio: null },
    })
  })
}

type Seen = { readonly name: string; readonly computed: number }

/** What a surveyor does with ten thousand houses; each by the time from the finger to the picture. */
async function useAll(phone: Phone, houses: number): Promise<Seen> {
  const { page, cdp, look } = phone
  const context = page.context()
  const tap = (name: string | RegExp) => () => page.getByRole('button', { name, exact: true }).tap()
  const seen: Seen[] = []
  const lap = async (name: string, act: () => Promise<unknown>, there: string): Promise<void> => {
    const { ms, computed } = await look.lap(act, there)
    seen.push({ name, computed })
    console.log(`${name}: ${ms.toFixed(0)} ms, ${computed.toFixed(0)} computed`)
  }
  console.log(
    `enrolled, ${houses} houses fetched on 10 Mbit/s and shown: ${(phone.enrolMs / 1_000).toFixed(1)} s`,
  )
  await context.setOffline(true)
  await page.reload()
  await look.begin()
  console.log(`PIN to the list, without signal: ${(await phone.unlock()).toFixed(0)} ms`)
  await page.locator('.field-search input').tap()
  await look.typed('search, each key', () =>
    page.locator('.field-search input').pressSequentially('丁目12番', { delay: 250 }),
  )
  await look.typed('search, each key taken back', async () => {
    for (let i = 0; i < 5; i++) await page.keyboard.press('Backspace', { delay: 200 })
  })
  const list = page.locator('.field-list')
  await list.scrollIntoViewIfNeeded()
  const box = (await list.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await look.moving('scroll of the list', async () => {
    for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 500)
  })
  const top = await page.evaluate<number>(`document.querySelector('.field-list').scrollTop`)
  await lap(
    'a house',
    () => page.locator('.field-list li button').nth(8).tap(),
    `document.querySelector('.field-actions')`,
  )
  await lap('a new sheet', tap('調査票を記入する'), `document.querySelector('fieldset')`)
  await look.typed('words in a sheet, each key', () =>
    page.getByLabel('立会者').pressSequentially('計測花子計測', { delay: 300 }),
  )
  await lap('closing the sheet', tap(/途中で閉じる/), `document.querySelector('.field-camera')`)
  await lap('back to the list', tap('← 一覧に戻る'), rowsThere)
  const back = await page.evaluate<number>(`document.querySelector('.field-list').scrollTop`)
  console.log(`the list stood at ${Math.round(top)} px, and afterwards at ${Math.round(back)} px`)
  await lap(
    'nearest first',
    tap('近い順にする'),
    `document.querySelector('.field-list li')?.textContent.includes('約')`,
  )
  await lap('the map', tap('地図'), `document.querySelector('canvas')`)
  await lap('the map, larger', tap('地図を拡大'), 'true')
  await look.moving('dragging the map', () => drag(page, cdp))
  await lap('the map, smaller', tap('地図を縮小'), 'true')
  await look.moving('dragging the whole map', () => drag(page, cdp))
  await lap('a point of the map', () => page.locator('canvas').tap({ position: { x: 160, y: 200 } }), 'true')
  await lap('back to the list from the map', tap('一覧'), rowsThere)
  await context.setOffline(false)
  await look.moving('the list while the houses are fetched anew', async () => {
    await page.getByRole('button', { name: '調査対象を更新する' }).tap()
    await page.getByRole('button', { name: '更新しています…' }).waitFor()
    await page.getByRole('button', { name: '調査対象を更新する' }).waitFor()
  })
  return seen.toSorted((one, other) => other.computed - one.computed)[0]!
}

/** A finger that draws a circle for two seconds. */
async function drag(page: Page, cdp: CDPSession): Promise<void> {
  const box = (await page.locator('canvas').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points })
  await touch('touchStart', [{ x, y }])
  for (let i = 1; i <= 100; i++)
    await touch('touchMove', [{ x: x + 90 * Math.sin(i / 16), y: y + 90 * Math.sin(i / 11) }])
  await touch('touchEnd', [])
}
