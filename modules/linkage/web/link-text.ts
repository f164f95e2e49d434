import type { LinkFileRow, LinkInbound } from '../linkage.contract.ts'

export const modeLabels = { full: '全件', delta: '差分' } as const
export const stateLabels = { applied: '反映済み', refused: '受取不可', verified: '試験で確認' } as const
export const stateTones = { applied: 'success', refused: 'error', verified: 'information' } as const

/** 「45分」「3時間」「2日と4時間」, rounded down: how old data are. */
export function durationText(minutes: number): string {
  if (minutes < 60) return `${minutes}分`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours}時間` : `${hours}時間${minutes % 60}分`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days}日` : `${days}日と${hours % 24}時間`
}

/** 「追加 1、変更 2、削除 0、変更なし 97、誤り 3」 as pairs for a list. */
export function countsOf(counts: LinkFileRow['counts']): readonly { term: string; value: number }[] {
  return [
    { term: 'ファイルの行数', value: counts.rows },
    { term: '追加', value: counts.inserted },
    { term: '変更', value: counts.updated },
    { term: '削除', value: counts.deleted },
    { term: '変更なし', value: counts.unchanged },
    { term: '誤りのため反映していない行', value: counts.refused },
    { term: '住民情報を待っている行', value: counts.parked },
    { term: '交付を止めた人', value: counts.blocked },
  ]
}

export const heldWords: Readonly<Record<LinkInbound['state'], string>> = {
  receiving: '受信中',
  waiting: '順番待ち',
  held: '待機',
  applying: '取込中',
}
