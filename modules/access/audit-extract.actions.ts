import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { MissingGlyphs } from '@open-bcl/platform/pdf/pdf-errors.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { audit } from './audit.ts'
import { findSetting } from './audit-disposal.store.ts'
import type * as contract from './audit-trail.contract.ts'
import { auditEvents, auditProblems } from './audit-trail.messages.ts'
import { actorsOf, type AuditLenders } from './audit-trail.actions.ts'
import { findTownName, listActs } from './audit-trail.store.ts'
import { actorText, purposeWords, stampText, startOfDay } from './audit-words.ts'

const LONGEST_DAYS = 5 * 366
/** Some hundred sheets. */
const MOST = 5_000
const TIMEOUT_MS = 60_000

type Input = InputOf<typeof contract.extractAuditPdf>
type Paper = {
  readonly title: string
  readonly town: string
  readonly heading: readonly (readonly [string, string])[]
  readonly columns: readonly string[]
  readonly lines: readonly (readonly string[])[]
  readonly notes: readonly string[]
}

/**
 * For the resident who asks who saw their record (個人情報の保護に関する法律76条, 開示請求): what was done about them, when and
 * by which office. Nothing of others: neither names nor numbers nor facts of an act stand in it.
 */
async function paperOf(
  ctx: Ctx,
  lenders: AuditLenders,
  { residentNo, fromOn, toOn }: Input,
  form: 'csv' | 'pdf',
): Promise<Paper> {
  if (addDays(fromOn, LONGEST_DAYS) < toOn) throw new Problem(auditProblems.span)
  const { extractNames, retentionYears, retentionSource } = await findSetting(ctx.tx)
  const subjects = [{ kind: 'resident', id: residentNo }, ...(await lenders.alsoKnownAs(ctx, residentNo))]
  const rows = await listActs(ctx.tx, {
    ...{ by: 'subjects', subjects, olderThan: null, most: MOST + 1 },
    ...{ from: startOfDay(fromOn), to: startOfDay(addDays(toOn, 1)) },
  })
  if (rows.length > MOST) throw new Problem(auditProblems.tooLong)
  await audit(ctx, auditEvents.extracted, {
    subjects: [{ kind: 'resident', id: residentNo }],
    facts: { fromOn, toOn, form, count: rows.length, names: extractNames },
  })
  const actorOf = await actorsOf(
    ctx,
    rows.map(({ actor }) => actor),
  )
  return {
    title: '住民情報等の利用の記録の写し',
    town: await findTownName(ctx.tx),
    heading: [
      ['宛名番号', residentNo],
      ['期間', `${formatWareki(fromOn) ?? fromOn}から${formatWareki(toOn) ?? toOn}まで`],
      ['件数', `${rows.length.toLocaleString('ja-JP')} 件`],
      ['作成日', formatWareki(todayInJapan(ctx.now)) ?? todayInJapan(ctx.now)],
    ],
    columns: ['日時', extractNames ? '取り扱った職員' : '取り扱った所属', '内容', '目的'],
    lines: rows.map(({ at, actor, event, purpose, subjectCount }) => {
      const who = actorOf(actor)
      const among = subjectCount > 1 ? `（${subjectCount.toLocaleString('ja-JP')}件の中の1件として）` : ''
      return [
        stampText(at),
        extractNames ? actorText(who) : (who.department ?? who.name),
        `${lenders.vocabulary.sentenceOf(event)}${among}`,
        purposeWords(purpose) ?? '',
      ]
    }),
    notes: [
      '日時は日本標準時です。古い順ではなく、新しい順に並んでいます。',
      ...(extractNames ? [] : ['職員の氏名に代えて、現在の所属を載せています。']),
      retentionYears === null
        ? 'この記録の保存年数は定められておらず、利用開始からのすべてがあります。'
        : `この記録の保存年数は${retentionYears}年です（${retentionSource}）。それより前の記録は廃棄されていることがあります。`,
      '他の方に関する事項は載せていません。',
    ],
  }
}

export async function extractAuditCsv(ctx: Ctx, lenders: AuditLenders, input: Input): Promise<Binary> {
  const { title, town, heading, columns, lines, notes } = await paperOf(ctx, lenders, input, 'csv')
  const all = [[title], [town], ...heading, [], columns, ...lines, [], ...notes.map((note) => [note])]
  return { bytes: Buffer.from(spreadsheetCsv(all)), fileName: `${title}.csv` }
}

export async function extractAuditPdf(
  ctx: Ctx,
  lenders: AuditLenders,
  engine: Pick<PdfEngine, 'render'>,
  input: Input,
): Promise<Binary> {
  const paper = await paperOf(ctx, lenders, input, 'pdf')
  const snapshot = { ...paper, madeOn: todayInJapan(ctx.now) }
  return { bytes: await rendered(engine, snapshot), fileName: `${paper.title}.pdf` }
}

/** A character that no font has, in a name or an office: the paper still leaves, with 〓 in its place. */
async function rendered(engine: Pick<PdfEngine, 'render'>, snapshot: object): Promise<Uint8Array> {
  try {
    return await engine.render('audit-extract', snapshot, { timeoutMs: TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof MissingGlyphs)) throw error
    let text = JSON.stringify(snapshot)
    for (const unit of error.units) text = text.replaceAll(unit.text, '〓')
    return await engine.render('audit-extract', JSON.parse(text) as object, { timeoutMs: TIMEOUT_MS })
  }
}
