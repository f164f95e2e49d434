/** 「8：30」「0830」 as `08:30`; `null` when it is no time of day. */
export function readTime(text: string): string | null {
  const match = /^(\d{1,2}):?(\d{2})$/.exec(
    text.normalize('NFKC').replace(/\s/g, '').replace('時', ':').replace('分', ''),
  )
  const [, hour = '', minute = ''] = match ?? []
  if (match === null || Number(hour) > 23 || Number(minute) > 59) return null
  return `${hour.padStart(2, '0')}:${minute}`
}

/** `MM-DD` as 「12月29日」. */
export function closedDayText(day: string): string {
  return `${Number(day.slice(0, 2))}月${Number(day.slice(3))}日`
}

/** Days as typed, 「12月29日、12/30、1-1」, as `MM-DD` in the order typed; `null` when one cannot be read. */
export function readClosedDays(text: string): string[] | null {
  const words = text
    .normalize('NFKC')
    .split(/[\s、,，]+/)
    .filter((word) => word !== '')
  const days = words.map((word) => {
    const [, month, day] = /^(\d{1,2})[-/月](\d{1,2})日?$/.exec(word) ?? []
    if (month === undefined || day === undefined) return null
    // A leap year, so that 2月29日 may be closed.
    const date = new Date(Date.UTC(2024, Number(month) - 1, Number(day)))
    if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null
    return `${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  })
  return days.some((day) => day === null) ? null : [...new Set(days as string[])]
}
