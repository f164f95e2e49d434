import { CardError } from '../card-dialogue.ts'
import { cardUnreadableCode } from '../card-refusals.ts'
import * as contract from '../kiosk.contract.ts'
import type { PayoutView, Refusal } from '../kiosk.contract.ts'
import { CardGone, cardBridge, unreachable, type CardBridge } from './card-bridge.ts'
import { fetchConfig, kioskClient, KioskProblem, type KioskClient, type KioskConfig } from './kiosk-client.ts'
import { loadKey, makeKey, saveKey } from './kiosk-key.ts'
import { noVisit, type KioskState, type Screen, type Visit } from './kiosk-visit.ts'

const pollCardMs = 600
const keepEveryMs = 25_000

type EndWhy = Parameters<MachineCore['stop']>[0]

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
  protected async run(busy: string, work: (here: () => boolean) => Promise<void>): Promise<void> {
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
      this.go(
        { name: 'place-card', words: 'カードが離れました。もう一度置いてください。' },
        { insertionId: null },
      )
      return
    }
    if (error instanceof CardError) {
      void this.stopWith(
        'ご利用いただけないカードです',
        'カードを読み取れませんでした。マイナンバーカードを置き直しても続く場合は、市区町村の窓口にお問い合わせください。',
        cardUnreadableCode,
      )
      return
    }
    if (!(error instanceof KioskProblem)) {
      void this.stopWith('処理を完了できませんでした', 'はじめからやり直してください。', null)
      return
    }
    const { type, title, remedy } = error
    const mayRetry = type === '' || type === 'center/issuer-unreachable' || type === 'platform/busy'
    if (type === 'center/unknown-kiosk') this.go({ name: 'enrol', error: title })
    else if (mayRetry) this.set({ trouble: { title, words: remedy, again } })
    else void this.stopWith(title, remedy, null)
  }

  protected async stopWith(title: string, words: string, code: number | null): Promise<void> {
    const visitNo = this.visitNo
    await this.end('user')
    if (visitNo !== this.visitNo - 1) return
    this.go({ name: 'stopped', title, words, code })
  }

  protected async refused(refusal: Refusal): Promise<void> {
    await this.stopWith('お取り扱いできません', refusal.words, refusal.code)
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
      const words = error instanceof KioskProblem ? error.title : '端末を起動できませんでした。'
      this.go({ name: 'out-of-order', title: 'ただいまご利用いただけません', words })
      setTimeout(() => void this.start(), 5_000)
    }
  }

  async #recover(): Promise<void> {
    const call = await this.call()
    const { name, place, payouts } = await call(contract.recoverKiosk, {})
    this.set({ machine: { name, place } })
    await this.handOut(payouts)
    if (payouts.length === 0) this.go({ name: 'top' })
    else {
      const words = '前の手続が途中で終わったため、お預かりした現金を返却しました。'
      this.go({ name: 'stopped', title: '現金をお返ししました', words, code: null })
    }
  }

  async enrol(code: string): Promise<void> {
    await this.run('登録しています', async () => {
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
      this.client = call
      await this.#recover()
    })
  }

  /** 中止, or nobody is there any more. */
  async stop(why: 'user' | 'timeout' | 'paper'): Promise<void> {
    await this.end(why)
    const words = {
      user: 'ご利用ありがとうございました。',
      timeout: '一定時間操作がなかったため、手続を終了しました。',
      paper: '印刷できなかったため、料金を返金しました。係員にお知らせください。',
    }[why]
    this.go({ name: 'stopped', title: '手続を終了しました', words, code: null })
  }

  /** From a last screen back to the first one. */
  home(): void {
    this.set({ payouts: [], demonstration: false })
    this.go({ name: 'top' })
  }

  /** Ends the session, gives money back and forgets the person, whatever the network does. */
  protected async end(why: EndWhy | 'finished'): Promise<void> {
    const { sessionId, pdfUrl } = this.state.visit
    this.visitNo += 1
    if (pdfUrl !== null) URL.revokeObjectURL(pdfUrl)
    this.set({ visit: noVisit, busy: '手続を終了しています', trouble: null, endsInSeconds: null })
    try {
      if (sessionId !== null && this.client !== null) {
        const { payouts } = await this.client(contract.endSession, { sessionId, why })
        await this.handOut(payouts)
      }
    } catch {
      // The centre's sweep ends the session; what is owed comes out when the machine hears of it (`recoverKiosk`).
    } finally {
      this.set({ busy: null, demonstration: false })
    }
  }

  /** The coin tray: money comes out, and the centre hears that it did. */
  protected async handOut(payouts: readonly PayoutView[]): Promise<void> {
    for (const { transactionId, reason, yen } of payouts) {
      this.set({ payouts: [...this.state.payouts, { transactionId, reason, yen }] })
      await this.client?.(contract.confirmPayout, { transactionId, reason })
    }
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
    const waits = ['place-card', 'prefecture', 'town', 'pin', 'remove-card', 'take', 'stopped'].includes(
      screen.name,
    )
    if (!waits || this.#bridge === null) return
    const visitNo = this.visitNo
    const status = await this.#bridge.status()
    if (visitNo !== this.visitNo || this.state.screen !== screen) return
    const present = status !== null && status !== unreachable
    if (present !== this.state.cardPresent) this.set({ cardPresent: present })
    if (screen.name === 'place-card') {
      const words = status === unreachable ? 'カードリーダーと通信できません。係員にお知らせください。' : null
      if (present) this.go({ name: 'prefecture' }, { insertionId: status })
      else if (words !== null && words !== screen.words) this.go({ name: 'place-card', words })
      return
    }
    if (screen.name === 'remove-card') {
      if (status === null) this.go({ name: 'kind' })
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
    if (screen.name === 'stopped') {
      if (silentSeconds >= idleSeconds) this.home()
      return
    }
    // While paper comes out nothing ends; and the reminder rings until somebody comes.
    if (visit.sessionId === null || screen.name === 'printing' || screen.name === 'take') return
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
          void this.stopWith(error.title, error.remedy, null)
        }
      })
    }
  }
}
