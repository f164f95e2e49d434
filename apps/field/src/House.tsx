import { useEffect, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { gradeLabel } from '@open-bcl/modules/disasters/grades.ts'
import type { GuidelineCode } from '@open-bcl/modules/disasters/disasters.ts'
import { rulesOf } from '@open-bcl/modules/surveys/rules/guidelines.ts'
import type { Answer, Answers, InputDefinition, Sheet } from '@open-bcl/modules/surveys/rules/rules.ts'
import { degreeLabels, degrees } from '@open-bcl/modules/surveys/rules/rules.ts'
import { inputsOf, sheetDefinition, sheetLabel } from '@open-bcl/modules/surveys/rules/sheets.ts'
import { surveyStages, type SheetId } from '@open-bcl/modules/surveys/surveys.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { stateLabel } from './Houses.tsx'
import { Photos } from './Photos.tsx'
import type { SheetItem, Start } from './sheet-item.ts'
import { SheetEntry } from './SheetEntry.tsx'
import type { CarriedTask, Sync } from './sync.ts'
import type { Entry, Secrets, Vault } from './vault.ts'

/** A sheet of this phone: unfinished, or finished and not yet sent. */
type OwnSheet = { readonly entry: Entry; readonly item: SheetItem }

/** 一軒の調査対象: what is known, what others recorded, the sheet and the photos. */
export function House(props: {
  task: CarriedTask
  secrets: Secrets
  vault: Vault
  sync: Sync
  entries: readonly Entry[]
}): ReactNode {
  const { task, vault, sync, entries } = props
  const [entering, setEntering] = useState<Start | 'new' | null>(null)
  const [own, setOwn] = useState<readonly OwnSheet[]>([])
  const mine = entries.filter((entry) => entry.taskId === task.taskId)
  const kept = mine
    .filter(
      ({ kind, state }) =>
        kind === 'sheet' && (state === 'draft' || state === 'queued' || state === 'problem'),
    )
    .map(({ itemId, state, bytes }) => `${itemId} ${state} ${bytes}`)
    .join()
  useEffect(() => {
    let gone = false
    const read = async (): Promise<void> => {
      const found: OwnSheet[] = []
      for (const entry of await vault.entries()) {
        if (entry.taskId !== task.taskId || entry.kind !== 'sheet') continue
        if (entry.state !== 'draft' && entry.state !== 'queued' && entry.state !== 'problem') continue
        const { item } = await vault.open(entry)
        if (item.kind === 'sheet') found.push({ entry, item })
      }
      if (!gone) setOwn(found)
    }
    // Locked while it was read: the screen is another one by then.
    void read().catch(() => undefined)
    return () => {
      gone = true
    }
  }, [vault, task.taskId, kept])
  const claim = async (): Promise<void> => {
    await vault.put({ kind: 'claim', taskId: task.taskId as never, recordedAt: new Date().toISOString() })
    sync.soon()
  }
  const draft = own.find(({ entry }) => entry.state === 'draft')
  const finished = own.filter(({ entry }) => entry.state !== 'draft').at(-1)
  const others = task.sheets.filter((sheet) => !sheet.earlier)
  const atTown = others.find(({ recordedBy }) => recordedBy === `調査端末　${props.secrets.name}`)
  const correct = (): void => {
    if (finished) return setEntering({ itemId: null, sheet: nextOf(finished.item.sheet) })
    if (!atTown) return
    const { sheetId, sheetNo, sheet, surveyedOn, surveyors, witness, note } = atTown
    const kept = {
      sheetId: sheetId as SheetId,
      sheetNo,
      sheet: sheet as Sheet,
      surveyedOn: surveyedOn as PlainDate,
    }
    setEntering({
      itemId: null,
      sheet: nextOf({ ...kept, surveyors, witness, note, startedAt: null, position: null }),
    })
  }
  const claimed = task.state !== 'waiting' || mine.some(({ kind }) => kind === 'claim')
  if (entering !== null)
    return (
      <SheetEntry {...props} start={entering === 'new' ? null : entering} onDone={() => setEntering(null)} />
    )
  return (
    <>
      <h1>{task.suppressed ? '所在地は表示できません' : task.address}</h1>
      {task.suppressed && (
        <Banner tone="suppression" title="支援措置の対象者に関わる調査対象です">
          所在地と連絡先は端末に入っていません。役場に確かめてください。
        </Banner>
      )}
      {task.state === 'conflict' && (
        <Banner tone="error" title="この住家には、複数の調査票があります">
          下に並べて示します。どれを結果にするかは、役場で決めます。
        </Banner>
      )}
      <DescriptionList
        items={[
          { term: '調査番号', value: task.taskNo },
          { term: '段階', value: surveyStages.find(({ value }) => value === task.stage)?.label ?? '' },
          {
            term: '状態',
            value: `${stateLabel(task, finished !== undefined)}${task.claimedBy ? `　${task.claimedBy}` : ''}`,
          },
          { term: '世帯主', value: task.headName },
          { term: '申請者', value: task.applicantName },
          { term: '連絡先', value: task.phone },
          { term: '連絡事項', value: task.note },
        ].filter(({ value }) => value !== '')}
      />
      <div className="field-actions">
        {draft ? (
          <Button
            look="solid"
            onClick={() => setEntering({ itemId: draft.entry.itemId, sheet: draft.item.sheet })}
          >
            調査票の続きを記入する
          </Button>
        ) : finished || atTown ? (
          <Button look="solid" onClick={correct}>
            記入した調査票を訂正する
          </Button>
        ) : (
          <Button look="solid" onClick={() => setEntering('new')}>
            {others.length > 0 ? '別の調査票を記入する' : '調査票を記入する'}
          </Button>
        )}
        {!claimed && <Button onClick={() => void claim()}>「調査中」の印を付ける</Button>}
      </div>
      <Photos
        task={task}
        vault={vault}
        sync={sync}
        sheetId={(draft ?? finished)?.item.sheet.sheetId ?? null}
        count={mine.filter(({ kind }) => kind === 'photo').length}
      />
      {others.length > 0 && (
        <Sheets
          title={others.length > 1 ? '届いている調査票（比べる）' : '届いている調査票'}
          sheets={others}
          secrets={props.secrets}
        />
      )}
      {task.sheets.length > others.length && (
        <Sheets
          title="前の調査の調査票"
          sheets={task.sheets.filter((sheet) => sheet.earlier)}
          secrets={props.secrets}
        />
      )}
    </>
  )
}

function nextOf(sheet: Start['sheet']): Start['sheet'] {
  return { ...sheet, sheetNo: sheet.sheetNo + 1 }
}

/** Side by side: what differs is what one has to look at. */
function Sheets(props: { title: string; sheets: CarriedTask['sheets']; secrets: Secrets }): ReactNode {
  const { sheets, secrets } = props
  const rules = rulesOf(secrets.guidelineCode as GuidelineCode, secrets.occurredOn as PlainDate)
  const inputs = new Map<string, InputDefinition>()
  for (const { sheet } of sheets)
    for (const input of inputsOf(sheetDefinition(rules, sheet))) inputs.set(input.key, input)
  const rows = [...inputs.values()].map((input) => ({
    input,
    texts: sheets.map(({ sheet }) => answerText(input, sheet.answers[input.key] as Answer | undefined)),
  }))
  const differ =
    sheets.length > 1
      ? rows.filter(({ texts }) => new Set(texts).size > 1)
      : rows.filter(({ texts }) => texts[0] !== '')
  return (
    <Section title={props.title}>
      <div className="field-wide" tabIndex={0} role="region" aria-label={props.title}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">項目</th>
              {sheets.map((sheet) => (
                <th key={sheet.sheetId} scope="col">
                  {sheet.surveyedOn} {sheet.surveyors.join('、')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">判定</th>
              {sheets.map((sheet) => (
                <td key={sheet.sheetId}>{sheet.grade === null ? '未判定' : gradeLabel(sheet.grade)}</td>
              ))}
            </tr>
            <tr>
              <th scope="row">調査票</th>
              {sheets.map((sheet) => (
                <td key={sheet.sheetId}>{sheetLabel(sheet.sheet)}</td>
              ))}
            </tr>
            {differ.map(({ input, texts }) => (
              <tr key={input.key}>
                <th scope="row">{input.label}</th>
                {texts.map((text, i) => (
                  <td key={sheets[i]!.sheetId}>{text === '' ? '未確認' : text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

/** '' = not looked at. */
function answerText(input: InputDefinition, answer: Answer | undefined): string {
  if (answer === undefined) return ''
  if (typeof answer === 'boolean') return answer ? 'はい' : 'いいえ'
  if (typeof answer === 'string') return input.options.find(({ value }) => value === answer)?.label ?? answer
  if (typeof answer === 'number') return `${answer}${input.unit}`
  if (Array.isArray(answer)) return `${(answer as readonly number[]).join('、')}${input.unit}`
  if ('offsetsCm' in answer)
    return `水平距離 ${answer.offsetsCm.join('、')}cm（下げ振り ${answer.plumbCm}cm）`
  if ('totalM' in answer) return `${answer.damagedM}m／${answer.totalM}m`
  const byDegree = ('total' in answer ? answer.damaged : answer) as Answers['degree-areas']
  const unit = 'total' in answer ? input.unit : '％'
  const parts = degrees.flatMap((degree) =>
    byDegree[degree] === undefined ? [] : [`${degreeLabels[degree]} ${byDegree[degree]}${unit}`],
  )
  return parts.length === 0 ? '損傷なし' : parts.join('、')
}
