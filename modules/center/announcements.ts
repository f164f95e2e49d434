import { maintenanceScopes, type MaintenanceScope } from './calendar.ts'

/**
 * 周知: faults, stops, restarts, JPKI outages and maintenance are told at once to the contacts of the towns and operators
 * they concern, and each contact is asked to say that it was read. Whom and in which words is decided here; pure.
 */
export const announcementKinds = {
  stop: '交付の停止',
  restart: '交付の再開',
  maintenance: '保守の予定',
  'maintenance-cancelled': '保守の取消し',
  trouble: '障害',
  'trouble-over': '障害の復旧',
  access: '運用者による緊急閲覧',
  'access-over': '緊急閲覧の終了と事後確認のお願い',
} as const
export type AnnouncementKind = keyof typeof announcementKinds

export const parties = {
  town: '市区町村',
  operator: '事業者',
  bcl: 'BCL',
  jpki: '公的個人認証サービスセンター',
} as const
export type Party = keyof typeof parties

/** What is told of. `operatorId`: whose relay, store or machine it is; `towns`: of a server that is silent, those it serves. */
export type Subject = {
  readonly scope: MaintenanceScope | 'issuer' | 'access'
  readonly scopeKey: string
  readonly operatorId: string | null
  readonly towns: readonly string[]
}

/** Everybody whom the subject concerns: 緊急閲覧 is between the operator and the town; the whole tells all; a town itself and all who show its certificates; an operator itself. */
export function concerns(
  { scope, scopeKey, operatorId, towns }: Subject,
  contact: { readonly party: Party; readonly partyKey: string },
): boolean {
  const { party, partyKey } = contact
  switch (scope) {
    case 'center':
    case 'bcl':
    case 'jpki':
      return true
    case 'backup':
      return party === 'town' || party === 'bcl'
    case 'town':
      return party === 'town' ? partyKey === scopeKey : party === 'operator' || party === 'bcl'
    case 'access':
      return party === 'town' && partyKey === scopeKey
    case 'issuer':
      return party === 'town' ? towns.includes(partyKey) : party === 'operator' || party === 'bcl'
    case 'operator':
    case 'relay':
    case 'store':
    case 'kiosk':
      return party === 'operator' && partyKey === operatorId
  }
}

/** 「市区町村 飛騨市」 */
export function subjectWords(scope: Subject['scope'], name: string): string {
  const sort = scope === 'issuer' ? '証明発行サーバ' : maintenanceScopes[scope === 'access' ? 'town' : scope]
  return name === '' ? sort : `${sort} ${name}`
}

/** One line of the mail each; what operators noted among themselves is not in it. */
export type Facts = readonly { readonly term: string; readonly value: string }[]

export function bodyOf(facts: Facts): string {
  return facts.map(({ term, value }) => `${term}：${value}`).join('\n')
}

export function mailText(body: string, link: string, test: boolean): string {
  return [
    ...(test ? ['これは試験環境からの通知です。本番の交付には影響しません。', ''] : []),
    body,
    '',
    '受け取ったことを、次のページで知らせてください（ログインは要りません）。',
    link,
    '',
    'このメールは証明書交付センターから自動で送っています。返信は読まれません。',
  ].join('\n')
}

/** A relay that is away is asked again after this, minutes: at 3 a.m. soon, later less often. */
export function retryMinutes(tries: number): number {
  return Math.min(2 ** Math.max(tries - 1, 0), 30)
}

/** 「令和8年11月21日 3:05」 is the page's; a mail says it plainly: 「2026-11-21 03:05」, by the clock of Japan. */
export function mailInstant(at: Date): string {
  return new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
}
