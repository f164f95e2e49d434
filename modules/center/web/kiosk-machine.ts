import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { CardError } from '../card-dialogue.ts'
import { cardLockedCode, cardUnreadableCode } from '../card-refusals.ts'
import type { coinsYen } from '../center.ts'
import { challengeDigestInfo } from '../challenge.ts'
import * as contract from '../kiosk.contract.ts'
import type { OfferedKind, PayoutView, Refusal } from '../kiosk.contract.ts'
import { CardGone, cardBridge, unreachable, type CardBridge } from './card-bridge.ts'
import {
  fetchConfig,
  fromBase64,
  kioskClient,
  KioskProblem,
  sha256Hex,
  toBase64,
  type KioskClient,
  type KioskConfig,
} from './kiosk-client.ts'
import { loadKey, makeKey, saveKey } from './kiosk-key.ts'
import {
  noVisit,
  type KioskState,
  type Prefecture,
  type Screen,
  type Subject,
  type Visit,
} from './kiosk-visit.ts'

const pollCardMs = 600
const keepEveryMs = 25_000
/** How long the simulated printer takes. */
const printMs = 2_500

type EndWhy = Parameters<KioskMachine['stop']>[0]

/**
 * The machine: its state and what its buttons do. Knows nothing of the screens' looks. Whatever belongs to the person
 * is in `visit`; nothing is written to any storage but the machine's own key.
 */
export class KioskMachine {
  #state: KioskState = {
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
  #client: KioskClient | null = null
  #config: KioskConfig | null = null
  #bridge: CardBridge | null = null
  #touchedAt = Date.now()
  #keptAt = Date.now()
  /** Counts visits: an answer that comes after its person left belongs to nobody. */
  #visitNo = 0

  readonly getState = (): KioskState => this.#state
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(change: Partial<KioskState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }

