import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, revealMany, test, type Guarded } from '../access/guarded.ts'
import type {
  BlockReason,
  CertificateKind,
  Channel,
  FreezeRequest,
  Frozen,
} from '../certificates/certificates.ts'
import type { Choice, Choices } from '../certificates/choices.ts'
import { layoutOn } from '../certificates/layouts.ts'
import { printedFiscalYear } from '../certificates/papers/printed.ts'
import { TAX_CERTIFYING_SENTENCE, taxIncomeBody, taxPaymentBody } from '../certificates/papers/tax.ts'
import { blocksOnPerson } from '../certificates/person-blocks.actions.ts'
import { dead, movedOut, movingOut, type PersonFault } from '../certificates/person-blocks.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { numberOf, type Entry } from '../registers/entries.ts'
import { findEntries } from '../registers/registers.actions.ts'
import { currentSeq, findResident, getResident } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import {
  addressOnLevyDay,
  assessmentFaults,
  currentYear,
  incomeFactsOf,
  paymentFactsOf,
  taxPapers,
  yearOf,
  type TaxPaper,
} from './taxes.ts'

/** 所得・課税（非課税）・納税の証明書 for the counter and the kiosk. Subject: the 宛名番号 of the person herself. */
export const taxCertificateKind: CertificateKind<Ctx> = {
  code: 'tax',
  permission: 'taxes.issue',
  // At a machine only residents; at the counter also who has left, since the tax was decided here.
  forMovedOut: false,
  feeYen: (townFeeYen) => townFeeYen ?? 0,
  subjects: async (ctx, residentNo) =>
    (await findResident(ctx, residentNo, { seq: null })) === null
      ? []
      : [{ subjectId: residentNo, label: '本人の税証明書' }],
  choices: choicesOf,
  people: async (_ctx, subjectId) => [subjectId as ResidentNo],
  blocks: blocksOn,
  freeze,
}

const files = { assessment: 'tax-assessments', income: 'tax-incomes', payment: 'tax-payments' } as const

/** Rows of a person of one business and year, the years told by questions alone. */
async function rowsOf(
  ctx: Ctx,
  paper: TaxPaper,
  residentNo: ResidentNo,
  year: number,
  seq: bigint,
): Promise<Guarded<Entry>[]> {
  const rows = await findEntries(ctx, files[paper], residentNo, { seq })
  return rows.filter((row) => test(row, (entry) => yearOf(entry) === year))
}

/** A clerk is offered the years of which there are data, back to here. */
const YEARS_BACK = 10

async function choicesOf(ctx: Ctx, subjectId: string, channel: Channel): Promise<Choice[]> {
  const seq = await currentSeq(ctx)
  const residentNo = subjectId as ResidentNo
  await getResident(ctx, residentNo, { seq })
  const { issueOptions } = await getMunicipality(ctx)
  const current = currentYear(todayInJapan(ctx.now), issueOptions.taxYearBegins)
  const years = channel === 'kiosk' ? [current] : await yearsOf(ctx, residentNo, current, seq)
  return [
    {
      name: 'paper',
      ja: '証明書',
      take: 'one',
      options: (Object.keys(taxPapers) as TaxPaper[])
        .filter((value) => value !== 'income' || issueOptions.taxIncomePaper)
        .map((value) => ({ value, ja: taxPapers[value] })),
      default: 'assessment',
    },
    {
      name: 'year',
      ja: '年度',
      take: 'one',
      options: years.map((year) => {
        const { fiscal, income } = printedFiscalYear(year)
        return { value: String(year), ja: `${fiscal}（${income}中の所得）` }
      }),
      default: String(current),
    },
  ]
}

/** 現年度, the years before it, and from April the one that is about to begin: of the last a clerk decides. */
async function yearsOf(ctx: Ctx, residentNo: ResidentNo, current: number, seq: bigint): Promise<number[]> {
  const rows = [
    ...(await findEntries(ctx, 'tax-assessments', residentNo, { seq })),
    ...(await findEntries(ctx, 'tax-payments', residentNo, { seq })),
  ]
  const known = (year: number): boolean =>
    year === current || rows.some((row) => test(row, (entry) => yearOf(entry) === year))
  return Array.from({ length: YEARS_BACK + 2 }, (_, i) => current + 1 - i).filter(known)
}

function chosen(choices: Choices): { readonly paper: TaxPaper; readonly year: number } {
  const { paper, year } = choices
  if (typeof paper !== 'string' || !Object.hasOwn(taxPapers, paper)) throw new Error('no such tax paper')
  return { paper: paper as TaxPaper, year: Number(year) }
}

