import type { CopyTariff } from './tariff.ts'

/** Where a certificate came out: an operator's machine, a machine in the town hall, or the counter (らくらく窓口). */
export type Channel = 'store' | 'hall' | 'counter'
export const channelWords: Readonly<Record<Channel, string>> = {
  store: '店舗のキオスク端末',
  hall: '庁舎内のキオスク端末',
  counter: 'らくらく窓口',
}

/** What one copy means in money; the sums of a statement are sums of these. Whole yen. */
export type CopyMoney = {
  /** Put into the machine: the town's fee, and for a free 罹災・被災証明書 the print. */
  readonly collectedYen: number
  /** Of that, what is the town's own fee (手数料条例). */
  readonly feeYen: number
  /** 委託手数料 to the operator, all of it. */
  readonly commissionYen: number
  /** Of the commission, what the resident paid as 印刷代. */
  readonly printingYen: number
  /** Of the commission, what the town bears: 117, or 107 where the resident paid 10. */
  readonly townCommissionYen: number
  /** 繰替払: what the operator hands on to the town; negative = the town owes it. */
  readonly transferYen: number
  /** BCL証明発行機能利用料, billed once after the year's end. */
  readonly bclYen: number
}

export type Copy = {
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
  readonly channel: Channel
  /** The town's fee, per copy. */
  readonly feeYen: number
  /** 印刷代 the machine took, per copy: what was taken counts, whether it fits the tariff or not (`printingOf`). */
  readonly printingYen: number
}

/**
 * The money of one printed copy (S2, S3 2.4, S0). The commission is netted from what the machine took (繰替払). At the counter
 * no operator takes part: no commission, and the town takes its fee itself, so nothing is handed on. Whether a machine in the
 * town hall has an operator who is paid is a matter of its contract: `hall` counts as an operator's machine, as in the
 * statistics of S4.
 */
export function moneyOf(copy: Copy, tariff: CopyTariff, bclAtCounter = true): CopyMoney {
  const atCounter = copy.channel === 'counter'
  const bcl = copy.issuer === 'bcl' && tariff.bclKinds.includes(copy.kind) && (bclAtCounter || !atCounter)
  return splitOf(copy, atCounter ? 0 : tariff.commissionYen, bcl ? tariff.bclYen : 0)
}

/** The same from amounts that were booked for the copy. */
export function splitOf(
  { channel, feeYen, printingYen }: Pick<Copy, 'channel' | 'feeYen' | 'printingYen'>,
  commissionYen: number,
  bclYen: number,
): CopyMoney {
  const collectedYen = collectedOf({ channel, feeYen, printingYen })
  return {
    collectedYen,
    feeYen,
    commissionYen,
    printingYen,
    townCommissionYen: commissionYen - printingYen,
    transferYen: collectedYen - commissionYen,
    bclYen,
  }
}

/** What a machine takes for one copy; at the counter the town takes its fee itself. */
export function collectedOf({
  channel,
  feeYen,
  printingYen,
}: Pick<Copy, 'channel' | 'feeYen' | 'printingYen'>): number {
  return channel === 'counter' ? 0 : feeYen + printingYen
}

/** 印刷代 that a machine should have asked for: only where the town leaves a 罹災・被災証明書 free (S3 2.4(4)). */
export function printingOf(kind: string, feeYen: number, channel: Channel, tariff: CopyTariff): number {
  return channel !== 'counter' && tariff.disasterKinds.includes(kind) && feeYen === 0 ? tariff.printingYen : 0
}

export type Totals = CopyMoney & { readonly copies: number }

export const noCopies: Totals = {
  copies: 0,
  collectedYen: 0,
  feeYen: 0,
  commissionYen: 0,
  printingYen: 0,
  townCommissionYen: 0,
  transferYen: 0,
  bclYen: 0,
}

export function times(money: CopyMoney, copies: number): Totals {
  return {
    copies,
    collectedYen: money.collectedYen * copies,
    feeYen: money.feeYen * copies,
    commissionYen: money.commissionYen * copies,
    printingYen: money.printingYen * copies,
    townCommissionYen: money.townCommissionYen * copies,
    // -5350 and never -0.
    transferYen: money.transferYen * copies + 0,
    bclYen: money.bclYen * copies,
  }
}

export function plus(a: Totals, b: Totals): Totals {
  return {
    copies: a.copies + b.copies,
    collectedYen: a.collectedYen + b.collectedYen,
    feeYen: a.feeYen + b.feeYen,
    commissionYen: a.commissionYen + b.commissionYen,
    printingYen: a.printingYen + b.printingYen,
    townCommissionYen: a.townCommissionYen + b.townCommissionYen,
    transferYen: a.transferYen + b.transferYen,
    bclYen: a.bclYen + b.bclYen,
  }
}

/** What is left to the town: handed on, less the BCL fee of the next year. */
export function netYen(totals: Totals): number {
  return totals.transferYen - totals.bclYen
}
