import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const externalLinkProblems = {
  ledgerHere: {
    code: 'external-link/ledger-here',
    status: 409,
    title: 'この災害は、外部システムとの連携が設定されていません',
    remedy: '「外部連携」の画面で、台帳を置くシステムを外部システムに設定してください。',
  },
  fileNotFound: {
    code: 'external-link/file-not-found',
    status: 404,
    title: 'その番号の引渡しファイルはありません',
    remedy: '引渡しの一覧から選び直してください。',
  },
  uploadNotFound: {
    code: 'external-link/upload-not-found',
    status: 404,
    title: 'その番号の取込はありません',
    remedy: '取込の一覧から選び直してください。',
  },
  resultNotFound: {
    code: 'external-link/result-not-found',
    status: 404,
    title: 'その結果は見つかりません',
    remedy: '結果の一覧から選び直してください。',
  },
  unreadable: {
    code: 'external-link/unreadable',
    status: 422,
    title: 'ファイルを読めません',
    remedy: 'CSVファイル（UTF-8、30MBまで）を選び直してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const externalLinkEvents = {
  fileMade: { code: 'external-link.file.made', sentence: '外部システムへの引渡しファイルを作りました' },
  fileRead: { code: 'external-link.file.read', sentence: '引渡しファイルを渡しました' },
  fileAcknowledged: { code: 'external-link.file.acknowledged', sentence: '引渡しの受領を記録しました' },
  uploaded: { code: 'external-link.results.uploaded', sentence: '外部システムの結果を取り込みました' },
  uploadRefused: {
    code: 'external-link.results.refused',
    sentence: '外部システムの結果のファイルを受け付けませんでした',
  },
} as const

/** 事実の種類 told to the ledger. */
export const externalLinkFacts = {
  'external-link.issuable': '外部システムの結果：交付可',
  'external-link.not-issuable': '外部システムの結果：交付不可',
  'external-link.ended': '外部システムの結果を取消（証明書は失効）',
} as const
export type ExternalLinkFactKind = keyof typeof externalLinkFacts