/** What one paper of one year is made of, as of one number of the town's data. */
async function recordsOf(ctx: Ctx, residentNo: ResidentNo, paper: TaxPaper, year: number, seq: bigint) {
  const [assessment] = await rowsOf(ctx, 'assessment', residentNo, year, seq)
  const [income] = await rowsOf(ctx, 'income', residentNo, year, seq)
  const payments = paper === 'payment' ? await rowsOf(ctx, 'payment', residentNo, year, seq) : []
  return { assessment: assessment ?? null, income: income ?? null, payments }
}

async function blocksOn(
  ctx: Ctx,
  subjectId: string,
  channel: Channel,
  choices: Choices | null,
): Promise<BlockReason[]> {
  const seq = await currentSeq(ctx)
  const residentNo = subjectId as ResidentNo
  const person = await getResident(ctx, residentNo, { seq })
  const faults = [dead, atMachines(movedOut), movingOut]
  const blocks = await blocksOnPerson(ctx, 'tax', person, channel, faults, { seq })
  if (blocks.length > 0 || choices === null) return blocks
  const { paper, year } = chosen(choices)
  const { assessment, income, payments } = await recordsOf(ctx, residentNo, paper, year, seq)
  if (paper === 'payment') return paymentBlocks(person, assessment, payments, year)
  if (assessment === null) return [{ code: 309, ja: 'この年度の課税のデータがありません' }]
  return assessmentFaults
    .filter(({ holds }) => holdOn(assessment, income, person, holds))
    .map(({ code, ja }) => ({ code, ja }))
}

function atMachines(fault: PersonFault): PersonFault {
  return { ...fault, holds: (record, channel) => channel === 'kiosk' && fault.holds(record, channel) }
}

function holdOn(
  assessment: Guarded<Entry>,
  income: Guarded<Entry> | null,
  person: Guarded<ResidentRecord>,
  holds: (assessment: Entry, income: Entry | null, person: ResidentRecord) => boolean,
): boolean {
  return test(assessment, (levied) =>
    test(person, (record) =>
      income === null ? holds(levied, null, record) : test(income, (earned) => holds(levied, earned, record)),
    ),
  )
}

function paymentBlocks(
  person: Guarded<ResidentRecord>,
  assessment: Guarded<Entry> | null,
  payments: readonly Guarded<Entry>[],
  year: number,
): BlockReason[] {
  if (payments.length === 0) return [{ code: 309, ja: 'この年度の納税のデータがありません' }]
  const placed = test(person, (record) =>
    assessment === null
      ? addressOnLevyDay(null, record, year) !== null
      : test(assessment, (levied) => addressOnLevyDay(levied, record) !== null),
  )
  return placed ? [] : [{ code: 309, ja: '1月1日（賦課期日）の住所がわかりません。連携元から送ってください' }]
}

async function freeze(ctx: Ctx, subjectId: string, request: FreezeRequest): Promise<Frozen> {
  const seq = await currentSeq(ctx)
  const residentNo = subjectId as ResidentNo
  const { paper, year } = chosen(request.choices)
  const person = await getResident(ctx, residentNo, { seq })
  // `blocks` refused before; it must not come out even if somebody forgets to ask.
  if (person.suppressed) throw new Error('a protected person was about to be certified')
  const { assessment, income, payments } = await recordsOf(ctx, residentNo, paper, year, seq)
  const record = await reveal(ctx, person, 'certificate')
  const levied = assessment && (await reveal(ctx, assessment, 'certificate'))
  const { fiscal, income: incomeYear } = printedFiscalYear(year)
  const town = request.paper.municipality
  const sentence = TAX_CERTIFYING_SENTENCE
  if (paper === 'payment') {
    const rows = await revealMany(ctx, payments, 'certificate')
    if (rows.length === 0) throw new Error('no payment to certify')
    const facts = paymentFactsOf(rows, levied, record, { town, year, fiscalYear: fiscal, sentence })
    return { layout: layoutOn('tax-payment', request.issuedOn), ...taxPaymentBody(facts, request.paper) }
  }
  if (levied === null || numberOf(levied, '課税年度') !== year) throw new Error('no assessment to certify')
  const earned = income && (await reveal(ctx, income, 'certificate'))
  const words = { town, fiscalYear: fiscal, incomeYear, sentence }
  const facts = incomeFactsOf(paper, levied, earned, record, words)
  const form = paper === 'income' ? 'tax-income' : 'tax-assessment'
  return { layout: layoutOn(form, request.issuedOn), ...taxIncomeBody(facts, request.paper) }
}
