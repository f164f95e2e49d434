import type { PlainDate } from '@open-bcl/core/brand.ts'

/** Certificates that BCL, or a town's own server, may issue. */
export const certificateKinds = {
  juminhyo: { ja: '住民票の写し' },
  /** Not offered by the original BCL: a town turns it on. */
  kisai: { ja: '住民票記載事項証明書' },
  inkan: { ja: '印鑑登録証明書' },
  tax: { ja: '税証明' },
  risai: { ja: '罹災証明書' },
  hisai: { ja: '被災証明書' },
} as const
export type CertificateKindCode = keyof typeof certificateKinds

/** Who issues a kind for the town on a day. `none`: nobody at kiosks. */
export type Issuer = 'bcl' | 'own' | 'none'

/**
 * 参加パターン (クラウド型被災者支援システムの導入パターン): A1 BCL and コンビニ交付 in use; A2 コンビニ交付 with an own issuing server,
 * data linked to BCL; A3 both begun with BCL; B data by hand, コンビニ交付 on its own server.
 */
export type ParticipationPattern = 'A1' | 'A2' | 'A3' | 'B'

export type Participation = {
  readonly pattern: ParticipationPattern
  /** How resident data arrive: through the agent, or as files put in by staff. */
  readonly residentData: 'agent' | 'manual'
  readonly issues: Readonly<Record<CertificateKindCode, Issuer>>
}

/** What a pattern means unless the town's setting says otherwise. 罹災・被災 always come from BCL. */
export function participationOfPattern(pattern: ParticipationPattern): Participation {
  const own: Issuer = pattern === 'A2' || pattern === 'B' ? 'own' : 'bcl'
  return {
    pattern,
    residentData: pattern === 'B' ? 'manual' : 'agent',
    issues: { juminhyo: own, kisai: 'none', inkan: own, tax: own, risai: 'bcl', hisai: 'bcl' },
  }
}

/** Service hours of a town inside BCL's 6:30–23:00 (手引き 6.1), JST, `HH:MM`. */
export type ServiceHours = {
  readonly opensAt: string
  readonly closesAt: string
  /** `MM-DD`; 12-29 to 01-03 in most towns. */
  readonly closedOn: readonly string[]
}

export const BCL_HOURS: ServiceHours = {
  opensAt: '06:30',
  closesAt: '23:00',
  closedOn: ['12-29', '12-30', '12-31', '01-01', '01-02', '01-03'],
}

/** Whether the town's service is open at an instant, by the clock of Japan. */
export function isOpen(hours: ServiceHours, at: Date): boolean {
  const japan = new Date(at.getTime() + 9 * 3_600_000).toISOString()
  const time = japan.slice(11, 16)
  return time >= hours.opensAt && time < hours.closesAt && !hours.closedOn.includes(japan.slice(5, 10))
}

/** When a town's files are taken over the link, JST, `HH:MM`; every day. */
export type LinkHours = { readonly opensAt: string; readonly closesAt: string }

export const LINK_HOURS: LinkHours = { opensAt: BCL_HOURS.opensAt, closesAt: BCL_HOURS.closesAt }
/** 被災者支援: the same, but in a disaster some functions also outside it, on the town's request (手引き 6.1(3)). */
export const LEDGER_HOURS: LinkHours = { opensAt: BCL_HOURS.opensAt, closesAt: BCL_HOURS.closesAt }

/** Whether it is between two times of the day in Japan. */
export function isWithin({ opensAt, closesAt }: LinkHours, at: Date): boolean {
  const time = new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(11, 16)
  return time >= opensAt && time < closesAt
}

/** The demonstration town has no night. */
export const ROUND_THE_CLOCK: LinkHours = { opensAt: '00:00', closesAt: '24:00' }

/**
 * How old a town's data may be when a certificate is made of them, minutes; `null` = of any age (a disaster is when links
 * break, and 罹災・被災 say what was found on the ground).
 */
