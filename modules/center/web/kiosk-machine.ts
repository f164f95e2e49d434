import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { cardLockedCode } from '../card-refusals.ts'
import type { coinsYen } from '../center.ts'
import { challengeDigestInfo } from '../challenge.ts'
import * as contract from '../kiosk.contract.ts'
import type { OfferedKind } from '../kiosk.contract.ts'
import { applyForUse } from '../registration.contract.ts'
import { fromBase64, KioskProblem, sha256Hex, toBase64 } from './kiosk-client.ts'
import {
  birthDay,
  choicePages,
  noVisit,
  type Application,
  type ApplicationItem,
  type ChoicePage,
  type Chosen,
  type Prefecture,
  type Slip,
  type Subject,
  type Visit,
} from './kiosk-visit.ts'
import { MachineCore } from './machine-core.ts'

/** As the centre says of a town or kind that is not had at the machine (`codes.ts`). */
const notOffered = 506

function emptyApplication(): Application {
  const nothing = { registeredDomicile: '', headOfRegister: '', name: '', birth: '', phone: '' }
  return { applicationId: uuidv7(), ...nothing }
}

/** The machine's buttons: one method a step of the person's way. Knows nothing of the screens' looks. */
export class KioskMachine extends MachineCore {
  /** 行政サービス, for a certificate or for 本籍地の利用登録. */
  async begin(wants: 'certificate' | 'registration' = 'certificate'): Promise<void> {
    await this.run('starting', async (here) => {
      const call = await this.call()
      const started = await call(contract.startSession, {})
      if (!here()) return
      if (started.kind === 'refused') {
        const { code, words: sentence } = started
        this.go({ name: 'stopped', text: { kind: 'refusal', key: 'closed', code, sentence }, code })
        return
      }
      const { sessionId, prefectures } = started
      this.keptAt = Date.now()
      this.set({ payouts: [] })
      const application = wants === 'registration' ? emptyApplication() : null
      this.go({ name: 'notice' }, { ...noVisit, sessionId, prefectures, application })
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
    await this.run('town', async (here) => {
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
      const applies = this.state.visit.application !== null
      if (applies && !menu.kinds.some(({ kind }) => kind === 'koseki')) {
        const sentence = 'この市区町村は、コンビニ等の端末で戸籍の証明書を交付していません。'
        return await this.stopWith(
          { kind: 'refusal', key: 'refused', code: notOffered, sentence },
          notOffered,
        )
      }
      const tries = await this.talk(insertionId).tries()
      if (!here()) return
      if (tries === 0) await this.#locked()
      else if (applies) this.go({ name: 'application', page: 0 }, { town })
      else this.go({ name: 'pin', triesLeft: tries, wrong: false }, { town })
    })
  }

  write(item: ApplicationItem, text: string): void {
    const { application } = this.state.visit
    if (application !== null) this.go(this.state.screen, { application: { ...application, [item]: text } })
  }

  turnApplication(by: 1 | -1): void {
    const { screen, visit } = this.state
    if (screen.name !== 'application') return
    const page = screen.page + by
    if (page >= 0) this.go({ name: 'application', page })
    else this.go({ name: 'prefecture' }, { town: null, insertionId: visit.insertionId })
  }

  /** 申請する: the PIN comes last, and the application goes with it. */
  async toApply(): Promise<void> {
    await this.run('card', async (here) => {
      const { insertionId } = this.visitIds()
      const tries = await this.talk(insertionId).tries()
      if (!here()) return
      if (tries === 0) await this.#locked()
      else this.go({ name: 'pin', triesLeft: tries, wrong: false })
    })
  }

  /** The PIN goes to the card from here, and nowhere else. */
  async enterPin(pin: string): Promise<void> {
    await this.run('card', async (here) => {
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
      if (!fits) throw new KioskProblem('center/wrong-step', '手続が一致しません', '')
      const challenge = { transactionId: sessionId, nonce, issuedAt, centerOrigin: location.origin }
      const signature = await card.sign(await challengeDigestInfo(challenge))
      const proof = {
        ...{ sessionId, municipalityCode: municipalityCode as never },
        ...{ certificateBase64: toBase64(certificate), signatureBase64: toBase64(signature) },
      }
      const { application } = this.state.visit
      if (application !== null) return await this.#apply(application, proof, here)
      const answer = await call(contract.authenticate, proof)
      if (!here()) return
      if (answer.kind === 'refused') await this.refused(answer)
      else this.go({ name: 'remove-card' }, { kinds: answer.kinds })
    })
  }

  /** What was written goes to the town; the session is over, and nothing of it is left here but how it stands. */
  async #apply(
    { applicationId, birth, ...written }: Application,
    proof: Pick<
      RawInputOf<typeof applyForUse>,
      'sessionId' | 'municipalityCode' | 'certificateBase64' | 'signatureBase64'
    >,
    here: () => boolean,
  ): Promise<void> {
    const call = await this.call()
    const birthOn = birthDay(birth) ?? ''
    const answer = await call(applyForUse, { ...proof, applicationId, ...written, birthOn })
    if (!here()) return
    if (answer.kind === 'refused') return await this.refused(answer)
    const { visitNo } = this
    await this.end('finished')
    if (visitNo === this.visitNo - 1) this.last({ name: 'applied', state: answer.state })
  }

  async #locked(): Promise<void> {
    await this.stopWith({ kind: 'stop', key: 'locked' }, cardLockedCode)
  }

