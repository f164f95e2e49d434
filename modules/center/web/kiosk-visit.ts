import type { PlainDate } from '@open-bcl/core/brand.ts'
import { parsePlainDate, todayInJapan } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type {
  deliverTransaction,
  listKioskSubjects,
  OfferedKind,
  PayoutView,
  quoteTransaction,
  startSession,
} from '../kiosk.contract.ts'
import type { applyForUse } from '../registration.contract.ts'
import type { Paper } from './printer.ts'
import type { Words } from './words/ja.ts'
import type { Lang, OfferedChoice } from './words/words.ts'

export type Prefecture = Extract<OutputOf<typeof startSession>, { kind: 'started' }>['prefectures'][number]
export type Subject = Extract<OutputOf<typeof listKioskSubjects>, { kind: 'subjects' }>['subjects'][number]
export type Quote = Extract<OutputOf<typeof quoteTransaction>, { kind: 'quoted' }>
export type Chosen = Readonly<Record<string, string | readonly string[]>>

/** 受付票 of らくらく窓口: names nobody. */
export type Slip = NonNullable<Extract<OutputOf<typeof deliverTransaction>, { kind: 'delivered' }>['slip']>

/** 本籍地の利用登録, as its holder writes it; `birth` and `phone` are the digits typed so far. */
export type Application = {
  /** Made by the machine: a resend is the same application. */
  readonly applicationId: string
  readonly registeredDomicile: string
  readonly headOfRegister: string
  readonly name: string
  readonly birth: string
  readonly phone: string
}
export type ApplicationItem = Exclude<keyof Application, 'applicationId'>

/** The screens on which it is written, in their order. */
export const applicationItems = [
  'registeredDomicile',
  'headOfRegister',
  'name',
  'birth',
  'phone',
] as const satisfies readonly ApplicationItem[]

