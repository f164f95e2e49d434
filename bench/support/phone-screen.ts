import type { CDPSession, Page } from 'playwright-core'
import { quantile } from '../result.ts'

/** In the page: how long after a touch something stood on the screen, how long keys took, and how far apart the frames were. */
const WATCH = `(() => {
  const watch = { keys: [], frames: [], long: [] }
  window.watch = watch
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.name === 'keydown' || one.name === 'input') watch.keys.push(one.duration)
  }).observe({ type: 'event', durationThreshold: 16 })
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) watch.long.push(one.duration)
  }).observe({ type: 'longtask' })
  let last = null
  const frame = (now) => {
    if (last !== null) watch.frames.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  window.lap = (there) => new Promise((done) => {
    let began = null
    addEventListener('click', (event) => { began ??= event.timeStamp }, { capture: true, once: true })
    const look = () => {
      if (began === null || !there()) return requestAnimationFrame(look)
      // Once more: what this frame draws is on the screen with the next.
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
    }
    requestAnimationFrame(look)
  })
})()`

export type Look = {
  /** After a page was loaded anew. */
  begin(): Promise<void>
  /** From the touch in `act` until `there` (an expression of the page) holds and is drawn, and what the main thread computed, ms. */
  lap(act: () => Promise<unknown>, there: string): Promise<{ readonly ms: number; readonly computed: number }>
  /** Says how long each key took from the finger to the picture. */
  typed(name: string, act: () => Promise<unknown>): Promise<void>
  /** Says how far apart the frames were. */
  moving(name: string, act: () => Promise<unknown>): Promise<void>
  /** Says how far apart the frames were since it began. */
  tell(name: string): Promise<void>
}

export async function lookIn(page: Page, cdp: CDPSession): Promise<Look> {
  // Of the processor, not of the clock: other work of the machine is not in it.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const computed = async (): Promise<number> => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000
  }

  const begin = async (): Promise<void> => {
    await page.evaluate(WATCH)
  }
  const forget = () => page.evaluate('watch.keys.length = watch.frames.length = watch.long.length = 0')
  const tell = async (name: string): Promise<void> => {
    const { frames, long } = await page.evaluate<{ frames: number[]; long: number[] }>('watch')
    console.log(
      `${name}: ${frames.length} frames, p50 ${quantile(frames, 0.5).toFixed(0)} ms, p95 ${quantile(frames, 0.95).toFixed(0)} ms, longest ${Math.max(...frames).toFixed(0)} ms; the longest task ${Math.max(0, ...long).toFixed(0)} ms`,
    )
  }
  await begin()
  return {
    begin,
    async lap(act, there) {
      const before = await computed()
      const done = page.evaluate<number>(`lap(() => ${there})`)
      await act()
      const ms = await done
      return { ms, computed: (await computed()) - before }
    },
    async typed(name, act) {
      await forget()
      await act()
      await page.evaluate('new Promise((done) => setTimeout(done, 500))')
      const { keys } = await page.evaluate<{ keys: number[] }>('watch')
      // A key that took less than 16 ms is not told of.
      const all = keys.length === 0 ? [16] : keys
      console.log(
        `${name}: at most ${Math.max(...all).toFixed(0)} ms, median ${quantile(all, 0.5).toFixed(0)} ms`,
      )
    },
    async moving(name, act) {
      await forget()
      const [before, began] = [await computed(), performance.now()]
      await act()
      const busy = ((await computed()) - before) / (performance.now() - began)
      await tell(`${name}, main thread busy ${(100 * busy).toFixed(0)} %`)
    },
    tell,
  }
}
