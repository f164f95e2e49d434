import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { moneyOf, netYen, noCopies, plus, printingOf, times, type Channel, type Copy } from './copies.ts'
import { copyTariffs, inForce } from './tariff.ts'
import { plainDate } from '@open-bcl/core/dates.ts'

const tariff = inForce(copyTariffs, plainDate('2026-11-21')).value
const at = (
  kind: string,
  feeYen: number,
  channel: Channel = 'store',
  issuer: Copy['issuer'] = 'bcl',
): Copy => ({
  kind,
  issuer,
  channel,
  feeYen,
  printingYen: printingOf(kind, feeYen, channel, tariff),
})

/** case, n → collected, commission, handed on, BCL fee of the next year, left to the town. */
const vectors: readonly (readonly [string, Copy, number, number, number, number, number, number])[] = [
  ['住民票 300円', at('juminhyo', 300), 100, 30_000, 11_700, 18_300, 18_000, 300],
  ['住民票 200円', at('juminhyo', 200), 100, 20_000, 11_700, 8_300, 18_000, -9_700],
  ['印鑑 10円（期間中の減額）', at('inkan', 10), 50, 500, 5_850, -5_350, 9_000, -14_350],
  ['罹災 無料', at('risai', 0), 40, 400, 4_680, -4_280, 0, -4_280],
  ['罹災 300円', at('risai', 300), 40, 12_000, 4_680, 7_320, 0, 7_320],
]

describe('繰替払', () => {
  for (const [name, copy, n, collected, commission, transfer, bcl, net] of vectors) {
    test(`${name}: ${n} copies`, () => {
      const totals = times(moneyOf(copy, tariff), n)
      assert.equal(totals.copies, n)
      assert.equal(totals.collectedYen, collected)
      assert.equal(totals.commissionYen, commission)
      assert.equal(totals.transferYen, transfer)
      assert.equal(totals.bclYen, bcl)
      assert.equal(netYen(totals), net)
    })
  }

  test('30,000 people, of whom 3 in 100 take one copy: 162,000 yen of BCL fee (S3), 105,300 yen of commission', () => {
    const totals = times(moneyOf(at('juminhyo', 300), tariff), (30_000 * 3) / 100)
    assert.equal(totals.copies, 900)
    assert.equal(totals.bclYen, 162_000)
    assert.equal(totals.commissionYen, 105_300)
  })

  test('a free 罹災証明書 costs the resident 10 yen and the town 107', () => {
    const money = moneyOf(at('hisai', 0), tariff)
    assert.equal(money.printingYen, 10)
    assert.equal(money.townCommissionYen, 107)
    assert.equal(money.commissionYen, 117)
  })

  test('one copy with both costs 297 yen; from a town’s own server 117; at the counter nobody is paid 117', () => {
    const cost = (copy: Copy) => moneyOf(copy, tariff).townCommissionYen + moneyOf(copy, tariff).bclYen
    assert.equal(cost(at('juminhyo', 200)), 297)
    assert.equal(cost(at('juminhyo', 200, 'store', 'own')), 117)
    assert.equal(cost(at('juminhyo', 200, 'counter', 'own')), 0)
    assert.equal(moneyOf(at('juminhyo', 200, 'counter'), tariff).transferYen, 0)
    // Whether 180 is asked for at the counter is not written anywhere: a parameter.
    assert.equal(moneyOf(at('juminhyo', 200, 'counter'), tariff).bclYen, 180)
    assert.equal(moneyOf(at('juminhyo', 200, 'counter'), tariff, false).bclYen, 0)
  })

  test('what the machine took is what the operator keeps and what the town is handed', () => {
    const kinds = fc.constantFrom('juminhyo', 'kisai', 'inkan', 'tax', 'risai', 'hisai', 'koseki')
    const copies = fc.array(
      fc.tuple(kinds, fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 99 })),
    )
    fc.assert(
      fc.property(copies, (rows) => {
        const totals = rows
          .map(([kind, feeYen, n]) => times(moneyOf(at(kind, feeYen), tariff), n))
          .reduce(plus, noCopies)
        assert.equal(totals.collectedYen, totals.commissionYen + totals.transferYen)
        assert.equal(totals.commissionYen, totals.townCommissionYen + totals.printingYen)
        assert.equal(totals.collectedYen, totals.feeYen + totals.printingYen)
        assert.equal(totals.commissionYen, totals.copies * 117)
      }),
    )
  })
})
