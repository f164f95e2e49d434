import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const auditProblems = {
  whole: {
    code: 'audit/whole',
    status: 409,
    title: '記録の連鎖は、まだ作られていません',
    remedy: '数分後にもう一度操作してください。続く場合は運用者に連絡してください。',
  },
  noRetention: {
    code: 'audit/no-retention',
    status: 409,
    title: '監査記録の保存年数が定められていません',
    remedy: '「監査記録の保管」で、貴団体の文書管理の定めによる保存年数と、その根拠を登録してください。',
  },
  nothingOld: {
    code: 'audit/nothing-old',
    status: 409,
    title: '保存年数を過ぎた監査記録はありません',
    remedy: '廃棄は要りません。',
  },
  disposalOpen: {
    code: 'audit/disposal-open',
    status: 409,
    title: '終わっていない廃棄の申請があります',
    remedy: 'その申請を承認するか、取り下げてから、もう一度申請してください。',
  },
  ownDisposal: {
    code: 'audit/own-disposal',
    status: 403,
    title: '申請した人は、自分の申請を承認できません',
    remedy: '権限のある別の職員が承認してください。',
  },
  disposalDecided: {
    code: 'audit/disposal-decided',
    status: 409,
    title: 'この申請は、すでに決裁されています',
    remedy: '画面を開き直して、現在の状態を確かめてください。',
  },
  settingStale: {
    code: 'audit/setting-stale',
    status: 409,
    title: 'ほかの職員が先に設定を変更しました',
    remedy: '画面を開き直し、現在の設定を確かめてから、もう一度変更してください。',
  },
  tooLong: {
    code: 'audit/too-long',
    status: 422,
    title: '記録が多すぎて、1つの写しにできません',
    remedy: '期間を短くして、いくつかに分けて作ってください。',
  },
  span: {
    code: 'audit/span',
    status: 422,
    title: '期間は1年以内で指定してください',
    remedy: '始まりの日と終わりの日を、1年以内にしてください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. Who reads the trail is in the trail. */
export const auditEvents = {
  read: { code: 'access.audit-read', sentence: '監査記録を参照しました' },
  exported: { code: 'access.audit-exported', sentence: '監査記録を書き出しました' },
  extracted: { code: 'access.audit-extracted', sentence: '本人への開示のため、閲覧記録の写しを作りました' },
  headTaken: { code: 'access.audit-head-taken', sentence: '監査記録の署名（連鎖の末尾）を取り出しました' },
  verified: { code: 'access.audit-verified', sentence: '監査記録が書き換えられていないことを検証しました' },
  keyMade: { code: 'access.audit-key-made', sentence: '監査記録に署名する鍵を作りました' },
  keyRotated: { code: 'access.audit-key-rotated', sentence: '監査記録に署名する鍵を替えました' },
  settingChanged: { code: 'access.audit-setting-changed', sentence: '監査記録の設定を変更しました' },
  disposalRequested: { code: 'access.audit-disposal-requested', sentence: '監査記録の廃棄を申請しました' },
  disposalDecided: { code: 'access.audit-disposal-decided', sentence: '監査記録の廃棄を決裁しました' },
  disposed: { code: 'access.audit-disposed', sentence: '保存期間を過ぎた監査記録を廃棄しました' },
  notAllowed: { code: 'access.not-allowed', sentence: '権限のない操作をしようとし、断られました' },
  documentTaken: { code: 'access.document-taken', sentence: '文書（PDF）を取り出しました（表示・印刷）' },
  fileTaken: { code: 'access.file-taken', sentence: 'ファイルを取り出しました' },
  clockDiffers: { code: 'access.clock-differs', sentence: 'サーバーとデータベースの時計がずれています' },
} as const satisfies Record<string, AuditEvent>

export const auditLogs = {
  linkingFailed: {
    code: 'access.linking-failed',
    sentence: '監査記録の連鎖を延ばせませんでした。1分後にもう一度試します',
    level: 'error',
  },
  stampAway: {
    code: 'access.time-stamp-away',
    sentence: '時刻認証局が答えません。監査記録の署名は待たせ、後で時刻印を受けます',
    level: 'warn',
  },
  stampRefused: {
    code: 'access.time-stamp-refused',
    sentence: '時刻認証局の答えは、時刻印として正しくないため使いません',
    level: 'error',
  },
  stampFailed: {
    code: 'access.time-stamp-failed',
    sentence: '監査記録の時刻印の処理に失敗しました。後でもう一度試します',
    level: 'error',
  },
  stampLate: {
    code: 'access.time-stamp-late',
    sentence: '監査記録の署名が、定めた時間を過ぎても時刻印を受けられません。時刻認証局を確かめてください',
    level: 'error',
  },
  disposingFailed: {
    code: 'access.audit-disposing-failed',
    sentence: '承認された監査記録の廃棄が途中で止まりました。1分後に続きを行います',
    level: 'error',
  },
} as const
