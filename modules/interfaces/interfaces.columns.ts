/**
 * The published file layouts, by business: which columns a linkage file has, in which order, how long and of what kind.
 * `interfaces.checks.ts` checks by them; `docs/interfaces/linkage.md` and `linkage.schema.json` are made from them.
 *
 * 項目名 and lengths follow 基本データリスト where a public source repeats it; each definition says in `source` what is ours
 * until the official tables are at hand.
 */
import type { Business, FileInterface } from './definitions/columns.ts'
import { houses } from './definitions/houses.ts'
import { issueBlocks, suppressions } from './definitions/protection.ts'
import { households, nonResidents, residentVersions } from './definitions/residents.ts'
import { cardSerials, seals } from './definitions/seals.ts'
import { taxAssessments, taxIncomes, taxPayments } from './definitions/taxes.ts'
import { disabilities, lateElderly, nursingCare } from './definitions/welfare.ts'

export { businesses } from './definitions/columns.ts'
export type { Business, Column, ColumnKind, Feed, FileInterface } from './definitions/columns.ts'
export { issueBlockTargetCodes, suppressionCategoryCodes } from './definitions/protection.ts'
export {
  readingStateCodes,
  residentKindCodes,
  residentStateCodes,
  sexCodes,
} from './definitions/residents.ts'
export { sealNameCodes, sealStateCodes } from './definitions/seals.ts'
export { declarationCodes, taxationCodes, taxItemCodes } from './definitions/taxes.ts'
export { careLevelCodes, disabilityCodes, handbookCodes } from './definitions/welfare.ts'
export { houseStructureCodes, houseUseCodes } from './definitions/houses.ts'

/** The current version of each business. Ids 001o006 and 001o009 are those of the national list; the others are ours. */
export const fileInterfaces: Readonly<Record<Business, FileInterface>> = {
  residents: residentVersions[1],
  households,
  'non-residents': nonResidents,
  suppressions,
  'issue-blocks': issueBlocks,
  seals,
  'tax-assessments': taxAssessments,
  'tax-incomes': taxIncomes,
  'tax-payments': taxPayments,
  'nursing-care': nursingCare,
  disabilities,
  'late-elderly': lateElderly,
  'card-serials': cardSerials,
  houses,
}

/**
 * The order in which a town sends what waits: what protects comes before what it protects, people before what hangs on
 * them. A business that comes too early is applied all the same; its rows wait for their person.
 */
export const linkOrder: readonly Business[] = [
  'suppressions',
  'issue-blocks',
  'residents',
  'households',
  'non-residents',
  'seals',
  'card-serials',
  'tax-assessments',
  'tax-incomes',
  'tax-payments',
  'nursing-care',
  'disabilities',
  'late-elderly',
  'houses',
]
