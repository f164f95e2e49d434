import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { ExchangeClient } from '@open-bcl/modules/certificates/exchange.contract.ts'
import type { CertificateKindCode } from '@open-bcl/modules/municipalities/municipalities.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { pick } from '../random.ts'

/** A holder of a card. Her mark stands in her name and in nobody else's, so that every page tells whose it is. */
export type Holder = {
  readonly residentNo: string
  readonly issuerSki: string
  readonly serial: string
  readonly mark: string
  /** Marks of her household, her own among them. */
  readonly household: readonly string[]
  /** Of the head: 世帯主 stands on papers of the household. */
  readonly headMark: string | null
}

export type Tally = {
  /** Transactions whose words were fixed. */
  issues: number
  /** Documents that came and were read. */
  documents: number
  pages: number
  printed: number
  aborted: number
  refused: number
  /** Messages sent again because no answer came in time. */
  retried: number
  /** Messages sent to both servers at once. */
  doubled: number
  /** Another person's request under a used number: each must be refused. */
  stolen: number
}

export const emptyTally = (): Tally => ({
  ...{ issues: 0, documents: 0, pages: 0, printed: 0, aborted: 0, refused: 0 },
  ...{ retried: 0, doubled: 0, stolen: 0 },
})

const MARK = /試験[０-９]+/gu
const markIn = (label: string): string => label.replace(/\s/gu, '').match(MARK)?.[0] ?? label
const newId = (): string => randomBytes(16).toString('hex')

/**
 * The centre's side: many people at machines at once, whose messages go to either server, are given up too early, sent
 * again, sent twice at once. Every document that ever comes, late ones too, is read and compared with who asked.
 */
export class Centre {
  readonly tally = emptyTally()
  /** How often which code was the answer. */
  readonly codes = new Map<number, number>()
  /** What must never be: a page of somebody else, a second document under one number. */
  readonly crossings: string[] = []
  /** Of printed issues, for the comparison with the database. */
  readonly printed = new Set<string>()
  readonly #documents = new Map<string, string>()
  readonly #late: Promise<unknown>[] = []
  readonly #servers: readonly ExchangeClient[]
  readonly #municipalityCode: MunicipalityCode
  readonly #holders: readonly Holder[]
  readonly #kinds: readonly CertificateKindCode[]
  readonly #random: () => number

  constructor(
    servers: readonly ExchangeClient[],
    municipalityCode: MunicipalityCode,
    holders: readonly Holder[],
    kinds: readonly CertificateKindCode[],
    random: () => number,
  ) {
    this.#servers = servers
    this.#municipalityCode = municipalityCode
    this.#holders = holders
    this.#kinds = kinds
    this.#random = random
  }

  /** One person after another at one machine, until told to end. */
  async machine(kioskId: string, goesOn: () => boolean): Promise<void> {
    while (goesOn()) await this.#visit(pick(this.#random, this.#holders), kioskId)
  }

  /** Answers that were given up are waited for too: they must be right as well. */
  async settle(): Promise<void> {
    await Promise.all(this.#late)
  }

  async #visit(holder: Holder, kioskId: string): Promise<void> {
    const { issuerSki, serial } = holder
    const town = { municipalityCode: this.#municipalityCode }
    const sessionId = newId()
    const card = await this.#ask('authenticateCard', {
      ...town,
      sessionId,
      certificate: { issuerSki, serial },
    })
    if (card.kind === 'refused') return this.#refused(card.code)
    const kind = pick(this.#random, this.#kinds)
    const found = await this.#ask('listSubjects', { ...town, sessionId, kind })
    if (found.kind === 'refused') return this.#refused(found.code)
    const { subjectId } = pick(this.#random, found.subjects)
    const offered = await this.#ask('listChoices', { ...town, sessionId, kind, subjectId })
    if (offered.kind === 'refused') return this.#refused(offered.code)
    const choices: Record<string, string | string[]> = {}
    let named: readonly string[] = [holder.mark]
    for (const { name, take, options } of offered.choices) {
      const values = options.map((option) => option.value)
      if (take === 'one') choices[name] = pick(this.#random, values)
      else {
        const some = options.filter(() => this.#random() < 0.6)
        const taken = some.length > 0 ? some : options
        choices[name] = taken.map((option) => option.value)
        named = taken.map(({ ja }) => markIn(ja))
      }
    }
    const transactionId = newId()
    const order = { ...town, sessionId, transactionId, kind, subjectId, choices, kioskId }
    const copies = this.#random() < 0.9 ? 1 : 2
    const quoted = await this.#ask('quoteIssue', { ...order, copies })
    if (quoted.kind === 'refused') return this.#refused(quoted.code)
    this.tally.issues++
    if (this.#random() < 0.02) await this.#steal(order)
    const issue = { ...town, transactionId }
    if (this.#random() < 0.02) {
      this.tally.aborted++
      await this.#ask('abortIssue', { ...issue, stage: 'quote', reason: 'user' })
      return
    }
    const built = await this.#ask('buildIssue', issue)
    if (built.kind === 'refused') return this.#refused(built.code)
    const read = (answer: Awaited<ReturnType<ExchangeClient['deliverIssue']>>): void => {
      if (answer.kind === 'delivered') this.#read(holder, { transactionId, named }, answer)
    }
    const delivered = await this.#ask('deliverIssue', issue, read)
    if (delivered.kind === 'refused') return this.#refused(delivered.code)
    if (quoted.totalYen > 0) {
      const paid = await this.#ask('confirmPaid', { ...issue, paidYen: quoted.totalYen })
      if (paid.kind === 'refused') return this.#refused(paid.code)
    }
    const printed = await this.#ask('confirmPrinted', issue)
    if (printed.kind === 'refused') return this.#refused(printed.code)
    this.tally.printed++
    this.printed.add(transactionId)
  }

  #refused(code: number): void {
    this.tally.refused++
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
  }

  /** Somebody else's request under a number that is used: nothing of it may come out. */
  async #steal(order: {
    readonly municipalityCode: MunicipalityCode
    readonly transactionId: string
    readonly kind: CertificateKindCode
    readonly kioskId: string
  }): Promise<void> {
    const { municipalityCode, transactionId, kind, kioskId } = order
    const other = pick(this.#random, this.#holders)
    const sessionId = newId()
    const card = await this.#ask('authenticateCard', {
      municipalityCode,
      sessionId,
      certificate: { issuerSki: other.issuerSki, serial: other.serial },
    })
    if (card.kind === 'refused') return
    const found = await this.#ask('listSubjects', { municipalityCode, sessionId, kind })
    if (found.kind === 'refused') return
    const { subjectId } = found.subjects[0]!
    this.tally.stolen++
    // Another number of copies, so that it is another request even where the same person was drawn.
    const again = {
      municipalityCode,
      sessionId,
      transactionId,
      kind,
      subjectId,
      kioskId,
      copies: 3,
      choices: {},
    }
    const answer = await this.#ask('quoteIssue', again)
    if (answer.kind !== 'refused')
      this.crossings.push(`${transactionId}: another request was taken under a used number`)
  }

