import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type Step = { readonly message: string; readonly answer: string; readonly milliseconds: number }
export type StageTest = {
  readonly stageTestId: string
  readonly municipalityCode: MunicipalityCode
  readonly kind: string
  readonly endpoint: string
  readonly stage: 2 | 3
  readonly passed: boolean
  readonly steps: readonly Step[]
  readonly pdfSha256: string | null
  readonly ranAt: Date
  readonly ranBy: string
  readonly note: string
}

/** False when a test of that number is there. */
export async function insertStageTest(tx: Tx, test: StageTest): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.stage_test (stage_test_id, municipality_code, kind, endpoint, stage, passed, steps, pdf_sha256,
       ran_at, ran_by, note)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning stage_test_id`,
    [
      test.stageTestId,
      test.municipalityCode,
      test.kind,
      test.endpoint,
      test.stage,
      test.passed,
      JSON.stringify(test.steps),
      test.pdfSha256,
      test.ranAt,
      test.ranBy,
      test.note,
    ],
  )
  return rows.length === 1
}

export async function listStageTests(tx: Tx, code: MunicipalityCode | null): Promise<StageTest[]> {
  return await tx.sql<StageTest>(
    `select stage_test_id as "stageTestId", municipality_code as "municipalityCode", kind, endpoint, stage, passed,
            steps, pdf_sha256 as "pdfSha256", ran_at as "ranAt", ran_by as "ranBy", note
       from center.stage_test where $1::text is null or municipality_code = $1
      order by ran_at desc, stage_test_id limit 500`,
    [code],
  )
}

/** Stages whose latest test of exactly this town, kind and issuing server was passed. */
export async function passedStages(
  tx: Tx,
  code: MunicipalityCode,
  kind: string,
  endpoint: string,
): Promise<number[]> {
  const rows = await tx.sql<{ stage: number }>(
    `select stage from (
       select distinct on (stage) stage, passed from center.stage_test
        where municipality_code = $1 and kind = $2 and endpoint = $3
        order by stage, ran_at desc, stage_test_id desc) latest
      where passed order by stage`,
    [code, kind, endpoint],
  )
  return rows.map((row) => row.stage)
}

export type StoreTest = {
  readonly storeTestId: string
  readonly municipalityCode: MunicipalityCode
  readonly storeId: string
  readonly fromAt: Date
  readonly untilAt: Date
  readonly note: string
  readonly plannedBy: string
}

export async function insertStoreTest(tx: Tx, test: StoreTest, at: Date): Promise<void> {
  await tx.sql(
    `insert into center.store_test
       (store_test_id, municipality_code, store_id, from_at, until_at, note, planned_at, planned_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      test.storeTestId,
      test.municipalityCode,
      test.storeId,
      test.fromAt,
      test.untilAt,
      test.note,
      at,
      test.plannedBy,
    ],
  )
}

export async function listStoreTests(tx: Tx, code: MunicipalityCode | null): Promise<StoreTest[]> {
  return await tx.sql<StoreTest>(
    `select store_test_id as "storeTestId", municipality_code as "municipalityCode", store_id as "storeId",
            from_at as "fromAt", until_at as "untilAt", note, planned_by as "plannedBy"
       from center.store_test where $1::text is null or municipality_code = $1
      order by from_at desc limit 500`,
    [code],
  )
}

/** Whether a copy of the town taken at the store at that moment is a test copy of 実店舗試験. */
export async function isStoreTest(
  tx: Tx,
  code: MunicipalityCode,
  storeId: string,
  at: Date,
): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from center.store_test
      where municipality_code = $1 and store_id = $2 and from_at <= $3 and until_at > $3 limit 1`,
    [code, storeId, at],
  )
  return rows.length > 0
}
