import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { cardLockedCode } from '../card-refusals.ts'
import type { coinsYen } from '../center.ts'
import { challengeDigestInfo } from '../challenge.ts'
import * as contract from '../kiosk.contract.ts'
import type { OfferedKind } from '../kiosk.contract.ts'
import { fromBase64, KioskProblem, sha256Hex, toBase64 } from './kiosk-client.ts'
import { noVisit, type Prefecture, type Subject, type Visit } from './kiosk-visit.ts'
import { MachineCore } from './machine-core.ts'

/** How long the simulated printer takes. */
const printMs = 2_500

/** The machine's buttons: one method a step of the person's way. Knows nothing of the screens' looks. */
export class KioskMachine extends MachineCore {
  /** 行政サービス */
  async begin(): Promise<void> {
    await this.run('手続を始めています', async (here) => {
      const call = await this.call()
      const started = await call(contract.startSession, {})
      if (!here()) return
      if (started.kind === 'refused') {
        this.go({
          name: 'stopped',
          title: 'ただいまご利用いただけません',
          words: started.words,
          code: started.code,
        })
        return
      }
      const { sessionId, prefectures } = started
      this.keptAt = Date.now()
      this.set({ payouts: [] })
      this.go({ name: 'notice' }, { ...noVisit, sessionId, prefectures })
    })
  }

  agree(): void {
    this.go({ name: 'place-card', words: null })
  }

  toPrefectures(): void {
    this.go({ name: 'prefecture' })
  }

  choosePrefecture(prefecture: Prefecture): void {
    this.go({ name: 'town', prefecture })
  }

  async chooseTown(town: NonNullable<Visit['town']>): Promise<void> {
    await this.run('取扱いを確認しています', async (here) => {
      const call = await this.call()
      const { sessionId, insertionId } = this.visitIds()
      const { municipalityCode } = town
      const menu = await call(contract.getTownMenu, {
        sessionId,
        municipalityCode: municipalityCode as never,
      })
      if (!here()) return
      if (menu.kind === 'refused') {
        await this.refused(menu)
        return
      }
      this.set({ demonstration: menu.demonstration })
      const tries = await this.talk(insertionId).tries()
      if (!here()) return
      if (tries === 0) await this.#locked()
      else this.go({ name: 'pin', triesLeft: tries, wrong: false }, { town })
    })
  }

  /** The PIN goes to the card from here, and nowhere else. */
  async enterPin(pin: string): Promise<void> {
    await this.run('カードを確認しています', async (here) => {
      const call = await this.call()
      const { sessionId, insertionId, municipalityCode } = this.visitIds()
      const card = this.talk(insertionId)
      const certificate = await card.readCertificate()
      const verdict = await card.verifyPin(pin)
      if (!here()) return
      if (verdict.kind === 'locked') return await this.#locked()
      if (verdict.kind === 'wrong') {
        this.go({ name: 'pin', triesLeft: verdict.triesLeft, wrong: true })
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
      if (answer.kind === 'refused') await this.refused(answer)
      else this.go({ name: 'remove-card' }, { kinds: answer.kinds })
    })
  }

  async #locked(): Promise<void> {
    const words =
      '暗証番号を3回続けて間違えたため、カードがロックされています。解除は、お住まいの市区町村の窓口で行ってください。'
    await this.stopWith('ご利用いただけないカードです', words, cardLockedCode)
  }

  toKinds(): void {
    this.go({ name: 'kind' }, { kind: null, subject: null, copies: 1 })
  }

  async chooseKind(kind: OfferedKind): Promise<void> {
    await this.run('証明書を確認しています', async (here) => {
      const call = await this.call()
      const { sessionId } = this.visitIds()
      const answer = await call(contract.listKioskSubjects, { sessionId, kind: kind.kind })
      if (!here()) return
      if (answer.kind === 'refused') await this.refused(answer)
      else this.go({ name: 'subject' }, { kind, subjects: answer.subjects })
    })
  }

  chooseSubject(subject: Subject): void {
    this.go({ name: 'copies' }, { subject, copies: 1 })
  }

  toSubjects(): void {
    this.go({ name: 'subject' }, { subject: null })
  }

  setCopies(copies: number): void {
    const most = this.state.visit.kind?.maxCopies ?? 1
    this.go(this.state.screen, { copies: Math.min(most, Math.max(1, copies)) })
  }

  async toConfirm(): Promise<void> {
    const requestId = uuidv7()
    await this.run('料金を確認しています', async (here) => {
      const call = await this.call()
      const { sessionId, kind, subject, copies } = this.state.visit
      if (sessionId === null || kind === null || subject === null) return
      const { subjectId } = subject
      const input = { sessionId, requestId, kind: kind.kind, subjectId, copies }
      const quote = await call(contract.quoteTransaction, input)
      if (!here()) return
      if (quote.kind === 'refused') await this.refused(quote)
      else this.go({ name: 'confirm' }, { quote })
    })
  }

  /** 内容を選びなおす: this transaction is given up, the session goes on. */
  async reconsider(): Promise<void> {
    await this.run('内容を取り消しています', async (here) => {
      const call = await this.call()
      await call(contract.cancelTransaction, this.transaction())
      if (here()) this.go({ name: 'copies' }, { quote: null })
    })
  }

  /** The document is made and brought here before any money is asked for. */
  async accept(): Promise<void> {
    await this.run('証明書を作成しています', async (here) => {
      const call = await this.call()
      const at = this.transaction()
      const built = await call(contract.buildTransaction, at)
      if (!here()) return
      if (built.kind === 'refused') return await this.refused(built)
      const delivered = await call(contract.deliverTransaction, at)
      if (!here()) return
      if (delivered.kind === 'refused') return await this.refused(delivered)
      const bytes = fromBase64(delivered.pdfBase64)
      if ((await sha256Hex(bytes)) !== delivered.sha256) {
        const words = '証明書のデータを確認できませんでした。市区町村の窓口にお問い合わせください。'
        return await this.stopWith('手続を中止しました', words, null)
      }
      if (!here()) return
      const pdfUrl = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }))
      this.go({ name: 'pay' }, { pdfUrl, insertedYen: 0, coinCount: 0 })
      if (this.state.visit.quote?.totalYen === 0) this.go({ name: 'printing' })
    })
    if (this.state.screen.name === 'printing') await this.print()
  }

  async insertCoin(yen: (typeof coinsYen)[number]): Promise<void> {
    const coinNo = this.state.visit.coinCount + 1
    await this.run('現金を確認しています', async (here) => {
      const call = await this.call()
      const { insertedYen } = await call(contract.insertCoin, { ...this.transaction(), coinNo, yen })
      if (here()) this.go({ name: 'pay' }, { insertedYen, coinCount: coinNo })
    })
  }

  async pay(): Promise<void> {
    await this.run('お支払いを確定しています', async (here) => {
      const call = await this.call()
      const paid = await call(contract.payTransaction, this.transaction())
      if (!here()) return
      await this.handOut(paid.payouts)
      if (paid.kind === 'refused') await this.refused(paid)
      else this.go({ name: 'printing' })
    })
    if (this.state.screen.name === 'printing') await this.print()
  }

  async print(): Promise<void> {
    await this.run('印刷しています', async (here) => {
      await new Promise((resolve) => setTimeout(resolve, printMs))
      if (!here()) return
      const call = await this.call()
      await call(contract.confirmKioskPrinted, this.transaction())
      if (here()) this.go({ name: 'take' })
    })
  }

  /** 確認: the person has taken everything. */
  async taken(): Promise<void> {
    await this.end('finished')
    this.go({ name: 'top' })
  }
}
