import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { reveal, revealMany } from '../access/guarded.ts'
import { holdsEverywhere } from '../access/rights.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import { protectedFrom } from '../protection/protection.actions.ts'
import { getResident, searchResidents } from '../residents/residents.actions.ts'
import { residentsProblems } from '../residents/residents.messages.ts'
import { addressLine, displayName, type ResidentRecord } from '../residents/residents.ts'
import { gateOf, type Issuing } from './before-freezing.actions.ts'
import { certificatesEvents } from './certificates.messages.ts'
import type * as contract from './desk.contract.ts'

export async function findPeople(
  ctx: Ctx,
  typed: InputOf<typeof contract.findPeople>,
): Promise<OutputOf<typeof contract.findPeople>> {
  const given = Object.entries(typed).filter(([, words]) => words !== undefined && words !== '')
  if (given.length === 0) throw new Problem(residentsProblems.tooVague)
  const { people, more } = await searchResidents(ctx, Object.fromEntries(given), { seq: null })
  await audit(ctx, certificatesEvents.foundAtDesk, {
    subjects: typed.residentNo ? [{ kind: 'resident', id: typed.residentNo }] : [],
    facts: { fields: given.map(([field]) => field).join(' '), count: people.length },
  })
  const records = await revealMany(ctx, people, 'certificate')
  return {
    people: records.map((record, i) => {
      const { suppressed } = people[i]!
      return {
        residentNo: record.residentNo,
        ...named(record),
        birth: { ...record.birth },
        address: suppressed ? null : addressLine(record.address),
        state: record.state,
        suppressed,
      }
    }),
    more,
  }
}

function named({ name }: ResidentRecord): { name: string; kana: string } {
  return { name: displayName(name), kana: name.preference === '2' ? name.aliasKana : name.kana }
}

export async function listCertifiable(
  ctx: Ctx,
  issuing: Issuing,
  { residentNo }: InputOf<typeof contract.listCertifiable>,
): Promise<OutputOf<typeof contract.listCertifiable>> {
  const person = await getResident(ctx, residentNo, { seq: null })
  const record = await reveal(ctx, person, 'certificate')
  const caution = (await protectedFrom(ctx, residentNo)).size > 0
  const town = await getMunicipality(ctx)
  const kinds = []
  for (const kind of issuing.kinds) {
    const subjects = await kind.subjects(ctx, residentNo)
    kinds.push({
      kind: kind.code,
      ja: certificateKinds[kind.code].ja,
      issued: gateOf(town, kind.code) === null,
      mayIssue: holdsEverywhere(ctx.actor, kind.permission),
      feeYen: kind.feeYen(town.feesYen[kind.code] ?? null),
      subjects: subjects.map(({ subjectId, label }) => ({ subjectId, label })),
    })
  }
  const { suppressed } = person
  return { person: { residentNo: record.residentNo, ...named(record), suppressed, caution }, kinds }
}