  /** The words of every page against who asked, and every delivery of one number against the first. */
  #read(
    holder: Holder,
    asked: { readonly transactionId: string; readonly named: readonly string[] },
    answer: { readonly sha256: string; readonly pdfBase64: string; readonly pages: number },
  ): void {
    const { transactionId, named } = asked
    const wrong = (what: string): void => void this.crossings.push(`${transactionId}: ${what}`)
    const pdf = Buffer.from(answer.pdfBase64, 'base64')
    const sha256 = createHash('sha256').update(pdf).digest('hex')
    if (sha256 !== answer.sha256) wrong('other bytes than were announced')
    const first = this.#documents.get(transactionId)
    if (first !== undefined && first !== sha256) wrong('a second document under one number')
    this.#documents.set(transactionId, sha256)
    const pages = extractPages(pdf)
    if (pages.length !== answer.pages) wrong('another number of pages')
    for (const page of pages)
      if (!page.replace(/\s/gu, '').includes(transactionId)) wrong('a page of another transaction')
    const found = new Set(pages.join('\n').replace(/\s/gu, '').match(MARK) ?? [])
    for (const mark of named)
      if (!holder.household.includes(mark) || !found.has(mark)) wrong('somebody who was asked for is missing')
    for (const mark of found)
      if (!named.includes(mark) && mark !== holder.headMark) wrong('somebody else is on it')
    this.tally.documents++
    this.tally.pages += pages.length
  }

  /** Sends until an answer comes in time, to either server, sometimes to both at once. `seen` gets every answer, late ones too. */
  async #ask<Name extends keyof ExchangeClient>(
    name: Name,
    input: Parameters<ExchangeClient[Name]>[0],
    seen: (answer: Awaited<ReturnType<ExchangeClient[Name]>>) => void = () => undefined,
  ): Promise<Awaited<ReturnType<ExchangeClient[Name]>>> {
    type Result = Awaited<ReturnType<ExchangeClient[Name]>>
    for (let tries = 0; ; tries++) {
      const dice = this.#random()
      const servers = dice < 0.02 ? this.#servers : [pick(this.#random, this.#servers)]
      if (servers.length > 1) this.tally.doubled++
      const patience = dice > 0.98 ? 1 + this.#random() * 40 : 20_000
      const answers = servers.map(async (server): Promise<Result | null> => {
        try {
          const answer = (await server[name](input as never)) as Result
          seen(answer)
          return answer
        } catch {
          return null
        }
      })
      this.#late.push(...answers)
      if (this.#late.length > 10_000) void this.#late.splice(0, 5_000)
      const answer = await Promise.race([...answers.slice(0, 1), delay(patience, null, { ref: false })])
      // Too busy or killed: the same message may come again.
      if (answer !== null && !('code' in answer && (answer.code === 507 || answer.code === 505) && tries < 3))
        return answer
      this.tally.retried++
      if (tries > 200) throw new Error(`${name} is never answered`)
      await delay(this.#random() * 30)
    }
  }
}