  toKinds(): void {
    this.go({ name: 'kind' }, { kind: null, subject: null, choices: [], chosen: {}, copies: 1 })
  }

  async chooseKind(kind: OfferedKind): Promise<void> {
    await this.run('certificate', async (here) => {
      const call = await this.call()
      const { sessionId } = this.visitIds()
      const answer = await call(contract.listKioskSubjects, { sessionId, kind: kind.kind })
      if (!here()) return
      if (answer.kind === 'refused') await this.refused(answer)
      else this.go({ name: 'subject' }, { kind, subjects: answer.subjects })
    })
  }

  async chooseSubject(subject: Subject): Promise<void> {
    await this.run('certificate', async (here) => {
      const call = await this.call()
      const { sessionId, kind } = this.state.visit
      if (sessionId === null || kind === null) return
      const { subjectId } = subject
      const answer = await call(contract.listKioskChoices, { sessionId, kind: kind.kind, subjectId })
      if (!here()) return
      if (answer.kind === 'refused') return await this.refused(answer)
      const { choices } = answer
      const chosen = Object.fromEntries(choices.map((choice) => [choice.name, choice.default]))
      this.#turnTo(0, { subject, choices, chosen, copies: 1 })
    })
  }

  toSubjects(): void {
    this.go({ name: 'subject' }, { subject: null, choices: [], chosen: {} })
  }

  /** The page of choices that stands open, if one does. */
  get choicePage(): ChoicePage | undefined {
    const { screen, visit } = this.state
    return screen.name === 'choose' ? choicePages(visit.choices)[screen.page] : undefined
  }

  choose(chosen: Chosen): void {
    this.go(this.state.screen, { chosen: { ...this.state.visit.chosen, ...chosen } })
  }

  turn(by: 1 | -1): void {
    const { screen, visit } = this.state
    const page = screen.name === 'choose' ? screen.page : choicePages(visit.choices).length
    if (page + by < 0) this.toSubjects()
    else this.#turnTo(page + by)
  }

