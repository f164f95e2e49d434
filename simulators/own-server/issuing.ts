import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Endpoint, InputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { ExchangeEndpoints } from '@open-bcl/modules/certificates/exchange.contract.ts'
import { judgeMove, type IssueState } from '@open-bcl/modules/certificates/certificates.ts'
import { writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import {
  choicesOf,
  handleOf,
  hasPaper,
  isOwnKind,
  ownKinds,
  paperOf,
  wareki,
  type OwnKind,
  type Taken,
} from './papers.ts'
import type { OwnTown, Person } from './town.ts'

/** Whose card a serial number is, and what it opens: a resident's everything, a registered one's 戸籍 and 附票 alone. */
export type Binding = {
  readonly issuerSki: string
  readonly serial: string
  readonly personId: string
  readonly reach: 'resident' | 'domicile'
}

/** 本籍地の利用登録の申請, as the town's staff see it. */
export type Application = {
  readonly applicationId: string
  readonly issuerSki: string
  readonly serial: string
  readonly registeredDomicile: string
  readonly headOfRegister: string
  readonly name: string
  readonly birthOn: string
  readonly phone: string
  readonly receivedAt: string
  readonly state: 'waiting' | 'approved' | 'declined'
}

type Issue = {
  readonly states: IssueState[]
  readonly request: string
  readonly totalYen: number
  readonly pages: number
  readonly pdf: Buffer
  paidYen: number | null
}

type Names = keyof ExchangeEndpoints
type Input<N extends Names> = InputOf<ExchangeEndpoints[N]>
type Output<N extends Names> = RawInputOf<{ input: ExchangeEndpoints[N]['output'] } & Endpoint>
export type Answers = { readonly [N in Names]: (input: Input<N>) => Promise<Output<N>> }

export type OwnIssuing = {
  readonly answers: Answers
  applications(): readonly Application[]
  /** What staff decide; an approved one binds the card to the person found in the register. False = nobody is found. */
  decide(applicationId: string, approve: boolean): Promise<boolean>
  bind(binding: Binding): Promise<void>
}

/** An id of another town, or of a transaction nobody knows: 404. */
export class NotFound extends Error {}

const SESSION_MS = 600_000
const MIN_AGE = 15
const MAX_COPIES = 10
/** 戸籍 keeps office hours, as towns publish them. */
const officeHours = { opensAt: '08:30', closesAt: '17:15', weekdays: [1, 2, 3, 4, 5] }
const serviceHours = { opensAt: '06:30', closesAt: '23:00' }

/**
 * A town's own 証明発行サーバ: everything about an issue is keyed by its transaction id, the words and the document are fixed
 * when the price is quoted. Issues live in memory: after a restart the centre hears 404 and gives them back.
 */
export async function openIssuing(options: {
  readonly town: OwnTown
  /** Where bindings and applications are kept. */
  readonly folder: string
  readonly engine: PdfEngine
  now(): Date
  /** A demonstration has no night. */
  readonly roundTheClock: boolean
}): Promise<OwnIssuing> {
  const { town, engine, now } = options
  const file = path.join(options.folder, 'own-server.json')
  const kept = await readKept(file)
  const secret = randomBytes(32)
  const sessions = new Map<string, { person: Person; reach: Binding['reach']; until: number }>()
  const issues = new Map<string, Issue>()
  const stops = new Set<string>()
  let saving: Promise<void> = Promise.resolve()
  const save = (): Promise<void> =>
    (saving = saving.then(() => writeFileAtomic(file, `${JSON.stringify(kept, null, 1)}\n`)))

  const refused = (code: number) => ({ kind: 'refused', code, words: `断り ${code}` }) as const
  const ownTown = ({ municipalityCode }: { municipalityCode: string }): void => {
    if (municipalityCode !== town.municipalityCode) throw new NotFound()
  }
  const closed = (kind: OwnKind | null): 501 | 502 | null => {
    if (stops.size > 0) return 502
    if (options.roundTheClock) return null
    const japan = new Date(now().getTime() + 9 * 3_600_000)
    const time = japan.toISOString().slice(11, 16)
    const within = (hours: typeof serviceHours): boolean => time >= hours.opensAt && time < hours.closesAt
    if (!within(serviceHours)) return 501
    const office = kind === 'koseki' || kind === 'fuhyo'
    if (!office) return null
    return within(officeHours) && officeHours.weekdays.includes(japan.getUTCDay()) ? null : 501
  }
  const session = (sessionId: string) => {
    const found = sessions.get(sessionId)
    return found && found.until > now().getTime() ? found : null
  }
  /** What the card opens here; a kind beyond its reach is as little there as one that has nothing to certify. */
  const open = (sessionId: string, kind: string): { person: Person; kind: OwnKind } | number => {
    const found = session(sessionId)
    if (found === null) return 204
    if (!isOwnKind(kind)) return 506
    const shut = closed(kind)
    if (shut !== null) return shut
    const reaches = found.reach === 'resident' || kind === 'koseki' || kind === 'fuhyo'
    if (found.person.blocked || !reaches || !hasPaper(town, found.person, kind)) return 300
    return { person: found.person, kind }
  }
  const subjectOf = (sessionId: string, kind: OwnKind): string =>
    handleOf(secret, sessionId, `subject|${kind}`)
  const wireChoices = (sessionId: string, person: Person, kind: OwnKind) =>
    choicesOf(town, person, kind).map((choice) => {
      const wire = (value: string): string =>
        choice.take === 'some' ? handleOf(secret, sessionId, value) : value
      return {
        ...choice,
        options: choice.options.map(({ value, ja }) => ({ value: wire(value), ja })),
        default: typeof choice.default === 'string' ? choice.default : choice.default.map(wire),
      }
    })
  /** What was chosen, in the server's own ids; `null` = something that is not offered. */
  const taken = (
    sessionId: string,
    person: Person,
    kind: OwnKind,
    asked: Readonly<Record<string, string | readonly string[]>>,
  ): Taken | null => {
    const offered = choicesOf(town, person, kind)
    if (Object.keys(asked).some((name) => !offered.some((choice) => choice.name === name))) return null
    const result: Record<string, string | readonly string[]> = {}
    for (const { name, take, options: all, default: usual } of offered) {
      const value = asked[name]
      if (value === undefined) {
        result[name] = usual
        continue
      }
      if ((typeof value === 'string') !== (take === 'one')) return null
      const values = typeof value === 'string' ? [value] : value
      const wire = (one: string): string => (take === 'some' ? handleOf(secret, sessionId, one) : one)
      const found = all.filter((option) => values.includes(wire(option.value))).map((option) => option.value)
      if (found.length === 0 || found.length !== new Set(values).size) return null
      result[name] = take === 'one' ? found[0]! : found
    }
    return result
  }
  const issueOf = (transactionId: string): Issue => {
    const issue = issues.get(transactionId)
    if (!issue) throw new NotFound()
    return issue
  }
  const move = (transactionId: string, to: IssueState, amountYen?: number) => {
    const issue = issueOf(transactionId)
    const { totalYen, paidYen } = issue
    const judged = judgeMove({ state: issue.states.at(-1)!, totalYen, paidYen }, issue.states, to, amountYen)
    if (judged.kind === 'refused') return refused(judged.code)
    if (judged.kind === 'allowed') issue.states.push(to)
    if (to === 'paid' && amountYen !== undefined) issue.paidYen = amountYen
    const state = issue.states.at(-1)!
    return { kind: 'standing', transactionId, state, totalYen, paidYen: issue.paidYen } as const
  }

  const answers: Answers = {
    async getServiceMenu(input) {
      ownTown(input)
      const shut = closed(null)
      const { municipalityCode, name } = town
      return {
        ...{ municipalityCode, name, demonstration: true, hours: { ...serviceHours, closedOn: [] } },
        closed: shut === null ? null : refused(shut),
        kinds: (Object.keys(ownKinds) as OwnKind[])
          .filter((kind) => closed(kind) === null)
          .map((kind) => ({ kind, ...ownKinds[kind], printingYen: 0, maxCopies: MAX_COPIES })),
      }
    },
    async authenticateCard(input) {
      ownTown(input)
      const shut = closed(null)
      if (shut !== null) return refused(shut)
      const { issuerSki, serial } = input.certificate
      const found = kept.bindings.filter((one) => one.issuerSki === issuerSki && one.serial === serial)
      const [binding] = found
      if (!binding) return refused(201)
      // A resident who also registered is one person; two people for one card are nobody.
      if (new Set(found.map((one) => one.personId)).size > 1) return refused(203)
      const person = town.people.find((one) => one.personId === binding.personId)
      if (!person) return refused(201)
      if (ageOn(person.bornOn, todayInJapan(now())) < MIN_AGE) return refused(202)
      const reach = found.some((one) => one.reach === 'resident') ? 'resident' : 'domicile'
      const until = now().getTime() + SESSION_MS
      const known = sessions.get(input.sessionId)
      if (known && known.person.personId !== person.personId) return refused(204)
      sessions.set(input.sessionId, { person, reach, until })
      return { kind: 'accepted', sessionId: input.sessionId, expiresAt: new Date(until).toISOString() }
    },
    async listSubjects(input) {
      ownTown(input)
      const found = open(input.sessionId, input.kind)
      if (typeof found === 'number') return refused(found)
      const { kind } = found
      return {
        kind: 'subjects',
        subjects: [{ subjectId: subjectOf(input.sessionId, kind), label: ownKinds[kind].ja }],
      }
    },
    async listChoices(input) {
      ownTown(input)
      const found = open(input.sessionId, input.kind)
      if (typeof found === 'number') return refused(found)
      if (input.subjectId !== subjectOf(input.sessionId, found.kind)) return refused(300)
      return { kind: 'choices', choices: wireChoices(input.sessionId, found.person, found.kind) }
    },
    async quoteIssue(input) {
      ownTown(input)
      const { sessionId, transactionId, copies, choices, subjectId, kioskId } = input
      const request = JSON.stringify([sessionId, input.kind, subjectId, copies, choices, kioskId])
      const known = issues.get(transactionId)
      if (known && known.request !== request) return refused(605)
      const found = open(sessionId, input.kind)
      if (typeof found === 'number') return refused(found)
      const { person, kind } = found
      if (subjectId !== subjectOf(sessionId, kind)) return refused(300)
      const chosen = taken(sessionId, person, kind, choices)
      if (chosen === null) return refused(606)
      if (copies > MAX_COPIES) return refused(606)
      const { feeYen } = ownKinds[kind]
      if (!known) {
        const today = todayInJapan(now())
        const pdf = Buffer.from(
          await engine.render(
            'own-certificate',
            {
              ...{ transactionId, madeOn: today, dateText: wareki(today) },
              ...{ prefecture: town.prefecture, mayor: town.mayor },
              paper: paperOf(town, person, kind, chosen),
              numbers: Array.from({ length: copies }, (_, n) => `${transactionId.slice(0, 8)}-${n + 1}`),
            },
            { timeoutMs: 10_000 },
          ),
        )
        // Of two messages at the same moment the first one's document stays.
        if (!issues.has(transactionId)) {
          const pages = extractPages(pdf).length
          issues.set(transactionId, {
            ...{
              states: ['requested', 'frozen'],
              request,
              totalYen: feeYen * copies,
              pages,
              pdf,
              paidYen: null,
            },
          })
        }
      }
      const issue = issueOf(transactionId)
      return {
        ...{ kind: 'quoted', transactionId, state: issue.states.at(-1)!, pages: issue.pages, copies },
        ...{ feeYen, printingYen: 0, totalYen: issue.totalYen },
      }
    },
    async buildIssue(input) {
      ownTown(input)
      const moved = move(input.transactionId, 'built')
      if (moved.kind === 'refused') return moved
      const { transactionId, state } = moved
      const { pages, pdf } = issueOf(transactionId)
      return { kind: 'built', transactionId, state, pages, sha256: sha256(pdf) }
    },
    async deliverIssue(input) {
      ownTown(input)
      const moved = move(input.transactionId, 'delivered')
      if (moved.kind === 'refused') return moved
      const { transactionId, state } = moved
      const { pages, pdf } = issueOf(transactionId)
      const pdfBase64 = pdf.toString('base64')
      return { kind: 'delivered', transactionId, state, pages, sha256: sha256(pdf), pdfBase64 }
    },
    async confirmPaid(input) {
      ownTown(input)
      return move(input.transactionId, 'paid', input.paidYen)
    },
    async confirmPrinted(input) {
      ownTown(input)
      return move(input.transactionId, 'printed')
    },
    async abortIssue(input) {
      ownTown(input)
      return move(input.transactionId, 'aborted')
    },
    async refundIssue(input) {
      ownTown(input)
      return move(input.transactionId, 'refunded', input.refundedYen)
    },
    async applyForUse(input) {
      ownTown(input)
      const { applicationId, certificate, municipalityCode: _, ...words } = input
      const known = kept.applications.find((one) => one.applicationId === applicationId)
      if (!known) {
        kept.applications.push({
          ...{ applicationId, ...certificate, ...words },
          ...{ receivedAt: now().toISOString(), state: 'waiting' },
        })
        await save()
      } else if (known.serial !== certificate.serial || known.issuerSki !== certificate.issuerSki) {
        return refused(605)
      }
      // Whether anybody of that name is in the register is for the town's staff alone.
      return { kind: 'application', applicationId, state: known?.state ?? 'waiting' }
    },
    async heartbeat() {
      return { at: now().toISOString(), build: engine.rendererBuild().build }
    },
    async setMaintenance(input) {
      ownTown(input)
      if (input.stopped) stops.add(input.stopId)
      else stops.delete(input.stopId)
      return { issuing: stops.size === 0 }
    },
    async setLedgerOpening(input) {
      // The ledger is BCL's.
      ownTown(input)
      return { openUntil: null }
    },
    async setAccessGrant(input) {
      // Nothing of the operator's is in a town's own server.
      ownTown(input)
      return {
        ...{ grantId: input.grantId, state: 'ended', enteredAt: null, townReview: null, acts: [] },
        ended: { at: input.approvedAt, by: '団体の証明発行サーバ', kind: 'town' },
      }
    },
  }

  return {
    answers,
    applications: () => kept.applications,
    async decide(applicationId, approve) {
      const at = kept.applications.findIndex((one) => one.applicationId === applicationId)
      const application = kept.applications[at]
      if (!application || application.state !== 'waiting') return false
      const person = approve ? applicantOf(town, application) : undefined
      if (approve && !person) return false
      kept.applications[at] = { ...application, state: approve ? 'approved' : 'declined' }
      if (person) {
        const { issuerSki, serial } = application
        kept.bindings.push({ issuerSki, serial, personId: person.personId, reach: 'domicile' })
      }
      await save()
      return true
    },
    async bind(binding) {
      const known = kept.bindings.some(
        (one) =>
          one.serial === binding.serial &&
          one.issuerSki === binding.issuerSki &&
          one.personId === binding.personId,
      )
      if (known) return
      kept.bindings.push(binding)
      await save()
    },
  }
}

/** The member of the 戸籍 that the application names; spaces in names and addresses do not count. */
export function applicantOf(town: OwnTown, application: Application): Person | undefined {
  const plain = (text: string): string => text.normalize('NFKC').replaceAll(/\s/g, '')
  const register = town.registers.find(
    (one) =>
      plain(one.domicile) === plain(application.registeredDomicile) &&
      plain(one.head) === plain(application.headOfRegister),
  )
  return town.people.find(
    (person) =>
      register?.members.some((member) => member.personId === person.personId) === true &&
      plain(person.name) === plain(application.name) &&
      person.bornOn === application.birthOn,
  )
}

type Kept = { readonly bindings: Binding[]; readonly applications: Application[] }

async function readKept(file: string): Promise<Kept> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
    return { bindings: [], applications: [] }
  }
}

/** Whole years on a day. A person born on 29 February is a year older on 1 March of a common year. */
function ageOn(bornOn: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(bornOn.slice(0, 4))
  return today.slice(5) >= bornOn.slice(5) ? years : years - 1
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
