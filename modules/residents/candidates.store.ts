import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

/** Who has all of the tokens of a question, as of `seq`: numbers alone. */
export async function numbersOfMany(
  tx: Tx,
  questions: readonly { readonly at: number; readonly wanted: readonly bigint[] }[],
  seq: bigint,
): Promise<{ question: number; residentNo: string }[]> {
  // 64-bit numbers, which JSON of JavaScript cannot write.
  const asked = questions.map(({ at, wanted }) => `{"at":${at},"wanted":[${wanted.join(',')}]}`).join(',')
  return await tx.sql(
    `select question, resident_no as "residentNo" from residents.numbers_of_many($1, $2, $3::jsonb)`,
    [tx.municipality, seq, `[${asked}]`],
  )
}

/** Who was born on these days, as of `seq`. */
export async function numbersBornOn(
  tx: Tx,
  days: readonly PlainDate[],
  seq: bigint,
): Promise<{ birthOn: PlainDate; residentNo: string }[]> {
  return await tx.sql(
    `select birth_on::text as "birthOn", resident_no as "residentNo" from residents.version
      where municipality_code = $1 and birth_on = any($2::date[]) and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)`,
    [tx.municipality, [...days], seq],
  )
}
