import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from '../access/access.messages.ts'

export const municipalitiesProblems = {
  unknownCode: {
    code: 'municipalities/unknown-code',
    status: 422,
    title: 'その団体コードの市区町村はありません',
    remedy: '6桁の全国地方公共団体コードを確かめてください。',
  },
  badSeal: {
    code: 'municipalities/bad-seal',
    status: 422,
    title: '公印の画像が使えません',
    remedy: 'PNG 形式、200 kB 以下、一辺 2,000 画素以下の正方形の画像を登録してください。',
  },
  outsideHours: {
    code: 'municipalities/outside-hours',
    status: 422,
    title: 'サービス時間は 6:30 から 23:00 の間で設定してください',
    remedy: '開始は終了より前の時刻にしてください。',
  },
  ledgerClosed: {
    code: 'municipalities/ledger-closed',
    status: 403,
    title: '被災者支援の機能は、6:30 から 23:00 まで使えます',
    remedy:
      '災害のため時間外に使うときは、証明書交付センターに連絡してください。運用者が時間を決めて開きます。',
  },
  badLinkHours: {
    code: 'municipalities/bad-link-hours',
    status: 422,
    title: '連携の受付時間が正しくありません',
    remedy: '開始は終了より前の時刻にしてください。終日受け付けるときは 00:00 から 24:00 にします。',
  },
} as const satisfies Record<string, ProblemKind>

export const municipalitiesEvents = {
  settingChanged: { code: 'municipalities.setting-changed', sentence: '団体の設定を変更しました' },
  ledgerOpened: {
    code: 'municipalities.ledger-opened',
    sentence: '被災者支援を時間外に使えるようにしました',
  },
  ledgerOpeningEnded: {
    code: 'municipalities.ledger-opening-ended',
    sentence: '被災者支援の時間外の利用を終えました',
  },
  onboarded: { code: 'municipalities.onboarded', sentence: '団体の利用を開始しました' },
} as const satisfies Record<string, AuditEvent>
