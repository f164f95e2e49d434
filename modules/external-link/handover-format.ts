import { csvLine } from '../interfaces/interfaces.csv.ts'
import type { HandoverKind } from './external-link.ts'

/** Columns of the files that leave, as published (docs/interfaces/external-victim-support.md). */
export const handoverHeaders = {
  applications: [
    ...['市区町村コード', '災害コード', 'ファイル番号', '行番号', '申請番号', '版', '区分', '保護'],
    ...[
      '受付の方法',
      '受付番号',
      '申請日',
      '宛名番号',
      '住登外者ID',
      '申請者氏名',
      '申請者氏名カナ',
      '申請者住所',
    ],
    ...[
      '生年月日',
      '電話番号',
      'メール',
      '連絡先',
      '世帯主との関係',
      '世帯主宛名番号',
      '世帯主氏名',
      '世帯主住所',
    ],
    ...['構成員', '構成員の宛名番号', '被災住家の所在地', '罹災原因', '住家の種別', '持家・借家', '所有者'],
    ...[
      '被害の状況',
      '損傷した部位',
      '浸水深',
      '調査の希望',
      '必要部数',
      '使用目的',
      '結果の通知',
      '受取の方法',
    ],
  ],
  issues: [
    ...[
      '市区町村コード',
      '災害コード',
      'ファイル番号',
      '行番号',
      '証明書の別',
      '申請番号',
      '整理番号',
      '取引番号',
    ],
    ...['区分', '保護', '交付場所', '端末', '部数', '交付日時', '失効日時'],
  ],
} as const satisfies Record<HandoverKind, readonly string[]>

/** The file: UTF-8, every field quoted, LF. For a machine: nothing is changed for a spreadsheet's sake. */
export function handoverCsv(kind: HandoverKind, rows: readonly (readonly string[])[]): string {
  return [handoverHeaders[kind], ...rows].map((row) => csvLine(row)).join('')
}

export function handoverFileName(disasterCode: string, kind: HandoverKind, fileNo: number): string {
  const name = { applications: '申請引渡', issues: '交付結果' }[kind]
  return `${name}_${disasterCode}_${String(fileNo).padStart(5, '0')}.csv`
}
