import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { CenterEvent } from './staff.messages.ts'

export const registryProblems = {
  alreadyThere: {
    code: 'center/already-there',
    status: 409,
    title: '同じものがすでに登録されています',
    remedy: '登録されている内容を確かめてください。変えるときは、別の開始日で登録します。',
  },
  changedMeanwhile: {
    code: 'center/changed-meanwhile',
    status: 409,
    title: 'ほかの運用者が先に登録内容を変えました',
    remedy:
      '画面を開きなおして、今の登録内容を確かめてから変えてください。入力した内容は保存されていません。',
  },
  begun: {
    code: 'center/already-begun',
    status: 409,
    title: 'すでに始まっているため、書き換えられません',
    remedy: '終了日を決めて、新しい内容を別の開始日で登録してください。',
  },
  pastDay: {
    code: 'center/past-day',
    status: 422,
    title: '過去の日付からは始められません',
    remedy: '今日より後の日付にしてください。',
  },
  notTested: {
    code: 'center/route-not-tested',
    status: 422,
    title: '工程2と工程3に合格していない経路です',
    remedy: '試験環境で工程2・工程3を行い、結果を登録してから、経路を登録してください。',
  },
  notThisTown: {
    code: 'center/not-this-town',
    status: 422,
    title: 'この端末の事業者は、その市区町村の庁舎ではありません',
    remedy: '窓口用の端末は、市区町村の庁舎の設置場所に登録してください。',
  },
  notEnrolled: {
    code: 'center/kiosk-not-enrolled',
    status: 409,
    title: 'この端末は、まだ利用開始コードで登録されていません',
    remedy: '端末で利用開始コードを入力し、接続試験を済ませてから確認を登録してください。',
  },
  shortNotice: {
    code: 'center/short-notice',
    status: 422,
    title: '住民情報バックアップの保守は、原則3週間前までに告知します',
    remedy: '開始を3週間より後にするか、急ぐ理由を入力してください。',
  },
  maintenanceBegun: {
    code: 'center/maintenance-begun',
    status: 422,
    title: '始まっている時間の保守は予定できません',
    remedy: '開始を後の時刻にしてください。いま止めるときは「停止」を使います。',
  },
  ofIncident: {
    code: 'center/stop-of-incident',
    status: 409,
    title: 'この停止は事案によるものです',
    remedy: '事案を確認し、市区町村の確認を得てから、事案の画面で再開してください。',
  },
  townMustConfirm: {
    code: 'center/town-must-confirm',
    status: 422,
    title: '市区町村の停止を解くには、滞留データの処理が終わったことの確認が必要です',
    remedy: '市区町村に確かめ、確認した方の課名・役職を入力してください。',
  },
  openingTooLong: {
    code: 'center/opening-too-long',
    status: 422,
    title: '時間外の利用は、一度に24時間までです',
    remedy: '終了を早めてください。続けて必要なときは、あらためて開きます。',
  },
  openingInPast: {
    code: 'center/opening-in-past',
    status: 422,
    title: '終わっている時間は開けません',
    remedy: '終了をいまより後にしてください。',
  },
  testOnly: {
    code: 'center/test-environment-only',
    status: 409,
    title: '工程2・工程3は、試験環境でだけ実行できます',
    remedy: '試験環境の証明書交付センターで実行し、結果を本番に登録してください。',
  },
  noTestCard: {
    code: 'center/no-test-route',
    status: 422,
    title: '試験する経路が登録されていません',
    remedy: '試験環境に、市区町村と証明書の種類ごとの証明発行サーバを登録してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** A machine that is enrolled and not (or no longer) admitted. */
export const notAdmitted = {
  code: 'center/kiosk-not-admitted',
  status: 403,
  title: 'この端末は、まだ使えません',
  remedy: '接続試験とセキュリティ確認が済むと使えるようになります。運用者に連絡してください。',
} as const satisfies ProblemKind

export const registryEvents = {
  townSaved: { code: 'center.town.saved', sentence: '市区町村を登録しました（変更を含む）' },
  routeAdded: { code: 'center.route.added', sentence: '交付の経路を登録しました' },
  routeEnded: { code: 'center.route.ended', sentence: '交付の経路の最終日を決めました' },
  routeWithdrawn: { code: 'center.route.withdrawn', sentence: '始まる前の経路を取り消しました' },
  operatorSaved: { code: 'center.operator.saved', sentence: '事業者を登録しました（変更を含む）' },
  operatorKindAdded: { code: 'center.operator.kind-added', sentence: '事業者の取扱証明書を登録しました' },
  operatorKindEnded: {
    code: 'center.operator.kind-ended',
    sentence: '事業者の取扱証明書の最終日を決めました',
  },
  relaySaved: { code: 'center.relay.saved', sentence: '事業者の中継を登録しました（変更を含む）' },
  storeSaved: { code: 'center.store.saved', sentence: '設置場所を登録しました（変更を含む）' },
  kioskSaved: { code: 'center.kiosk.saved', sentence: '端末を登録しました（変更を含む）' },
  kioskCode: { code: 'center.kiosk.code-made', sentence: '端末の利用開始コードを発行しました' },
  kioskRevoked: { code: 'center.kiosk.revoked', sentence: '端末の利用を停止しました（鍵の失効）' },
  kioskChecked: { code: 'center.kiosk.checked', sentence: '端末のセキュリティ確認を記録しました' },
  calendarSet: { code: 'center.calendar.set', sentence: 'サービス時間を登録しました' },
  maintenancePlanned: { code: 'center.maintenance.planned', sentence: '保守を予定しました' },
  maintenanceCancelled: { code: 'center.maintenance.cancelled', sentence: '保守の予定を取り消しました' },
  stopSet: { code: 'center.stop.set', sentence: '交付を停止しました' },
  stopLifted: { code: 'center.stop.lifted', sentence: '交付の停止を解きました' },
  ledgerOpened: { code: 'center.ledger.opened', sentence: '被災者支援を時間外に開きました' },
  ledgerEnded: { code: 'center.ledger.ended', sentence: '被災者支援の時間外の利用を終えました' },
  contactAdded: { code: 'center.contact.added', sentence: '連絡先を登録しました' },
  contactRemoved: { code: 'center.contact.removed', sentence: '連絡先を外しました' },
  stageRun: { code: 'center.stage.run', sentence: '接続試験（工程2・工程3）を実行しました' },
  stageReported: { code: 'center.stage.reported', sentence: '試験環境での結果を登録しました' },
  storeTestPlanned: { code: 'center.store-test.planned', sentence: '実店舗試験を予定しました' },
} as const satisfies Record<string, CenterEvent>
