import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'

export const alarmKinds = {
  failure: '取込の失敗',
  refused: 'ファイルの取込不可',
  stopped: '連携の停止',
  restarted: '連携の再開',
  backlog: '取込の遅れ',
  reconciliation: '突合の不一致',
  'reconciliation-overdue': '突合の未実施',
  'bad-rows': '誤りのある行',
  'certificate-expiring': '連携APの証明書の期限',
  disk: '受信用ディスクの不足',
} as const
export type AlarmKind = keyof typeof alarmKinds

/** Troubles that last: acknowledged, they only count on until they are over. The others are over once acknowledged. */
export const lastingAlarms = [
  'stopped',
  'backlog',
  'reconciliation-overdue',
  'bad-rows',
  'certificate-expiring',
  'disk',
] as const

/** A trouble that stands is mailed again no sooner than this. */
export const REMIND_MS = 6 * 3_600_000
/** One that comes and goes must not send a thousand mails: so many in this time. */
export const MOST_MAILS = 3
export const DAMP_MS = 3_600_000

/** When a link is late, minutes. An agent asks every minute or so. */
export const SILENT_MINUTES = 30
/** A complete file that waits for longer than this is a backlog, whatever it waits for. */
export const BACKLOG_MINUTES = 60
/** 突合 once a day, and some hours for a town hall that closes. */
export const RECONCILE_HOURS = 30
export const CERTIFICATE_DAYS_LEFT = 30

/** How long the link has been silent, minutes: of the agents that were ever heard the most silent one. */
export function silenceOf(
  agents: readonly {
    readonly enrolledAt: Date
    readonly revokedAt: Date | null
    readonly heardAt: Date | null
  }[],
  now: Date,
): number {
  const may = agents.filter((agent) => agent.revokedAt === null)
  const heard = may.flatMap(({ heardAt }) => (heardAt === null ? [] : [heardAt.getTime()]))
  // Nobody may speak any more, or nobody has spoken yet: since when.
  const since =
    heard.length > 0
      ? Math.min(...heard)
      : Math.max(...agents.map((agent) => (agent.revokedAt ?? agent.enrolledAt).getTime()))
  return Math.floor((now.getTime() - since) / 60_000)
}

type Facts = Readonly<Record<string, string | number>>

/** What happened and what to do, for screen and mail: numbers and codes only. */
export function alarmText(kind: AlarmKind, business: Business | '', facts: Facts): string {
  const name = business === '' ? '' : `「${fileInterfaces[business].title}」`
  const no = facts['fileNo']
  switch (kind) {
    case 'failure':
      return `${name}の通番${no}の取込に失敗しました（${facts['attempts']}回目）。自動でやり直しています。続くときはBCLの運用者に連絡してください。`
    case 'refused':
      return `${name}の通番${no}は誤りがあり、取り込みませんでした。連携状況の画面で誤りの一覧を確かめ、連携元で直して同じ通番で出力し直してください。`
    case 'stopped':
      return `連携APからの連絡が${facts['minutes']}分途絶えています。連携APのサーバの電源、ネットワーク、状態画面を確かめてください。使わなくなった連携APは登録を取り消してください。`
    case 'restarted':
      return '連携APからの連絡が再び届きました。'
    case 'backlog':
      return `${name}の取込が遅れています（待っているファイル${facts['files']}件、最も古いものは${facts['minutes']}分前）。一時停止や通番の抜けがないか、連携状況の画面で確かめてください。`
    case 'reconciliation':
      return `${name}の突合の結果が一致しませんでした（通番${no}、庁内${facts['townRows']}件、BCL${facts['rows']}件）。確認されるまで住民票・印鑑・税の証明の交付を止めています。全件ファイルを送り、突合し直してください。`
    case 'reconciliation-overdue':
      return `${name}の突合が${facts['hours']}時間行われていません。連携APの状態画面を確かめてください。`
    case 'bad-rows': {
      const nameless = Number(facts['nameless'])
      const closed = `うち宛名番号を読み取れない行が${nameless}行あり、だれの行か分からないため、住民票・印鑑・税の証明の交付を団体全体で止めています。連携元で直し、全件ファイルを送ってください。`
      return `${name}に誤りのある行が${facts['rows']}行あり、その人への交付を止めています。${nameless > 0 ? closed : '連携状況の画面で確かめ、連携元で直して送ってください。'}`
    }
    case 'certificate-expiring':
      return `連携APの証明書の期限まであと${facts['days']}日です。連携APは自動で更新します。更新されないときは登録し直してください。`
    case 'disk':
      return '受信用の領域が足りないため、ファイルを受け取れません。BCLの運用者に連絡してください。ファイルは連携APに残っています。'
  }
}
