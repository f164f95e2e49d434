import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { PersonRefField, PersonRow } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { casesProblems as problems } from './cases.messages.ts'
import {
  actKinds,
  agencies,
  closeReasons,
  filters,
  methods,
  needs,
  results,
  type ActKind,
  type Agency,
  type CloseReason,
  type Filter,
  type Method,
  type Need,
  type Result,
} from './cases.ts'

const codesOf = <V extends string>(options: readonly { readonly value: V }[]): [V, ...V[]] =>
  options.map(({ value }) => value) as [V, ...V[]]
const needCodes = z.enum(codesOf<Need>(needs))
const words = z.string().trim().max(2000, '2000文字以内で入力してください')
const short = z.string().trim().max(100, '100文字以内で入力してください')

const CaseView = z.object({
  caseId: z.string(),
  disasterId: z.string(),
  state: z.enum(['open', 'closed']),
  version: z.int(),
  needs: z.array(needCodes).meta({ title: '課題' }),
  nextOn: z.string().nullable().meta({ title: '次の予定日' }),
  /** The next date is past. */
  late: z.boolean(),
  responsible: z.string().meta({ title: '担当' }),
  openedAt: z.string().meta({ title: '支援を始めた日時' }),
  changedAt: z.string().meta({ title: '最後の記録' }),
})

export const openCase = endpoint({
  name: 'openCase',
  method: 'POST',
  path: '/api/disasters/:disasterId/cases',
  title: '災害ケースマネジメントの開始',
  permission: 'cases.change',
  input: z.object({
    disasterId: DisasterIdField,
    personRef: PersonRefField,
    needs: z.array(needCodes).max(20).meta({ title: '課題' }),
    nextOn: Day.nullable().meta({ title: '次の予定日' }),
    responsible: short.meta({ title: '担当' }),
    words: words.meta({ title: '始めた理由・様子' }),
  }),
  output: z.object({ caseId: z.string(), version: z.int() }),
  problems: [
    ledgerProblems.notFound,
    ledgerProblems.personNotInLedger,
    problems.alreadyOpen,
    problems.impossible,
  ],
})

/** Whose next date is past, and other lists; the longest waiting first. */
export const listCases = endpoint({
  name: 'listCases',
  method: 'GET',
  path: '/api/disasters/:disasterId/cases',
  title: '災害ケースマネジメントの一覧',
  permission: 'cases.view',
  input: z.object({
    disasterId: DisasterIdField,
    filter: z.enum(codesOf<Filter>(filters)),
    from: z.coerce.number().int().min(0).optional(),
  }),
  output: z.object({
    cases: z.array(CaseView.extend({ person: PersonRow })),
    next: z.int().nullable(),
    counts: z.array(z.object({ filter: z.enum(codesOf<Filter>(filters)), count: z.int() })),
  }),
  problems: [ledgerProblems.notFound],
})

export const listCasesOf = endpoint({
  name: 'listCasesOf',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/cases',
  title: '世帯の災害ケースマネジメント',
  permission: 'cases.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({ cases: z.array(CaseView) }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

export const getCase = endpoint({
  name: 'getCase',
  method: 'GET',
  path: '/api/cases/:caseId',
  title: '災害ケースマネジメントの記録',
  permission: 'cases.view',
  input: z.object({ caseId: z.uuid() }),
  output: CaseView.extend({
    person: PersonRow,
    /** The household at the time of the disaster. */
    household: z.array(PersonRow),
    /** Somebody of the household is under 支援措置: words and hand-overs are closed. */
    concealed: z.boolean(),
    acts: z.array(
      z.object({
        actNo: z.int(),
        kind: z.enum(['opened', ...codesOf<ActKind>(actKinds)]),
        actedOn: z.string(),
        nextOn: z.string().nullable(),
        method: z.enum(codesOf<Method>(methods)).nullable(),
        result: z.enum(codesOf<Result>(results)).nullable(),
        needs: z.array(needCodes),
        agency: z.enum(codesOf<Agency>(agencies)).nullable(),
        consentOn: z.string().nullable(),
        closeReason: z.enum(codesOf<CloseReason>(closeReasons)).nullable(),
        who: z.string().nullable(),
        agencyName: z.string().nullable(),
        words: z.string().nullable(),
        at: z.string(),
        by: z.string(),
      }),
    ),
  }),
  problems: [problems.notFound],
})

/** 訪問、計画、つなぎ、終了、再開: what each needs is checked by `checkAct`. */
export const recordCaseAct = endpoint({
  name: 'recordCaseAct',
  method: 'POST',
  path: '/api/cases/:caseId/acts',
  title: '災害ケースマネジメントの記録の追加',
  permission: 'cases.change',
  input: z.object({
    caseId: z.uuid(),
    /** The version the clerk saw. */
    version: z.int().min(1),
    kind: z.enum(codesOf<ActKind>(actKinds)).meta({ title: '記録の種類' }),
    actedOn: Day.meta({ title: '日付' }),
    nextOn: Day.nullable().meta({ title: '次の予定日' }),
    method: z.enum(codesOf<Method>(methods)).nullable().meta({ title: '方法' }),
    result: z.enum(codesOf<Result>(results)).nullable().meta({ title: '結果' }),
    who: short.meta({ title: '訪問・連絡した人' }),
    needs: z.array(needCodes).max(20).meta({ title: '課題' }),
    agency: z.enum(codesOf<Agency>(agencies)).nullable().meta({ title: 'つなぐ先' }),
    agencyName: short.meta({ title: 'つなぐ先の名前・担当者' }),
    consentOn: Day.nullable().meta({ title: '本人の同意を得た日' }),
    responsible: short.meta({ title: '担当' }),
    closeReason: z.enum(codesOf<CloseReason>(closeReasons)).nullable().meta({ title: '終了の理由' }),
    words: words.meta({ title: '内容' }),
  }),
  output: z.object({ version: z.int() }),
  problems: [problems.notFound, problems.impossible, problems.protected, problems.alreadyOpen],
})
