/** A nominal type: a string (or number) that only the right maker may produce. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name }

/** 全国地方公共団体コード: 6 digits, the last is the check digit (`core/ja/check-digits.ts`). Tenant key of every row. */
export type MunicipalityCode = Brand<string, 'MunicipalityCode'>
/** 宛名番号: up to 15 digits as the town's core system numbers a person. Not unique across towns. */
export type ResidentNo = Brand<string, 'ResidentNo'>
/** 世帯番号: up to 15 digits. */
export type HouseholdNo = Brand<string, 'HouseholdNo'>
/** A calendar day in Japan, `YYYY-MM-DD`. */
export type PlainDate = Brand<string, 'PlainDate'>
/** UUIDv7 made by the client of a write; the same id never has two effects (`command` table). */
export type RequestId = Brand<string, 'RequestId'>

/** The realm of BCL operators, who belong to no municipality. */
export const OPERATOR_REALM = '000000' as MunicipalityCode
