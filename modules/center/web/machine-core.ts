import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { CardError } from '../card-dialogue.ts'
import { cardUnreadableCode } from '../card-refusals.ts'
import * as contract from '../kiosk.contract.ts'
import type { PayoutView, Refusal } from '../kiosk.contract.ts'
import { testKioskConnection } from '../registry.contract.ts'
import { CardGone, cardBridge, unreachable, type CardBridge } from './card-bridge.ts'
import { fetchConfig, kioskClient, KioskProblem, type KioskClient, type KioskConfig } from './kiosk-client.ts'
import { CoinBox } from './coin-box.ts'
import { loadKey, makeKey, saveKey } from './kiosk-key.ts'
import {
  noVisit,
  usualManner,
  type KioskState,
  type Manner,
  type Screen,
  type StopText,
  type Visit,
} from './kiosk-visit.ts'
import { hasPrinter, printAt, type Paper, type Printed } from './printer.ts'
import type { Words } from './words/ja.ts'
import { problemKey } from './words/words.ts'

const pollCardMs = 600
const keepEveryMs = 25_000

type EndWhy = InputOf<typeof contract.endSession>['why']

/**
 * What every screen of the machine stands on: its state, its talk with centre and card, its watch over silence, and how a
 * person's session ends. Whatever belongs to the person is in `visit`; nothing is written to any storage but the
 * machine's own key.
 */
export class MachineCore {
  protected state: KioskState = {
    screen: { name: 'starting' },
    machine: null,
    hours: null,
    manner: usualManner,
    demonstration: false,
    busy: null,
    trouble: null,
    payouts: [],
    cardPresent: false,
    endsInSeconds: null,
    visit: noVisit,
  }
  readonly #listeners = new Set<() => void>()
  protected client: KioskClient | null = null
  #config: KioskConfig | null = null
  protected readonly coins = new CoinBox()
  /** The window that shows the simulated paper; it goes with its person. */
  protected paper: Window | null = null
  #bridge: CardBridge | null = null
  #touchedAt = Date.now()
  protected keptAt = Date.now()
  /** Counts visits: an answer that comes after its person left belongs to nobody. */
  protected visitNo = 0

