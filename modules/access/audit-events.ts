import type { AuditEvent } from './access.messages.ts'

/** What sort of act an event is, for who asks the trail. */
export const auditSorts = {
  'sign-in': 'ログイン・ログアウト',
  search: '検索',
  view: '閲覧',
  change: '登録・変更・決定',
  print: '証明書・通知書の作成と印刷',
  export: 'ファイルへの書き出し・提供',
  refused: '断られた操作',
  rights: '権限・アカウント・鍵の変更',
  settings: '設定の変更',
  audit: '監査記録の利用',
  link: '連携・自動の処理',
} as const
export type AuditSort = keyof typeof auditSorts

/** By the names that events have; the first that fits. What fits none changes something. */
const sorts: readonly (readonly [RegExp, AuditSort])[] = [
  [/^access\.audit-(setting|dispos|key)/, 'settings'],
  [/^access\.audit-/, 'audit'],
  [/^access\.document-taken$/, 'print'],
  [/^access\.file-taken$/, 'export'],
  [/^access\.(not-allowed|sign-in-failed|account-locked)$|^(my-numbers|certificates)\.refused$/, 'refused'],
  [/^access\.(signed-|password-right|recovery-code-used|session)/, 'sign-in'],
  [/^my-numbers\.log-read$/, 'audit'],
  [/^my-numbers\.written$/, 'link'],
  [/^break-glass\.refused$/, 'refused'],
  [
    /^(access|field\.pass|relief\.pass|certificates\.paper-key|break-glass\.(granted|entered|ended))\b(?!\.person-revealed|\.clock)/,
    'rights',
  ],
  [
    /setting|\.terms\.|item-sheet|layout-accepted|onboarded|ledger-place|remitter|programme\.|gate\.recorded|linkage\.contact-(added|removed)/,
    'settings',
  ],
  [/search|found-at-desk|\.counted$|areas-counted/, 'search'],
  [/export|disclosure\.provided|recovery-made|file\.(made|read)$|emergency-list-begun|list-begun/, 'export'],
  [
    /^certificates\.(issued|built|delivered|document-signed|bundle-delivered|batch-asked|slip-handed-over|test-copy-printed)$|letter\.|printed|report\.made/,
    'print',
  ],
  [/revealed|viewed|shown|listed|\.read$|-read$|previewed|quoted|tried$|samples/, 'view'],
  [/^(linkage|notices)\.|clock-differs|^access\.clock/, 'link'],
]

export function sortOf(code: string): AuditSort {
  return sorts.find(([pattern]) => pattern.test(code))?.[1] ?? 'change'
}

/** Words and sorts of all events of a program, by code. */
export type AuditVocabulary = {
  readonly sentenceOf: (code: string) => string
  readonly codesOf: (sort: AuditSort) => readonly string[]
}

export function vocabularyOf(events: readonly AuditEvent[]): AuditVocabulary {
  const sentences = new Map(events.map(({ code, sentence }) => [code, sentence]))
  const bySort = Map.groupBy(sentences.keys(), sortOf)
  return {
    // An event of an earlier release whose words are gone is still told.
    sentenceOf: (code) => sentences.get(code) ?? `「${code}」を行いました`,
    codesOf: (sort) => bySort.get(sort) ?? [],
  }
}
