import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type {
  listKioskSubjects,
  OfferedKind,
  PayoutView,
  quoteTransaction,
  startSession,
} from '../kiosk.contract.ts'

export type Prefecture = Extract<OutputOf<typeof startSession>, { kind: 'started' }>['prefectures'][number]
export type Subject = Extract<OutputOf<typeof listKioskSubjects>, { kind: 'subjects' }>['subjects'][number]
export type Quote = Extract<OutputOf<typeof quoteTransaction>, { kind: 'quoted' }>

/** Everything of the person at the machine, in memory only; replaced by `noVisit` when the person leaves. */
export type Visit = {
  readonly sessionId: string | null
  readonly prefectures: readonly Prefecture[]
  readonly town: { readonly municipalityCode: string; readonly name: string } | null
  readonly insertionId: string | null
  readonly kinds: readonly OfferedKind[]
  readonly kind: OfferedKind | null
  readonly subjects: readonly Subject[]
  readonly subject: Subject | null
  readonly copies: number
  readonly quote: Quote | null
  readonly insertedYen: number
  readonly coinCount: number
  /** blob: URL of the document, from delivery on. */
  readonly pdfUrl: string | null
}

export const noVisit: Visit = {
  sessionId: null,
  prefectures: [],
  town: null,
  insertionId: null,
  kinds: [],
  kind: null,
  subjects: [],
  subject: null,
  copies: 1,
  quote: null,
  insertedYen: 0,
  coinCount: 0,
  pdfUrl: null,
}

/** The screens, in the order a person meets them (`docs/glossary.md`: キオスク端末). */
export type Screen =
  | { readonly name: 'starting' }
  | { readonly name: 'out-of-order'; readonly title: string; readonly words: string }
  | { readonly name: 'enrol'; readonly error: string | null }
  | { readonly name: 'top' }
  | { readonly name: 'notice' }
  | { readonly name: 'place-card'; readonly words: string | null }
  | { readonly name: 'prefecture' }
  | { readonly name: 'town'; readonly prefecture: Prefecture }
  | { readonly name: 'pin'; readonly triesLeft: number; readonly wrong: boolean }
  | { readonly name: 'remove-card' }
  | { readonly name: 'kind' }
  | { readonly name: 'subject' }
  | { readonly name: 'copies' }
  | { readonly name: 'confirm' }
  | { readonly name: 'pay' }
  | { readonly name: 'printing' }
  | { readonly name: 'take' }
  /** Nothing more can be done: why, and the code for the help desk (`null` = the person's own wish). */
  | { readonly name: 'stopped'; readonly title: string; readonly words: string; readonly code: number | null }

export type KioskState = {
  readonly screen: Screen
  readonly machine: { readonly name: string; readonly place: string } | null
  readonly hours: { readonly opensAt: string; readonly closesAt: string } | null
  /** The made-up town: every screen says so. */
  readonly demonstration: boolean
  /** What is being waited for; `null` = the person's turn. */
  readonly busy: string | null
  /** Could not be done just now; the person may try again or stop. */
  readonly trouble: { readonly title: string; readonly words: string; readonly again: () => void } | null
  /** Money that came out since the person began. */
  readonly payouts: readonly PayoutView[]
  /** A card lies on the reader; for the reminders. */
  readonly cardPresent: boolean
  /** Seconds until the session ends, `null` = somebody is active. */
  readonly endsInSeconds: number | null
  readonly visit: Visit
}

/** Steps shown at the top of each screen; the machine's own screens have none. */
export const steps = ['カード', '市区町村', '暗証番号', '証明書', '料金', '印刷'] as const
export function stepOf(screen: Screen): number | null {
  switch (screen.name) {
    case 'place-card':
      return 1
    case 'prefecture':
    case 'town':
      return 2
    case 'pin':
    case 'remove-card':
      return 3
    case 'kind':
    case 'subject':
    case 'copies':
      return 4
    case 'confirm':
    case 'pay':
      return 5
    case 'printing':
    case 'take':
      return 6
    case 'starting':
    case 'out-of-order':
    case 'enrol':
    case 'top':
    case 'notice':
    case 'stopped':
      return null
  }
}

export function payoutWords(payout: PayoutView): string {
  const words = { change: 'つり銭', returned: '投入された現金の返却', refunded: '料金の返金' } as const
  return `${words[payout.reason]} ${payout.yen.toLocaleString('ja-JP')}円`
}
