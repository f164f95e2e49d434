import type { AuditEvent } from '../access/access.messages.ts'

/** 監査の出来事, each with the sentence the auditor reads. */
export const recoveryEvents = {
  begun: { code: 'linkage.recovery-begun', sentence: '団体のデータの復旧パッケージを作り始めました' },
  made: { code: 'linkage.recovery-made', sentence: '団体のデータの復旧パッケージを作りました' },
  compared: { code: 'linkage.recovery-compared', sentence: '受け取ったデータと中間DBの一致を確かめました' },
} as const satisfies Record<string, AuditEvent>

/** What is wrong with a package, as a sentence for whoever received it. */
export const packageFaults = {
  notOpened: (name: string) =>
    `${name} を開けません。鍵がこの団体のものか、写し取る途中で壊れていないか確かめてください。`,
  missing: (name: string) => `${name} がありません。パッケージのフォルダを全部写してください。`,
  unexpected: (name: string) =>
    `${name} はパッケージの一覧にありません。一覧にないファイルは使わないでください。`,
  list: 'パッケージの一覧（package.json）の形が違います。作り直しを依頼してください。',
  certificate:
    '署名者の証明書が、示された認証局のものではありません。このパッケージは使わず、送り主に確かめてください。',
  authority:
    'パッケージの認証局が、手元の認証局の証明書と違います。このパッケージは使わず、送り主に確かめてください。',
  signature: '署名が一覧と合いません。一覧が書き換えられています。このパッケージは使わないでください。',
  digest: (name: string) => `${name} が一覧のSHA-256と合いません。書き換えられたか、壊れています。`,
  manifest: (name: string) => `${name} の送付票が一覧と合いません。作り直しを依頼してください。`,
  count: (name: string) => `${name} の件数が送付票と合いません。`,
  hashTotal: (name: string) => `${name} のハッシュ合計が送付票と合いません。`,
  row: (name: string, line: number, item: string) => `${name} の${line}行目「${item}」が様式に合いません。`,
} as const