  readonly getState = (): KioskState => this.state
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  protected set(change: Partial<KioskState>): void {
    this.state = { ...this.state, ...change }
    for (const listener of this.#listeners) listener()
  }

  protected go(screen: Screen, visit: Partial<Visit> = {}): void {
    this.set({ screen, visit: { ...this.state.visit, ...visit } })
  }

  /** Runs one step of the person's way; what fails is said, and what comes too late is dropped. */
  protected async run(
    busy: keyof Words['busy'],
    work: (here: () => boolean) => Promise<void>,
  ): Promise<void> {
    if (this.state.busy !== null) return
    const visitNo = this.visitNo
    const here = (): boolean => visitNo === this.visitNo
    this.set({ busy, trouble: null })
    try {
      await work(here)
    } catch (error) {
      if (here()) this.fail(error, () => void this.run(busy, work))
    } finally {
      if (here()) this.set({ busy: null })
    }
  }

  protected fail(error: unknown, again: () => void): void {
    this.set({ busy: null })
    if (error instanceof CardGone) {
      this.go({ name: 'place-card', words: 'lifted' }, { insertionId: null })
      return
    }
    if (error instanceof CardError) {
      void this.stopWith({ kind: 'stop', key: 'unreadable' }, cardUnreadableCode)
      return
    }
    if (!(error instanceof KioskProblem)) {
      void this.stopWith({ kind: 'stop', key: 'failed' }, null)
      return
    }
    const { type, title } = error
    const key = problemKey(type)
    const mayRetry = key === 'silent' || key === 'issuerUnreachable' || key === 'busy'
    if (type === 'center/unknown-kiosk') this.go({ name: 'enrol', error: title })
    else if (mayRetry) this.set({ trouble: { key, again } })
    else void this.stopWith({ kind: 'problem', key }, null)
  }

  protected async stopWith(text: StopText, code: number | null): Promise<void> {
    const visitNo = this.visitNo
    await this.end('user')
    if (visitNo !== this.visitNo - 1) return
    this.last({ name: 'stopped', text, code })
  }

  protected async refused(refusal: Refusal): Promise<void> {
    const { code, words: sentence } = refusal
    await this.stopWith({ kind: 'refusal', key: 'refused', code, sentence }, code)
  }

  protected async call(): Promise<KioskClient> {
    if (this.client === null) throw new KioskProblem('center/unknown-kiosk', '端末が登録されていません', '')
    return this.client
  }

  /** Power on: configuration, key, and the money an earlier person is still owed. */
  async start(): Promise<void> {
    try {
      const config = await fetchConfig()
      this.#config = config
      this.#bridge = cardBridge(config.cardBridgeUrl)
      this.set({ hours: config.hours })
      if (location.origin !== config.centerOrigin) {
        const words = `${config.centerOrigin}/kiosk を開いてください。`
        this.go({ name: 'out-of-order', title: 'この住所では使えません', words })
        return
      }
      const pair = await loadKey()
      if (pair === null) {
        this.go({ name: 'enrol', error: null })
        return
      }
      this.client = await kioskClient(config.centerOrigin, pair)
      await this.#recover()
    } catch (error) {
      if (error instanceof KioskProblem && error.type === 'center/unknown-kiosk') {
        this.go({ name: 'enrol', error: error.title })
        return
      }
      if (error instanceof KioskProblem && error.type === 'center/kiosk-not-admitted') {
        this.go({ name: 'out-of-order', title: error.title, words: error.remedy })
        await this.#testConnection().catch(() => undefined)
        setTimeout(() => void this.start(), 15_000)
        return
      }
      const words = error instanceof KioskProblem ? error.title : '端末を起動できませんでした。'
      this.go({ name: 'out-of-order', title: 'ただいまご利用いただけません', words })
      setTimeout(() => void this.start(), 5_000)
    }
  }

  /** 接続試験: tells the centre what this machine finds about itself; it is not served before (`registry.contract.ts`). */
  async #testConnection(): Promise<void> {
    const call = await this.call()
    const began = performance.now()
    await call(contract.recoverKiosk, {}).catch(() => undefined)
    const roundTripMs = Math.round(performance.now() - began)
    const cardReader = this.#bridge !== null && (await this.#bridge.status()) !== unreachable
    const printer = this.#config !== null && (await hasPrinter(this.#config.cardBridgeUrl))
    await call(testKioskConnection, { cardReader, printer, roundTripMs, program: 'kiosk-page' })
  }

