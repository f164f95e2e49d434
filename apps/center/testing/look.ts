import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** Where pictures of the screens go when somebody wants to look (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
export const sizes = [
  { width: 1280, height: 800 },
  { width: 375, height: 740 },
] as const

/** Both sizes: nothing wider than the screen; a picture where wished for; nothing that axe finds. */
export async function lookAt(page: Page, name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    // A telephone begins with its menu closed.
    const menu = page.getByRole('button', { name: 'メニュー', expanded: true })
    if (size.width < 1024 && (await menu.isVisible())) await menu.click()
    const [wide, view] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )
    if (shots !== undefined) {
      await mkdir(shots, { recursive: true })
      await page.screenshot({ path: path.join(shots, `${name}-${size.width}.png`), fullPage: true })
    }
    assert.ok(wide <= view, `${name} at ${size.width}: ${wide} wide`)
  }
  await page.setViewportSize(sizes[0])
  const closed = page.getByRole('button', { name: 'メニュー', expanded: false })
  if (await closed.isVisible()) await closed.click()
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' ')}`),
    [],
    name,
  )
}