export type DataAgeLimits = Readonly<Record<CertificateKindCode, number | null>>
export const DATA_AGE_LIMITS: DataAgeLimits = {
  juminhyo: 24 * 60,
  kisai: 24 * 60,
  inkan: 24 * 60,
  tax: 24 * 60,
  risai: null,
  hisai: null,
}

/** What a town lets be printed beyond the usual; a town that says nothing has the defaults. */
export type IssueOptions = {
  /** 住民票コード may be chosen at a machine. Often it is not offered there. */
  readonly kioskResidentCode: boolean
  /** 性別 on the 印鑑登録証明書: many towns no longer print it. */
  readonly sealSex: boolean
  /** Copies that a machine gives at once. */
  readonly kioskCopies: number
  /** Name of the paper that certifies a 被災届出: `被災証明書`, `被災届出証明書`, `罹災届出証明書`. No form is laid down. */
  readonly hisaiTitle: string
  /** Of the envelopes in which certificates are posted. */
  readonly envelopeWindow: EnvelopeWindow
  /** 所得証明書 apart from the 課税（非課税）証明書, which says the income, too. */
  readonly taxIncomePaper: boolean
  /** `MM-DD` from which this year's tax is certified (現年度): when it has been decided, in most towns in June. */
  readonly taxYearBegins: string
  /** 「再交付」 on a 罹災証明書 whose paper was handed out before. No source asks for it; the towns' practice differs. */
  readonly risaiReissueMark: boolean
  /**
   * How many fiscal years what was certified, and the evidence of alarms that were looked into, are kept (交付履歴の保存期間, which each
   * town sets: 住民記録システム標準仕様書 1.3.8). `null` = the town has not said: nothing of it is disposed of.
   */
  readonly recordYears: number | null
  /** The rule that says so (文書管理規程 …). */
  readonly recordSource: string
}

/** Where the window of the envelope lies on the A4 sheet, folded in three, from its left upper corner, mm. */
export type EnvelopeWindow = {
  readonly leftMm: number
  readonly topMm: number
  readonly widthMm: number
  readonly heightMm: number
}

/**
 * 長形3号 (120 mm × 235 mm), 窓付き. No standard fixes the window: makers differ by some mm, so a town measures its own
 * envelopes.
 */
export const WINDOW_NAGA_3: EnvelopeWindow = { leftMm: 18, topMm: 16, widthMm: 92, heightMm: 42 }

export const ISSUE_OPTIONS: IssueOptions = {
  kioskResidentCode: false,
  sealSex: false,
  kioskCopies: 10,
  hisaiTitle: '被災証明書',
  envelopeWindow: WINDOW_NAGA_3,
  taxIncomePaper: true,
  taxYearBegins: '06-01',
  risaiReissueMark: false,
  recordYears: null,
  recordSource: '',
}

/** A town as certificates and screens need it on a day. */
export type Municipality = {
  readonly code: string
  readonly name: string
  readonly prefecture: string
  /** 職名, e.g. 飛騨市長 */
  readonly mayorTitle: string
  readonly mayorName: string
  /** 電子公印 as PNG, `null`: 公印省略. */
  readonly sealPng: Uint8Array | null
  readonly demonstration: boolean
  /** 練習の町 (modules/practice): nothing of it may be taken for real. */
  readonly practice: boolean
  readonly hours: ServiceHours
  /** Fee in yen of a kind at the kiosk, tax included. */
  readonly feesYen: Readonly<Partial<Record<CertificateKindCode, number>>>
  readonly participation: Participation
  readonly issueOptions: IssueOptions
  /** 個人番号 may be kept and shown (off unless the town turns it on). */
  readonly keepsMyNumber: boolean
  readonly linkHours: LinkHours
  readonly dataAgeLimits: DataAgeLimits
  /** The town's own last day for former interface versions, by business (`modules/interfaces`). */
  readonly interfaceDeadlines: Readonly<Record<string, PlainDate>>
  readonly asOf: PlainDate
}
