import type { Page } from 'playwright-core'

/**
 * Collects what our pages throw. Chromium's own viewer of PDFs is a page of its own in ours, and throws 'Assertion failed' when it is
 * left while it still loads: that is not ours.
 */
export function noteErrors(page: Page, into: string[]): void {
  page.on('pageerror', (error) => {
    const viewers =
      error.message === 'Assertion failed' || /chrome(?:-extension)?:\/\//.test(error.stack ?? '')
    if (!viewers) into.push(error.message)
  })
}