  #turnTo(page: number, visit: Partial<Visit> = {}): void {
    const pages = choicePages(visit.choices ?? this.state.visit.choices).length
    this.go(page < pages ? { name: 'choose', page } : { name: 'copies' }, visit)
  }

  setCopies(copies: number): void {
    const most = this.state.visit.kind?.maxCopies ?? 1
    this.go(this.state.screen, { copies: Math.min(most, Math.max(1, copies)) })
  }

  async toConfirm(): Promise<void> {
    const requestId = uuidv7()
    await this.run('price', async (here) => {
      const call = await this.call()
      const { sessionId, kind, subject, copies, chosen } = this.state.visit
      if (sessionId === null || kind === null || subject === null) return
      const { subjectId } = subject
      const choices = Object.fromEntries(
        Object.entries(chosen).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
      )
      const input = { sessionId, requestId, kind: kind.kind, subjectId, copies, choices }
      const quote = await call(contract.quoteTransaction, input)
      if (!here()) return
      if (quote.kind === 'refused') await this.refused(quote)
      else this.go({ name: 'confirm' }, { quote })
    })
  }

  /** 内容を選びなおす: this transaction is given up, the session goes on. */
  async reconsider(): Promise<void> {
    await this.run('reconsidering', async (here) => {
      const call = await this.call()
      await call(contract.cancelTransaction, this.transaction())
      if (here()) this.#turnTo(0, { quote: null })
    })
  }

  /** The document is made and brought here before any money is asked for. */
  async accept(): Promise<void> {
    await this.run('making', async (here) => {
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
        return await this.stopWith({ kind: 'stop', key: 'damaged' }, null)
      }
      if (!here()) return
      const front = new Blob([bytes], { type: 'application/pdf' })
      const { backPdfBase64 } = delivered
      const back =
        backPdfBase64 === null ? null : new Blob([fromBase64(backPdfBase64)], { type: 'application/pdf' })
      this.go(
        { name: 'pay' },
        {
          pdf: {
            ...{ front, back, url: URL.createObjectURL(front) },
            backUrl: back === null ? null : URL.createObjectURL(back),
          },
          slip: delivered.slip,
          insertedYen: 0,
          coinCount: 0,
        },
      )
      if (this.state.visit.quote?.totalYen === 0) this.go({ name: 'printing' })
    })
    if (this.state.screen.name === 'printing') await this.print()
  }

  async insertCoin(yen: (typeof coinsYen)[number]): Promise<void> {
    const coinNo = this.state.visit.coinCount + 1
    await this.run('money', async (here) => {
      const call = await this.call()
      const { insertedYen } = await call(contract.insertCoin, { ...this.transaction(), coinNo, yen })
      if (here()) this.go({ name: 'pay' }, { insertedYen, coinCount: coinNo })
    })
  }

  async pay(): Promise<void> {
    await this.run('paying', async (here) => {
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
    let paperOut = false
    await this.run('printing', async (here) => {
      const { pdf } = this.state.visit
      if (pdf === null) return
      const printed = await this.printed(pdf, 'certificate')
      if (!here()) return
      if (printed === 'failed') {
        paperOut = true
        return
      }
      const call = await this.call()
      await call(contract.confirmKioskPrinted, this.transaction())
      if (here()) this.go({ name: 'take' })
    })
    const { screen, visit } = this.state
    if (paperOut) await this.stop('paper')
    else if (screen.name === 'take' && visit.slip !== null) await this.#handSlip(visit.slip)
  }

  /** らくらく窓口: the person's part is over; what remains on the screen is a number and an amount. */
  async #handSlip(slip: Slip): Promise<void> {
    const { quote } = this.state.visit
    const feeYen = (quote?.feeYen ?? 0) * (quote?.copies ?? 1)
    const visitNo = this.visitNo
    await this.end('finished')
    if (visitNo === this.visitNo - 1) this.go({ name: 'slip', slip, feeYen })
  }

  /** （模擬）The paper in the tray, in a window of its own. */
  showPaper(side: 'front' | 'back'): void {
    const { pdf } = this.state.visit
    const url = side === 'front' ? pdf?.url : pdf?.backUrl
    this.paper?.close()
    if (url) this.paper = window.open(url)
  }

  /** 確認: the person has taken everything. */
  async taken(): Promise<void> {
    await this.end('finished')
    this.home()
  }
}