/** `19800229`; `null` = no day, or none on which a living person was born. */
export function birthDay(digits: string): PlainDate | null {
  const day = parsePlainDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`)
  return day !== null && day >= '1900-01-01' && day <= todayInJapan(new Date()) ? day : null
}

/** Whether an item may be handed in as it stands. */
export function isWritten(item: ApplicationItem, text: string): boolean {
  if (item === 'birth') return birthDay(text) !== null
  return item === 'phone' ? /^0\d{9,10}$/.test(text) : text.trim() !== ''
}

/** Everything of the person at the machine, in memory only; replaced by `noVisit` when the person leaves. */
export type Visit = {
  readonly sessionId: string | null
  /** 本籍地の利用登録; `null` = the person wants a certificate. */
  readonly application: Application | null
  readonly prefectures: readonly Prefecture[]
  readonly town: { readonly municipalityCode: string; readonly name: string } | null
  readonly insertionId: string | null
  readonly kinds: readonly OfferedKind[]
  readonly kind: OfferedKind | null
  readonly subjects: readonly Subject[]
  readonly subject: Subject | null
  readonly choices: readonly OfferedChoice[]
  readonly chosen: Chosen
  readonly copies: number
  readonly quote: Quote | null
  readonly insertedYen: number
  readonly coinCount: number
  /** The document and its うら面, from delivery on, and their blob: URLs. */
  readonly pdf: (Paper & { readonly url: string; readonly backUrl: string | null }) | null
  /** らくらく窓口: the number under which the paper waits inside. */
  readonly slip: Slip | null
}

export const noVisit: Visit = {
  sessionId: null,
  application: null,
  prefectures: [],
  town: null,
  insertionId: null,
  kinds: [],
  kind: null,
  subjects: [],
  subject: null,
  choices: [],
  chosen: {},
  copies: 1,
  quote: null,
  insertedYen: 0,
  coinCount: 0,
  pdf: null,
  slip: null,
}

/** Why a way ended without paper, in the person's language. */
export type StopText =
  | { readonly kind: 'stop'; readonly key: keyof Words['stops'] }
  | { readonly kind: 'problem'; readonly key: keyof Words['problems'] }
  /** `sentence` is the centre's or the issuing server's own, in Japanese. */
  | {
      readonly kind: 'refusal'
      readonly key: 'closed' | 'refused'
      readonly code: number
      readonly sentence: string
    }

/** What is chosen on one screen: one choice with its options, or items that are only switched on and off. */
export type ChoicePage =
  | { readonly kind: 'choice'; readonly choice: OfferedChoice }
  | { readonly kind: 'items'; readonly items: readonly OfferedChoice[] }

/** So many switches are seen at once. */
const itemsOnPage = 6

export function isItem(choice: OfferedChoice): boolean {
  const values = choice.options.map((option) => option.value)
  return choice.take === 'one' && values.length === 2 && values.includes('yes') && values.includes('no')
}

/** In the order they were offered, items last. What has one option only is no choice. */
export function choicePages(choices: readonly OfferedChoice[]): ChoicePage[] {
  const items = choices.filter(isItem)
  const others = choices.filter((choice) => !isItem(choice) && choice.options.length > 1)
  return [
    ...others.map((choice) => ({ kind: 'choice', choice }) as const),
    ...Array.from(
      { length: Math.ceil(items.length / itemsOnPage) },
      (_, page) =>
        ({ kind: 'items', items: items.slice(page * itemsOnPage, (page + 1) * itemsOnPage) }) as const,
    ),
  ]
}

export type ApplicationState = Extract<OutputOf<typeof applyForUse>, { kind: 'application' }>['state']

/** The screens, in the order a person meets them (`docs/glossary.md`: キオスク端末). */
export type Screen =
  | { readonly name: 'starting' }
  | { readonly name: 'out-of-order'; readonly title: string; readonly words: string }
  | { readonly name: 'enrol'; readonly error: string | null }
  | { readonly name: 'top' }
  | { readonly name: 'notice' }
  | { readonly name: 'place-card'; readonly words: 'lifted' | 'noReader' | null }
  | { readonly name: 'prefecture' }
  | { readonly name: 'town'; readonly prefecture: Prefecture }
  | { readonly name: 'pin'; readonly triesLeft: number; readonly wrong: boolean }
  | { readonly name: 'remove-card' }
  /** 本籍地の利用登録: `page` counts `applicationItems`, then comes what is to be checked. */
  | { readonly name: 'application'; readonly page: number }
  | { readonly name: 'applied'; readonly state: ApplicationState }
  | { readonly name: 'kind' }
  | { readonly name: 'subject' }
  /** `page` counts the screens of `choicePages`. */
  | { readonly name: 'choose'; readonly page: number }
  | { readonly name: 'copies' }
  | { readonly name: 'confirm' }
  | { readonly name: 'pay' }
  | { readonly name: 'printing' }
  | { readonly name: 'take' }
  /** らくらく窓口: the paper lies inside, the person has a number. */
  | { readonly name: 'slip'; readonly slip: Slip; readonly feeYen: number }
  /** Everything is over, but a card still lies there. */
  | { readonly name: 'card-left' }
  /** Money is owed and cannot come out. */
  | { readonly name: 'jammed'; readonly owed: readonly PayoutView[] }
  /** Nothing more can be done: why, and the code for the help desk (`null` = the person's own wish). */
  | { readonly name: 'stopped'; readonly text: StopText; readonly code: number | null }

export type Machine = {
  readonly name: string
  readonly place: string
  /** `counter` = らくらく窓口: staff hand the paper over and take the fee. */
  readonly usage: 'kiosk' | 'counter'
}

/** How this person wants to be spoken to; the next one begins with Japanese again. */
export type Manner = { readonly lang: Lang; readonly large: boolean; readonly voice: boolean }

export const usualManner: Manner = { lang: 'ja', large: false, voice: false }

export type KioskState = {
  readonly screen: Screen
  readonly machine: Machine | null
  readonly hours: { readonly opensAt: string; readonly closesAt: string } | null
  readonly manner: Manner
  /** The made-up town: every screen says so. */
  readonly demonstration: boolean
  /** What is being waited for; `null` = the person's turn. */
  readonly busy: keyof Words['busy'] | null
  /** Could not be done just now; the person may try again or stop. */
  readonly trouble: { readonly key: keyof Words['problems']; readonly again: () => void } | null
  /** Money that came out since the person began. */
  readonly payouts: readonly PayoutView[]
  /** A card lies on the reader; for the reminders. */
  readonly cardPresent: boolean
  /** Seconds until the session ends, `null` = somebody is active. */
  readonly endsInSeconds: number | null
  readonly visit: Visit
}

type Step = keyof Words['steps']

/** Steps shown at the top of each screen; the machine's own screens have none. */
export function stepsAt(usage: Machine['usage'], applies: boolean): readonly Step[] {
  if (applies) return ['card', 'town', 'application', 'pin']
  return usage === 'counter'
    ? ['card', 'town', 'pin', 'certificate', 'fee', 'slip']
    : ['card', 'town', 'pin', 'certificate', 'fee', 'print']
}

/** Under which step a screen stands; printing is the slip's step at a counter. */
export function stepOf(screen: Screen, usage: Machine['usage']): Step | null {
  switch (screen.name) {
    case 'place-card':
      return 'card'
    case 'prefecture':
    case 'town':
      return 'town'
    case 'application':
      return 'application'
    case 'pin':
    case 'remove-card':
      return 'pin'
    case 'kind':
    case 'subject':
    case 'choose':
    case 'copies':
      return 'certificate'
    case 'confirm':
    case 'pay':
      return 'fee'
    case 'printing':
    case 'take':
    case 'slip':
      return usage === 'counter' ? 'slip' : 'print'
    case 'starting':
    case 'out-of-order':
    case 'enrol':
    case 'top':
    case 'notice':
    case 'applied':
    case 'card-left':
    case 'jammed':
    case 'stopped':
      return null
  }
}

export function payoutWords(words: Words, payout: PayoutView): string {
  return `${words.money[payout.reason]} ${words.yen(payout.yen)}`
}
