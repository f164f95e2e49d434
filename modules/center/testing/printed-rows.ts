import { randomUUID } from 'node:crypto'

/** Rows of the centre's own tables, for tests of what is counted from them. */
export type Sql = (text: string, params?: readonly unknown[]) => Promise<Record<string, unknown>[]>

/** Two shops, a town hall's machine and its counter, a shop elsewhere, and a machine from before there were stores. */
export async function insertPlaces(sql: Sql): Promise<void> {
  await sql(`insert into center.town (municipality_code, prefecture, name) values
    ('212172', '岐阜県', '飛騨市'), ('216046', '岐阜県', '大野郡白川村'), ('141003', '神奈川県', '横浜市')`)
  await sql(`insert into center.operator (operator_id, ja, sort, municipality_code, joined_on) values
    ('mart', 'マート', 'chain', null, '2024-01-01'), ('corner', '=コーナー', 'chain', null, '2024-01-01'),
    ('hida-hall', '飛騨市役所', 'hall', '212172', '2024-01-01')`)
  await sql(`insert into center.store (store_id, operator_id, ja, municipality_code, address, opened_on) values
    ('mart-1', 'mart', 'マート古川店', '212172', '岐阜県飛騨市古川町', '2024-01-01'),
    ('mart-9', 'mart', 'マート横浜店', '141003', '神奈川県横浜市', '2024-01-01'),
    ('corner-1', 'corner', 'コーナー神岡店', '212172', '岐阜県飛騨市神岡町', '2024-01-01'),
    ('hall-1', 'hida-hall', '飛騨市役所', '212172', '岐阜県飛騨市古川町', '2024-01-01')`)
  await sql(`insert into center.kiosk (kiosk_id, operator, name, place, registered_at, store_id, usage) values
    ('k-mart-1', 'mart', 'マート', '古川', now(), 'mart-1', 'kiosk'),
    ('k-mart-9', 'mart', 'マート', '横浜', now(), 'mart-9', 'kiosk'),
    ('k-corner-1', 'corner', 'コーナー', '神岡', now(), 'corner-1', 'kiosk'),
    ('k-hall', 'hida-hall', '市役所', '古川', now(), 'hall-1', 'kiosk'),
    ('k-counter', 'hida-hall', '窓口', '古川', now(), 'hall-1', 'counter'),
    ('k-old', 'mart', '古い端末', '古川', now(), null, 'kiosk')`)
}

/** One printed transaction; what is left out is the usual. */
export type Printed = {
  readonly at: string
  readonly town?: string
  readonly kind?: string
  readonly issuer?: 'bcl' | 'own'
  readonly kiosk?: string
  readonly copies?: number
  readonly feeYen?: number
  readonly printingYen?: number
  /** How far it came; only what was printed counts. */
  readonly state?: 'printed' | 'paid' | 'aborted'
}

/** Whole rows as the centre itself leaves them: session, transaction, quote, states, coins and change. */
export async function insertPrinted(sql: Sql, row: Printed): Promise<string> {
  const {
    at,
    town = '212172',
    kind = 'juminhyo',
    issuer = 'bcl',
    kiosk = 'k-mart-1',
    copies = 1,
    feeYen = 300,
    printingYen = 0,
    state = 'printed',
  } = row
  const session = randomUUID()
  const id = randomUUID().replaceAll('-', '')
  const total = (feeYen + printingYen) * copies
  await sql(
    `insert into center.session (session_id, kiosk_id, started_at, last_seen_at, ended_at, ended_why)
     values ($1, $2, $3, $3, $3, 'finished')`,
    [session, kiosk, at],
  )
  await sql(
    `insert into center.transaction (transaction_id, session_id, kiosk_id, request_id, municipality_code, kind, issuer,
        endpoint, copies, requested_at) values ($1, $2, $3, $4, $5, $6, $7, 'https://issuer.example:8444', $8, $9)`,
    [id, session, kiosk, randomUUID(), town, kind, issuer, copies, at],
  )
  await sql(
    `insert into center.quote (transaction_id, pages, fee_yen, printing_yen, total_yen) values ($1, 1, $2, $3, $4)`,
    [id, feeYen, printingYen, total],
  )
  const atCounter = kiosk === 'k-counter'
  const passed = ['requested', 'quoted', 'built', 'delivered', ...(atCounter ? [] : ['paid'])]
  if (state !== 'paid') passed.push(state)
  if (state === 'aborted') passed.push('refunded')
  for (const [index, name] of passed.entries())
    await sql(
      `insert into center.transaction_state (transaction_id, position, state, at, told_at) values ($1, $2, $3, $4, $4)`,
      [id, index + 1, name, at],
    )
  if (!atCounter && total > 0) {
    const note = 1000 * Math.ceil(total / 1000)
    for (let coin = 0; coin * 1000 < note; coin++)
      await sql(`insert into center.coin (transaction_id, coin_no, yen, at) values ($1, $2, 1000, $3)`, [
        id,
        coin + 1,
        at,
      ])
    if (note > total)
      await sql(
        `insert into center.payout (transaction_id, reason, yen, decided_at, handed_at) values ($1, 'change', $2, $3, $3)`,
        [id, note - total, at],
      )
    if (state === 'aborted')
      await sql(
        `insert into center.payout (transaction_id, reason, yen, decided_at, handed_at) values ($1, 'refunded', $2, $3, $3)`,
        [id, total, at],
      )
  }
  return id
}
