const hour = 3_600_000
const yearsUntilFifthBirthday = 5

/**
 * Last moment of a 利用者証明用 certificate: the end (JST) of its holder's fifth birthday after the issue, or of the card's
 * last day, whichever comes first. Somebody born on 29 February has it on 28 February in other years.
 */
export function lastMoment(issuedAt: Date, bornOn: string, cardUntil: string | null): Date {
  const today = new Date(issuedAt.getTime() + 9 * hour)
  const [, month = 1, day = 1] = bornOn.split('-').map(Number)
  const birthdayIn = (year: number): number => {
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
    return Date.UTC(year, month - 1, Math.min(day, last))
  }
  const year = today.getUTCFullYear()
  const startOfToday = Date.UTC(year, today.getUTCMonth(), today.getUTCDate())
  const next = birthdayIn(year) > startOfToday ? year : year + 1
  const birthday = birthdayIn(next + yearsUntilFifthBirthday - 1)
  const end = cardUntil === null ? birthday : Math.min(birthday, Date.parse(`${cardUntil}T00:00:00Z`))
  // 23:59:59 JST, as in JPKI's own CA certificates (14:59:59Z).
  return new Date(end + 15 * hour - 1000)
}
