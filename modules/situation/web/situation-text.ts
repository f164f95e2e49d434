/** 「11月21日 09:30」 in Japan. */
const short = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  month: 'long',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

export function momentText(at: string): string {
  return short.format(new Date(at))
}

/** 「3日前から」; of a time to come its hour. */
export function sinceText(at: string, now: number): string {
  const days = Math.floor((now - Date.parse(at)) / 86_400_000)
  return days >= 1 ? `${days}日前から` : days >= 0 ? '今日から' : momentText(at)
}
