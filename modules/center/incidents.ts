/**
 * 事案: what must never happen between the centre, an issuing server and a machine. Each opens an incident that somebody
 * must acknowledge with a note. What could put a wrong paper into somebody's hands also stops the town at once.
 */

type IncidentRule = {
  /** 日本語 heading for operators. */
  readonly ja: string
  /** What an operator does first, in one or two sentences. */
  readonly doFirst: string
  /** An abnormality that leads to wrong issuing: the town's issuing stops until the town says that it may go on. */
  readonly stops: boolean
  /** 9xx of the taxonomy where a person at a machine met it, else `null`. */
  readonly code: number | null
  /** It is over by itself when the cause is (`ended_at`); it is acknowledged all the same. */
  readonly ends?: true
}

const callTown =
  'この市区町村の交付は自動で停止しました。証明発行サーバの運用者と市区町村に電話し、原因と誤交付の有無を確かめてください。'

export const incidentKinds = {
  'damaged-document': {
    ja: '証明書のデータが壊れている、または作成時のものと違う',
    doFirst: callTown,
    stops: true,
    code: 901,
  },
  'mismatched-answer': {
    ja: '別の要求への応答が届いた',
    doFirst: callTown,
    stops: true,
    code: 902,
  },
  'foreign-document': {
    ja: '別の取引または別の団体の証明書が届いた',
    doFirst: callTown,
    stops: true,
    code: 903,
  },
  'duplicate-document': {
    ja: '同じ証明書のデータが二つの取引に届いた',
    doFirst: callTown,
    stops: true,
    code: 904,
  },
  'late-answer': {
    ja: '取引をあきらめた後に応答が届いた',
    doFirst:
      '届いた応答は破棄済みで、取引は中止しています。証明発行サーバの負荷を確かめ、続くときは市区町村に停止を相談してください。',
    stops: false,
    code: null,
  },
  'unreadable-answer': {
    ja: '応答が電文の形をしていない',
    doFirst: '証明発行サーバの版が変わっていないか、運用者に確かめてください。',
    stops: false,
    code: null,
  },
  'refused-message': {
    ja: '証明発行サーバがセンターの電文を受け付けない',
    doFirst: 'センターの証明書の登録と期限、双方の時計を確かめてください。',
    stops: false,
    code: null,
    ends: true,
  },
  'silent-issuer': {
    ja: '証明発行サーバと通信できない',
    doFirst: '回線とサーバの状態を運用者に確かめ、市区町村に知らせてください。通信が戻れば自動で再開します。',
    stops: false,
    code: null,
    ends: true,
  },
  'clock-skew': {
    ja: '証明発行サーバの時計がずれている',
    doFirst: '時刻同期を運用者に確かめてください。60秒を超えてずれると電文を受け付けません。',
    stops: false,
    code: null,
    ends: true,
  },
  'disputed-state': {
    ja: '取引の状態または金額が証明発行サーバと食い違う',
    doFirst: '取引番号で双方の記録を照合し、どちらが正しいかをメモに残してください。料金の精算に影響します。',
    stops: false,
    code: null,
  },
  'untold-state': {
    ja: '取引の結果を証明発行サーバに伝えられないまま時間がたった',
    doFirst: '証明発行サーバの状態を確かめてください。通信が戻れば自動で伝えます。',
    stops: false,
    code: null,
    ends: true,
  },
  'unpaid-payout': {
    ja: '端末が返すべき現金を払い出していない',
    doFirst: '店舗に電話し、端末の状態と現金を確かめてください。端末が起動すれば自動で払い出しを続けます。',
    stops: false,
    code: null,
    ends: true,
  },
  'jpki-away': {
    ja: '公的個人認証の失効確認ができない',
    doFirst:
      '公的個人認証サービスセンターの状況を確かめ、市区町村と事業者に知らせてください。復旧すれば自動で再開します。',
    stops: false,
    code: null,
    ends: true,
  },
  'revoked-key': {
    ja: '使えなくした端末の鍵で署名された通信が届いた',
    doFirst: '端末の所在を事業者に確かめてください。通信は断っています。',
    stops: false,
    code: null,
  },
} as const satisfies Record<string, IncidentRule>

export type IncidentKind = keyof typeof incidentKinds

export const incidentKindCodes = Object.keys(incidentKinds) as [IncidentKind, ...IncidentKind[]]

export function ruleOf(kind: IncidentKind): IncidentRule {
  return incidentKinds[kind]
}