  async #recover(): Promise<void> {
    const call = await this.call()
    const { name, place, usage, payouts } = await call(contract.recoverKiosk, {})
    this.set({ machine: { name, place, usage } })
    await this.handOut(payouts)
    if (payouts.length === 0) this.go({ name: 'top' })
    else this.last({ name: 'stopped', text: { kind: 'stop', key: 'recovered' }, code: null })
  }

  async enrol(code: string): Promise<void> {
    await this.run('enrolling', async () => {
      if (this.#config === null) return
      const pair = await makeKey()
      const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
      const call = await kioskClient(this.#config.centerOrigin, pair)
      try {
        const publicJwk = contract.enrolKiosk.input.shape.publicJwk.parse({ kty, crv, x, y })
        await call(contract.enrolKiosk, { code, publicJwk })
      } catch (error) {
        if (!(error instanceof KioskProblem)) throw error
        this.go({ name: 'enrol', error: `${error.title}。${error.remedy}` })
        return
      }
      await saveKey(pair)
      await this.start()
    })
  }

  /** 中止, or nobody is there any more, or the machine cannot go on. */
  async stop(why: 'user' | 'timeout' | 'paper' | 'jam'): Promise<void> {
    const counter = this.state.machine?.usage === 'counter'
    await this.end(why === 'jam' ? 'machine' : why)
    const key = why === 'paper' && counter ? 'deskPaper' : why
    this.last({ name: 'stopped', text: { kind: 'stop', key }, code: null })
  }

  /** The last screen of a way; money that cannot come out goes before it. */
  protected last(screen: Screen): void {
    // Also who was away for a while may read it to the end.
    this.#touchedAt = Date.now()
    if (this.coins.jammed) this.go({ name: 'jammed', owed: this.#owed })
    else this.go(screen)
  }

  /** From a last screen back to the first one; a card that still lies there is asked for first. */
  home(): void {
    this.set({ payouts: [], demonstration: false, manner: usualManner })
    this.go({ name: this.state.cardPresent ? 'card-left' : 'top' })
    // The page keeps the drawing before the present one: two more, and nothing of the person is in either.
    for (const laterMs of [50, 100]) setTimeout(() => this.set({}), laterMs)
  }

  /** Ends the session, gives money back and forgets the person, whatever the network does. */
  protected async end(why: EndWhy): Promise<void> {
    const { sessionId, pdf } = this.state.visit
    this.visitNo += 1
    if (pdf !== null) for (const url of [pdf.url, pdf.backUrl]) if (url !== null) URL.revokeObjectURL(url)
    this.paper?.close()
    this.paper = null
    this.set({ visit: noVisit, busy: 'ending', trouble: null, endsInSeconds: null })
    try {
      if (sessionId !== null && this.client !== null) {
        const { payouts } = await this.client(contract.endSession, { sessionId, why })
        await this.handOut(payouts)
      }
    } catch {
      // The centre's sweep ends the session; what is owed comes out when the machine hears of it (`recoverKiosk`).
    } finally {
      // The engine keeps the last text that matched a pattern (`RegExp.input`): a transaction id, or a name.
      void /^$/.test('')
      this.set({ busy: null, demonstration: false })
    }
  }

  /** What the centre says is owed, and the jammed box cannot give. */
  #owed: readonly PayoutView[] = []

  /** The coin tray: money comes out, and the centre hears that it did. Of a jammed box nothing comes, and it hears nothing. */
  protected async handOut(payouts: readonly PayoutView[]): Promise<void> {
    if (this.coins.jammed) {
      this.#owed = payouts
      return
    }
    for (const { transactionId, reason, yen } of payouts) {
      this.set({ payouts: [...this.state.payouts, { transactionId, reason, yen }] })
      await this.client?.(contract.confirmPayout, { transactionId, reason })
    }
  }

  /** （模擬）The slot jams while coins lie in it: nothing more is taken, and what is owed waits for somebody of the staff. */
  async jam(): Promise<void> {
    this.coins.jam()
    await this.stop('jam')
  }

  /** （模擬）Somebody of the staff has cleared the slot: now the money comes out. */
  async clearJam(): Promise<void> {
    this.coins.clear()
    const owed = this.#owed
    this.#owed = []
    await this.run('money', () => this.handOut(owed))
    this.last({ name: 'stopped', text: { kind: 'stop', key: 'jam' }, code: null })
  }

  /** Language, size of letters, voice. */
  behave(manner: Partial<Manner>): void {
    this.set({ manner: { ...this.state.manner, ...manner } })
  }

  protected visitIds(): { sessionId: string; insertionId: string; municipalityCode: string } {
    const { sessionId, insertionId, town } = this.state.visit
    if (sessionId === null) throw new KioskProblem('center/session-ended', 'この手続は終了しました', '')
    if (insertionId === null) throw new CardGone()
    return { sessionId, insertionId, municipalityCode: town?.municipalityCode ?? '' }
  }

  protected transaction(): { sessionId: string; transactionId: string } {
    const { sessionId, quote } = this.state.visit
    if (sessionId === null || quote === null) {
      throw new KioskProblem('center/session-ended', 'この手続は終了しました', '')
    }
    return { sessionId, transactionId: quote.transactionId }
  }

  protected async printed(paper: Paper, tray: 'certificate' | 'slip'): Promise<Printed> {
    return await printAt(this.#config?.cardBridgeUrl ?? '', paper, tray)
  }

  protected talk(insertionId: string): ReturnType<CardBridge['talk']> {
    if (this.#bridge === null) throw new CardGone()
    return this.#bridge.talk(insertionId)
  }

  /** A finger or a key: somebody is there. */
  touched(): void {
    this.#touchedAt = Date.now()
    if (this.state.endsInSeconds !== null) this.set({ endsInSeconds: null })
  }

  /** Watches card and silence until the page goes. */
  watch(): () => void {
    const card = setInterval(() => void this.#watchCard(), pollCardMs)
    const idle = setInterval(() => this.#watchSilence(), 1_000)
    return () => {
      clearInterval(card)
      clearInterval(idle)
    }
  }

  async #watchCard(): Promise<void> {
    const { screen, visit } = this.state
    const waits = [
      'place-card',
      'prefecture',
      'town',
      'pin',
      'remove-card',
      'take',
      'slip',
      'applied',
      'stopped',
      'card-left',
    ].includes(screen.name)
    if (!waits || this.#bridge === null) return
    const visitNo = this.visitNo
    const status = await this.#bridge.status()
    if (visitNo !== this.visitNo || this.state.screen !== screen) return
    const present = status !== null && status !== unreachable
    if (present !== this.state.cardPresent) this.set({ cardPresent: present })
    if (screen.name === 'place-card') {
      const words = status === unreachable ? 'noReader' : null
      if (present) this.go({ name: 'prefecture' }, { insertionId: status })
      else if (words !== null && words !== screen.words) this.go({ name: 'place-card', words })
      return
    }
    if (screen.name === 'remove-card') {
      if (status === null) this.go({ name: 'kind' })
      return
    }
    if (screen.name === 'card-left') {
      if (!present) this.go({ name: 'top' })
      return
    }
    const needsCard = ['prefecture', 'town', 'pin'].includes(screen.name)
    if (needsCard && this.state.busy === null && status !== visit.insertionId) {
      this.fail(new CardGone(), () => undefined)
    }
  }

  #watchSilence(): void {
    const { screen, visit, busy, endsInSeconds } = this.state
    if (this.#config === null) return
    const { idleSeconds, idleGraceSeconds } = this.#config
    const silentSeconds = Math.floor((Date.now() - this.#touchedAt) / 1000)
    if (screen.name === 'stopped' || screen.name === 'applied') {
      if (silentSeconds >= idleSeconds) this.home()
      return
    }
    // Somebody chose a language and went away.
    if (screen.name === 'top' && this.state.manner !== usualManner && silentSeconds >= idleSeconds) {
      this.set({ manner: usualManner })
    }
    // While paper comes out nothing ends; and the reminder rings until somebody comes.
    const ends = screen.name !== 'printing' && screen.name !== 'take' && screen.name !== 'slip'
    if (visit.sessionId === null || !ends) return
    if (busy !== null) {
      this.#touchedAt = Date.now()
      return
    }
    const left = idleSeconds + idleGraceSeconds - silentSeconds
    if (left <= 0) void this.stop('timeout')
    else if (left <= idleGraceSeconds && left !== endsInSeconds) this.set({ endsInSeconds: left })
    if (left > idleGraceSeconds && Date.now() - this.keptAt > keepEveryMs) {
      this.keptAt = Date.now()
      this.client?.(contract.keepSession, { sessionId: visit.sessionId }).catch((error: unknown) => {
        if (
          error instanceof KioskProblem &&
          error.type === 'center/session-ended' &&
          this.state.visit === visit
        ) {
          void this.stopWith({ kind: 'problem', key: 'sessionEnded' }, null)
        }
      })
    }
  }
}