  #go(screen: Screen, visit: Partial<Visit> = {}): void {
    this.#set({ screen, visit: { ...this.#state.visit, ...visit } })
  }

  /** Runs one step of the person's way; what fails is said, and what comes too late is dropped. */
  async #run(busy: string, work: (here: () => boolean) => Promise<void>): Promise<void> {
    if (this.#state.busy !== null) return
    const visitNo = this.#visitNo
    const here = (): boolean => visitNo === this.#visitNo
    this.#set({ busy, trouble: null })
    try {
      await work(here)
    } catch (error) {
      if (here()) this.#fail(error, () => void this.#run(busy, work))
    } finally {
      if (here()) this.#set({ busy: null })
    }
  }

  #fail(error: unknown, again: () => void): void {
    this.#set({ busy: null })
    if (error instanceof CardGone) {
      this.#go(
        { name: 'place-card', words: 'カードが離れました。もう一度置いてください。' },
        { insertionId: null },
      )
      return
    }
    if (error instanceof CardError) {
      void this.#stopWith(
        'ご利用いただけないカードです',
        'カードを読み取れませんでした。マイナンバーカードを置き直しても続く場合は、市区町村の窓口にお問い合わせください。',
        cardUnreadableCode,
      )
      return
    }
    if (!(error instanceof KioskProblem)) {
      void this.#stopWith('処理を完了できませんでした', 'はじめからやり直してください。', null)
      return
    }
    const { type, title, remedy } = error
    const mayRetry = type === '' || type === 'center/issuer-unreachable' || type === 'platform/busy'
    if (type === 'center/unknown-kiosk') this.#go({ name: 'enrol', error: title })
    else if (mayRetry) this.#set({ trouble: { title, words: remedy, again } })
    else void this.#stopWith(title, remedy, null)
  }

  async #stopWith(title: string, words: string, code: number | null): Promise<void> {
    const visitNo = this.#visitNo
    await this.#end('user')
    if (visitNo !== this.#visitNo - 1) return
    this.#go({ name: 'stopped', title, words, code })
  }

  async #refused(refusal: Refusal): Promise<void> {
    await this.#stopWith('お取り扱いできません', refusal.words, refusal.code)
  }

  async #call(): Promise<KioskClient> {
    if (this.#client === null) throw new KioskProblem('center/unknown-kiosk', '端末が登録されていません', '')
    return this.#client
  }

  /** Power on: configuration, key, and the money an earlier person is still owed. */
  async start(): Promise<void> {
    try {
      const config = await fetchConfig()
      this.#config = config
      this.#bridge = cardBridge(config.cardBridgeUrl)
      this.#set({ hours: config.hours })
      if (location.origin !== config.centerOrigin) {
        const words = `${config.centerOrigin}/kiosk を開いてください。`
        this.#go({ name: 'out-of-order', title: 'この住所では使えません', words })
        return
      }
      const pair = await loadKey()
      if (pair === null) {
        this.#go({ name: 'enrol', error: null })
        return
      }
      this.#client = await kioskClient(config.centerOrigin, pair)
      await this.#recover()
    } catch (error) {
      if (error instanceof KioskProblem && error.type === 'center/unknown-kiosk') {
        this.#go({ name: 'enrol', error: error.title })
        return
      }
      const words = error instanceof KioskProblem ? error.title : '端末を起動できませんでした。'
      this.#go({ name: 'out-of-order', title: 'ただいまご利用いただけません', words })
      setTimeout(() => void this.start(), 5_000)
    }
  }

  async #recover(): Promise<void> {
    const call = await this.#call()
    const { name, place, payouts } = await call(contract.recoverKiosk, {})
    this.#set({ machine: { name, place } })
    await this.#handOut(payouts)
    if (payouts.length === 0) this.#go({ name: 'top' })
    else {
      const words = '前の手続が途中で終わったため、お預かりした現金を返却しました。'
      this.#go({ name: 'stopped', title: '現金をお返ししました', words, code: null })
    }
  }

  async enrol(code: string): Promise<void> {
    await this.#run('登録しています', async () => {
      if (this.#config === null) return
      const pair = await makeKey()
      const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
      const call = await kioskClient(this.#config.centerOrigin, pair)
      try {
        const publicJwk = contract.enrolKiosk.input.shape.publicJwk.parse({ kty, crv, x, y })
        await call(contract.enrolKiosk, { code, publicJwk })
      } catch (error) {
        if (!(error instanceof KioskProblem)) throw error
        this.#go({ name: 'enrol', error: `${error.title}。${error.remedy}` })
        return
      }
      await saveKey(pair)
      this.#client = call
      await this.#recover()
    })
  }

  /** 行政サービス */
  async begin(): Promise<void> {
    await this.#run('手続を始めています', async (here) => {
      const call = await this.#call()
      const started = await call(contract.startSession, {})
      if (!here()) return
      if (started.kind === 'refused') {
        this.#go({
          name: 'stopped',
          title: 'ただいまご利用いただけません',
          words: started.words,
          code: started.code,
        })
        return
      }
      const { sessionId, prefectures } = started
      this.#keptAt = Date.now()
      this.#set({ payouts: [] })
      this.#go({ name: 'notice' }, { ...noVisit, sessionId, prefectures })
    })
  }

  agree(): void {
    this.#go({ name: 'place-card', words: null })
  }

  toPrefectures(): void {
    this.#go({ name: 'prefecture' })
  }

  choosePrefecture(prefecture: Prefecture): void {
    this.#go({ name: 'town', prefecture })
  }

  async chooseTown(town: NonNullable<Visit['town']>): Promise<void> {
    await this.#run('取扱いを確認しています', async (here) => {
      const call = await this.#call()
      const { sessionId, insertionId } = this.#visitIds()
      const { municipalityCode } = town
      const menu = await call(contract.getTownMenu, {
        sessionId,
        municipalityCode: municipalityCode as never,
      })
      if (!here()) return
      if (menu.kind === 'refused') {
        await this.#refused(menu)
        return
      }
      this.#set({ demonstration: menu.demonstration })
      const tries = await this.#talk(insertionId).tries()
      if (!here()) return
      if (tries === 0) await this.#locked()
      else this.#go({ name: 'pin', triesLeft: tries, wrong: false }, { town })
    })
  }

  /** The PIN goes to the card from here, and nowhere else. */
  async enterPin(pin: string): Promise<void> {
    await this.#run('カードを確認しています', async (here) => {
      const call = await this.#call()
      const { sessionId, insertionId, municipalityCode } = this.#visitIds()
      const card = this.#talk(insertionId)
      const certificate = await card.readCertificate()
      const verdict = await card.verifyPin(pin)
      if (!here()) return
      if (verdict.kind === 'locked') return await this.#locked()
      if (verdict.kind === 'wrong') {
        this.#go({ name: 'pin', triesLeft: verdict.triesLeft, wrong: true })
        return
      }
      const { transactionId, nonce, issuedAt } = await call(contract.getChallenge, { sessionId })
      // From our own origin and session: a challenge relayed from elsewhere would not fit.
      const fits = transactionId === sessionId
      if (!fits)
        throw new KioskProblem('center/wrong-step', '手続が一致しません', 'はじめからやり直してください。')
      const challenge = { transactionId: sessionId, nonce, issuedAt, centerOrigin: location.origin }
      const signature = await card.sign(await challengeDigestInfo(challenge))
      const answer = await call(contract.authenticate, {
        sessionId,
        municipalityCode: municipalityCode as never,
        certificateBase64: toBase64(certificate),
        signatureBase64: toBase64(signature),
      })
      if (!here()) return
      if (answer.kind === 'refused') await this.#refused(answer)
      else this.#go({ name: 'remove-card' }, { kinds: answer.kinds })
    })
  }

  async #locked(): Promise<void> {
    const words =
      '暗証番号を3回続けて間違えたため、カードがロックされています。解除は、お住まいの市区町村の窓口で行ってください。'
    await this.#stopWith('ご利用いただけないカードです', words, cardLockedCode)
  }

  toKinds(): void {
    this.#go({ name: 'kind' }, { kind: null, subject: null, copies: 1 })
  }

  async chooseKind(kind: OfferedKind): Promise<void> {
    await this.#run('証明書を確認しています', async (here) => {
      const call = await this.#call()
      const { sessionId } = this.#visitIds()
      const answer = await call(contract.listKioskSubjects, { sessionId, kind: kind.kind })
      if (!here()) return
      if (answer.kind === 'refused') await this.#refused(answer)
      else this.#go({ name: 'subject' }, { kind, subjects: answer.subjects })
    })
  }

  chooseSubject(subject: Subject): void {
    this.#go({ name: 'copies' }, { subject, copies: 1 })
  }

  toSubjects(): void {
    this.#go({ name: 'subject' }, { subject: null })
  }

  setCopies(copies: number): void {
    const most = this.#state.visit.kind?.maxCopies ?? 1
    this.#go(this.#state.screen, { copies: Math.min(most, Math.max(1, copies)) })
  }

  async toConfirm(): Promise<void> {
    const requestId = uuidv7()
    await this.#run('料金を確認しています', async (here) => {
      const call = await this.#call()
      const { sessionId, kind, subject, copies } = this.#state.visit
      if (sessionId === null || kind === null || subject === null) return
      const { subjectId } = subject
      const input = { sessionId, requestId, kind: kind.kind, subjectId, copies }
      const quote = await call(contract.quoteTransaction, input)
      if (!here()) return
      if (quote.kind === 'refused') await this.#refused(quote)
      else this.#go({ name: 'confirm' }, { quote })
    })
  }

  /** 内容を選びなおす: this transaction is given up, the session goes on. */
  async reconsider(): Promise<void> {
    await this.#run('内容を取り消しています', async (here) => {
      const call = await this.#call()
      await call(contract.cancelTransaction, this.#transaction())
      if (here()) this.#go({ name: 'copies' }, { quote: null })
    })
  }

  /** The document is made and brought here before any money is asked for. */
  async accept(): Promise<void> {
    await this.#run('証明書を作成しています', async (here) => {
      const call = await this.#call()
      const at = this.#transaction()
      const built = await call(contract.buildTransaction, at)
      if (!here()) return
      if (built.kind === 'refused') return await this.#refused(built)
      const delivered = await call(contract.deliverTransaction, at)
      if (!here()) return
      if (delivered.kind === 'refused') return await this.#refused(delivered)
      const bytes = fromBase64(delivered.pdfBase64)
      if ((await sha256Hex(bytes)) !== delivered.sha256) {
        const words = '証明書のデータを確認できませんでした。市区町村の窓口にお問い合わせください。'
        return await this.#stopWith('手続を中止しました', words, null)
      }
      if (!here()) return
      const pdfUrl = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }))
      this.#go({ name: 'pay' }, { pdfUrl, insertedYen: 0, coinCount: 0 })
      if (this.#state.visit.quote?.totalYen === 0) this.#go({ name: 'printing' })
    })
    if (this.#state.screen.name === 'printing') await this.print()
  }

  async insertCoin(yen: (typeof coinsYen)[number]): Promise<void> {
    const coinNo = this.#state.visit.coinCount + 1
    await this.#run('現金を確認しています', async (here) => {
      const call = await this.#call()
      const { insertedYen } = await call(contract.insertCoin, { ...this.#transaction(), coinNo, yen })
      if (here()) this.#go({ name: 'pay' }, { insertedYen, coinCount: coinNo })
    })
  }

  async pay(): Promise<void> {
    await this.#run('お支払いを確定しています', async (here) => {
      const call = await this.#call()
      const paid = await call(contract.payTransaction, this.#transaction())
      if (!here()) return
      await this.#handOut(paid.payouts)
      if (paid.kind === 'refused') await this.#refused(paid)
      else this.#go({ name: 'printing' })
    })
    if (this.#state.screen.name === 'printing') await this.print()
  }

  async print(): Promise<void> {
    await this.#run('印刷しています', async (here) => {
      await new Promise((resolve) => setTimeout(resolve, printMs))
      if (!here()) return
      const call = await this.#call()
      await call(contract.confirmKioskPrinted, this.#transaction())
      if (here()) this.#go({ name: 'take' })
    })
  }

  /** 確認: the person has taken everything. */
  async taken(): Promise<void> {
    await this.#end('finished')
    this.#go({ name: 'top' })
  }

  /** 中止, or nobody is there any more. */
  async stop(why: 'user' | 'timeout' | 'paper'): Promise<void> {
    await this.#end(why)
    const words = {
      user: 'ご利用ありがとうございました。',
      timeout: '一定時間操作がなかったため、手続を終了しました。',
      paper: '印刷できなかったため、料金を返金しました。係員にお知らせください。',
    }[why]
    this.#go({ name: 'stopped', title: '手続を終了しました', words, code: null })
  }

  /** From a last screen back to the first one. */
  home(): void {
    this.#set({ payouts: [], demonstration: false })
    this.#go({ name: 'top' })
  }

  /** Ends the session, gives money back and forgets the person, whatever the network does. */
  async #end(why: EndWhy | 'finished'): Promise<void> {
    const { sessionId, pdfUrl } = this.#state.visit
    this.#visitNo += 1
    if (pdfUrl !== null) URL.revokeObjectURL(pdfUrl)
    this.#set({ visit: noVisit, busy: '手続を終了しています', trouble: null, endsInSeconds: null })
    try {
      if (sessionId !== null && this.#client !== null) {
        const { payouts } = await this.#client(contract.endSession, { sessionId, why })
        await this.#handOut(payouts)
      }
    } catch {
      // The centre's sweep ends the session; what is owed comes out when the machine hears of it (`recoverKiosk`).
    } finally {
      this.#set({ busy: null, demonstration: false })
    }
  }

  /** The coin tray: money comes out, and the centre hears that it did. */
  async #handOut(payouts: readonly PayoutView[]): Promise<void> {
    for (const { transactionId, reason, yen } of payouts) {
      this.#set({ payouts: [...this.#state.payouts, { transactionId, reason, yen }] })
      await this.#client?.(contract.confirmPayout, { transactionId, reason })
    }
  }

  #visitIds(): { sessionId: string; insertionId: string; municipalityCode: string } {
    const { sessionId, insertionId, town } = this.#state.visit
    if (sessionId === null) throw new KioskProblem('center/session-ended', 'この手続は終了しました', '')
    if (insertionId === null) throw new CardGone()
    return { sessionId, insertionId, municipalityCode: town?.municipalityCode ?? '' }
  }

  #transaction(): { sessionId: string; transactionId: string } {
    const { sessionId, quote } = this.#state.visit
    if (sessionId === null || quote === null) {
      throw new KioskProblem('center/session-ended', 'この手続は終了しました', '')
    }
    return { sessionId, transactionId: quote.transactionId }
  }

  #talk(insertionId: string): ReturnType<CardBridge['talk']> {
    if (this.#bridge === null) throw new CardGone()
    return this.#bridge.talk(insertionId)
  }

  /** A finger or a key: somebody is there. */
  touched(): void {
    this.#touchedAt = Date.now()
    if (this.#state.endsInSeconds !== null) this.#set({ endsInSeconds: null })
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
    const { screen, visit } = this.#state
    const waits = ['place-card', 'prefecture', 'town', 'pin', 'remove-card', 'take', 'stopped'].includes(
      screen.name,
    )
    if (!waits || this.#bridge === null) return
    const visitNo = this.#visitNo
    const status = await this.#bridge.status()
    if (visitNo !== this.#visitNo || this.#state.screen !== screen) return
    const present = status !== null && status !== unreachable
    if (present !== this.#state.cardPresent) this.#set({ cardPresent: present })
    if (screen.name === 'place-card') {
      const words = status === unreachable ? 'カードリーダーと通信できません。係員にお知らせください。' : null
      if (present) this.#go({ name: 'prefecture' }, { insertionId: status })
      else if (words !== null && words !== screen.words) this.#go({ name: 'place-card', words })
      return
    }
    if (screen.name === 'remove-card') {
      if (status === null) this.toKinds()
      return
    }
    const needsCard = ['prefecture', 'town', 'pin'].includes(screen.name)
    if (needsCard && this.#state.busy === null && status !== visit.insertionId) {
      this.#fail(new CardGone(), () => undefined)
    }
  }

  #watchSilence(): void {
    const { screen, visit, busy, endsInSeconds } = this.#state
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
    else if (left <= idleGraceSeconds && left !== endsInSeconds) this.#set({ endsInSeconds: left })
    if (left > idleGraceSeconds && Date.now() - this.#keptAt > keepEveryMs) {
      this.#keptAt = Date.now()
      this.#client?.(contract.keepSession, { sessionId: visit.sessionId }).catch((error: unknown) => {
        if (
          error instanceof KioskProblem &&
          error.type === 'center/session-ended' &&
          this.#state.visit === visit
        ) {
          void this.#stopWith(error.title, error.remedy, null)
        }
      })
    }
  }
}
