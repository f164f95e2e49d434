import type { Ctx } from '@open-bcl/platform/ctx.ts'

/** Each finds rows that must not be; the first column says which. */
const faults: Readonly<Record<string, string>> = {
  'an application without anything told to the ledger': `
    select a.application_id from risai.application a
     where a.municipality_code = $1 and not exists (
       select 1 from ledger.fact f where f.municipality_code = a.municipality_code and f.entry_id = a.entry_id)`,
  'an accepted application that nobody surveys': `
    select a.application_id from risai.application a
     where a.municipality_code = $1 and a.state not in ('received', 'rejected', 'withdrawn') and not exists (
       select 1 from surveys.task t where t.municipality_code = a.municipality_code and t.origin_ref = a.application_id)`,
  'a certificate without a decision': `
    select c.certificate_id from risai.certificate c
     where c.municipality_code = $1 and not exists (
       select 1 from risai.decision d
        where d.municipality_code = c.municipality_code and d.application_id = c.application_id)`,
  'a certificate of another grade than was found': `
    select c.certificate_id from risai.certificate c
     where c.municipality_code = $1 and not exists (
       select 1 from risai.grading g
        where g.municipality_code = c.municipality_code and g.application_id = c.application_id and g.grade = c.grade)`,
  'a grade that no survey found': `
    select g.application_id from risai.grading g
     where g.municipality_code = $1 and not exists (
       select 1 from surveys.result r join surveys.task t using (municipality_code, task_id)
        where t.municipality_code = g.municipality_code and r.grade = g.grade
          and t.origin_ref = g.application_id)`,
  'two certificates in force for one application': `
    select c.application_id from risai.certificate c
     where c.municipality_code = $1 and c.withdrawn_at is null group by c.application_id having count(*) > 1`,
  'a certificate of 無被害': `
    select c.certificate_id from risai.certificate c where c.municipality_code = $1 and c.grade = 'G0'`,
  'an award paid twice': `
    select i.award_id from payments.item i
     where i.municipality_code = $1 and i.state in ('planned', 'sent', 'paid') group by i.award_id having count(*) > 1`,
  'a payment without an award of that amount': `
    select i.award_id from payments.item i left join support.award w using (municipality_code, award_id)
     where i.municipality_code = $1 and (w.award_id is null or w.amount_yen <> i.amount_yen)`,
  'a payment that its maker approved': `
    select r.run_id from payments.run r where r.municipality_code = $1 and r.approved_by = r.made_by`,
  'a file that says another sum than its items': `
    select r.run_id from payments.run r join payments.item i using (municipality_code, run_id)
     where r.municipality_code = $1 group by r.run_id, r.total_yen, r.items
    having sum(i.amount_yen) <> r.total_yen or count(*) <> r.items`,
}

const figures: Readonly<Record<string, string>> = {
  'appended.facts': 'select count(*)::int as n from ledger.fact where municipality_code = $1',
  'appended.sheets': 'select count(*)::int as n from surveys.sheet where municipality_code = $1',
  'appended.certificates': 'select count(*)::int as n from risai.certificate where municipality_code = $1',
  'appended.awards': 'select count(*)::int as n from support.award where municipality_code = $1',
  'certificates in force':
    'select count(*)::int as n from risai.certificate where municipality_code = $1 and withdrawn_at is null',
  'paid yen': `select coalesce(sum(amount_yen), 0)::float8 as n from payments.item
                where municipality_code = $1 and state = 'paid'`,
}

/** What the database says of the whole story so far. */
export async function checkTruth({
  tx,
}: Ctx): Promise<{ readonly faults: readonly string[]; readonly figures: Readonly<Record<string, number>> }> {
  const found: string[] = []
  for (const [fault, sql] of Object.entries(faults)) {
    const rows = await tx.sql(sql, [tx.municipality])
    if (rows.length > 0) found.push(`${fault}: ${rows.length}`)
  }
  const counted: Record<string, number> = {}
  for (const [name, sql] of Object.entries(figures)) {
    const [row] = await tx.sql<{ n: number }>(sql, [tx.municipality])
    counted[name] = row?.n ?? 0
  }
  return { faults: found, figures: counted }
}
