import { useState, type ReactNode } from 'react'
import { call } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { FieldGroup, FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { fileInterfaces } from '../../interfaces/interfaces.columns.ts'
import { readUpload, startRun, type ReadingChoice } from '../manual.contract.ts'
import {
  coveredBy,
  fillRules,
  missingColumns,
  repeatedTargets,
  targetNames,
  type Plan,
} from '../manual.plan.ts'
import {
  delimiterOptions,
  encodingOptions,
  modeOptions,
  quoteOptions,
  sureness,
  type Mode,
  type Reading,
} from './manual-text.ts'

const encodingKind = selectOf(encodingOptions)
const delimiterKind = selectOf(delimiterOptions)
const quoteKind = selectOf(quoteOptions)
const modeKind = radioOf(modeOptions, 'column')
const lineKind = wholeNumberOf({ unit: '行目', minimum: 0, maximum: 1_000 })
const digitsKind = wholeNumberOf({ unit: '桁', minimum: 1, maximum: 20 })
const fillKind = textWith({ width: 'middle', maxLength: 100 })

/** What the file was taken for, for the clerk to put right: how it is read, and which column is what. */
export function MappingStep(props: {
  uploadId: string
  reading: Reading
  plan: Plan
  mode: Mode | null
  onRead: (reading: Reading) => void
  onTry: (plan: Plan, mode: Mode, runId: string) => void
  onAnother: () => void
}): ReactNode {
  const { reading, uploadId } = props
  const file = fileInterfaces[reading.business]
  const [plan, setPlan] = useState(props.plan)
  const [mode, setMode] = useState(props.mode)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const trying = useSend(startRun, { onDone: ({ runId }) => props.onTry(plan, mode!, runId) })

  async function reread(choice: ReadingChoice): Promise<void> {
    const { encoding, delimiter, quote, sheet, headerLine } = plan
    setBusy(true)
    setError(null)
    try {
      const all = { encoding, delimiter, quote, sheet, headerLine, ...choice }
      // On another sheet, or cut otherwise, the header stands elsewhere.
      if (choice.headerLine === undefined) Reflect.deleteProperty(all, 'headerLine')
      const next = await call(readUpload, { uploadId, choice: all })
      setPlan(next.plan)
      props.onRead(next)
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }

  const missing = missingColumns(file, plan.targets, reading.town)
  const repeated = repeatedTargets(plan.targets)
  const doubtful = reading.columns.filter(
    (column, i) => sureness(column, plan.targets[i] ?? null).tone === 'warning',
  )
  const unready =
    missing.length > 0
      ? `「${missing.join('」「')}」に当たる列を選んでください。`
      : repeated.length > 0
        ? `「${repeated.join('」「')}」が2つの列で選ばれています。`
        : mode === null
          ? '取込の方法を選んでください。'
          : null

  return (
    <>
      {(error ?? trying.error) !== null && <ErrorSummary error={error ?? trying.error} />}
      {reading.remembered && (
        <Banner tone="information" title="前回と同じ形のファイルです">
          項目の対応は、前回のものを使います。
        </Banner>
      )}
      {reading.platform && (
        <Banner tone="information" title="地域情報プラットフォームの項目名に似ています">
          用意した対応を当てはめました。公式のデータ項目一覧とはまだ照合していないため、下の例を見て確かめてください。
        </Banner>
      )}
      <ReadingGroup reading={reading} plan={plan} busy={busy} onChoice={(choice) => void reread(choice)} />
      <Section title="項目の対応">
        <p>
          例を見て、どの項目に当たるかを確かめてください。
          {doubtful.length > 0 && <strong>{`「要確認」が${grouped(doubtful.length)}列あります。`}</strong>}
        </p>
        {missing.length > 0 && (
          <Banner tone="warning" title="まだ対応のない必須の項目があります" announce>
            {missing.join('、')}
          </Banner>
        )}
        <FieldGroup legend={`ファイルの列（${grouped(reading.columns.length)}列）`}>
          <FieldRow>
            {reading.columns.map((_, i) => (
              <ColumnField key={i} at={i} reading={reading} plan={plan} onPlan={setPlan} />
            ))}
          </FieldRow>
        </FieldGroup>
        <Fills reading={reading} plan={plan} onPlan={setPlan} />
      </Section>
      <Section title="取込の方法">
        <LooseField
          name="mode"
          label="このファイルは"
          kind={modeKind}
          value={mode}
          onChange={setMode}
          required
        />
      </Section>
      <div className="button-row">
        <Button onClick={props.onAnother}>ファイルを選び直す</Button>
        <Button
          look="solid"
          busy={trying.busy || busy}
          unavailable={unready}
          onClick={() =>
            mode !== null && trying.start({ uploadId, kind: 'check', mode, plan, confirmedDeletions: null })
          }
        >
          試行する（まだ取り込みません）
        </Button>
      </div>
    </>
  )
}

function ReadingGroup(props: {
  reading: Reading
  plan: Plan
  busy: boolean
  onChoice: (choice: ReadingChoice) => void
}): ReactNode {
  const { reading, plan, onChoice } = props
  const unsure = reading.kind === 'text' && reading.encodingConfidence < 0.7
  return (
    <Section title="ファイルの読み方">
      <p>
        <strong>{reading.fileName}</strong>
        {reading.kind === 'workbook'
          ? 'を次のように読みました。例が違うときは、シートか見出し行を選び直してください。'
          : 'を次のように読みました。例が文字化けしているときは、文字コードを選び直してください。'}
      </p>
      {unsure && (
        <Banner tone="warning" title="文字コードがはっきりしません。下の例を見て確かめてください。" />
      )}
      <FieldGroup legend="読み方">
        <FieldRow>
          {reading.kind === 'workbook' ? (
            <LooseField
              name="sheet"
              label="シート"
              kind={selectOf(
                reading.sheets.map((sheet, i) => ({
                  value: String(i),
                  label: `${sheet.name}（${grouped(sheet.rows)}行）`,
                })),
              )}
              value={String(plan.sheet)}
              onChange={(value) => value !== null && onChoice({ sheet: Number(value) })}
            />
          ) : (
            <>
              <LooseField
                name="encoding"
                label="文字コード"
                kind={encodingKind}
                value={plan.encoding}
                onChange={(encoding) => encoding !== null && onChoice({ encoding })}
              />
              <LooseField
                name="delimiter"
                label="区切り文字"
                kind={delimiterKind}
                value={plan.delimiter}
                onChange={(delimiter) => delimiter !== null && onChoice({ delimiter })}
              />
              <LooseField
                name="quote"
                label="引用符"
                kind={quoteKind}
                value={plan.quote === '' ? ('none' as const) : plan.quote}
                onChange={(quote) => quote !== null && onChoice({ quote: quote === 'none' ? '' : quote })}
              />
            </>
          )}
          <LooseField
            name="headerLine"
            label="見出し行"
            hint="項目名のある行を、空の行も数えて。なければ0。それより前の行は読みません。"
            kind={lineKind}
            value={plan.headerLine}
            onChange={(headerLine) =>
              headerLine !== null && headerLine !== plan.headerLine && onChoice({ headerLine })
            }
          />
        </FieldRow>
        {props.busy && <p role="status">読み直しています。</p>}
      </FieldGroup>
    </Section>
  )
}

function ColumnField(props: {
  at: number
  reading: Reading
  plan: Plan
  onPlan: (plan: Plan) => void
}): ReactNode {
  const { at, reading, plan, onPlan } = props
  const column = reading.columns[at]!
  const target = plan.targets[at] ?? null
  const { words, tone } = sureness(column, target)
  const name = column.header === '' ? `${at + 1}列目` : column.header
  const example = column.samples.length === 0 ? '値がありません' : `例：${column.samples.join('、')}`
  if (column.secret) {
    return (
      <div className="field">
        <div className="field-head">
          <span className="field-label">{name}</span> <Badge>{words}</Badge>
        </div>
        <p className="field-hint">個人番号または住民票コードとみられるため、手作業では取り込みません。</p>
      </div>
    )
  }
  const spec = fileInterfaces[reading.business].columns.find((one) => one.name === target)
  const cut = target !== null && spec?.kind === 'digits' && (column.figures || target in plan.zeroFill)
  return (
    <div style={{ display: 'grid', gap: 'var(--space-4)', alignContent: 'start' }}>
      <LooseField
        name={`column-${at}`}
        label={name}
        hint={example}
        kind={targetKind(reading)}
        value={target}
        onChange={(value) =>
          onPlan({ ...plan, targets: plan.targets.map((one, i) => (i === at ? value : one)) })
        }
        mark={<Badge tone={tone}>{words}</Badge>}
      />
      {cut && (
        <LooseField
          name={`zeros-${at}`}
          label={`${name}：先頭の0を補う桁数`}
          hint="Excelなどで先頭の0が落ちているようです。空欄なら補いません。"
          kind={digitsKind}
          value={plan.zeroFill[target] ?? null}
          onChange={(length) => onPlan({ ...plan, zeroFill: withLength(plan.zeroFill, target, length) })}
        />
      )}
    </div>
  )
}

function withLength(known: Plan['zeroFill'], target: string, length: number | null): Plan['zeroFill'] {
  const rest = Object.fromEntries(Object.entries(known).filter(([name]) => name !== target))
  return length === null ? rest : { ...rest, [target]: length }
}

const targetKinds = new Map<string, ReturnType<typeof selectOf<string>>>()

/** Every item of the interface that a column may be. One list for all columns. */
function targetKind({ business }: Reading): ReturnType<typeof selectOf<string>> {
  const known = targetKinds.get(business)
  if (known !== undefined) return known
  const kind = selectOf(
    targetNames(fileInterfaces[business]).map((value) => ({ value, label: value })),
    '取り込まない',
  )
  targetKinds.set(business, kind)
  return kind
}

/** What is put where the file has no such column: said before anything is done, and to be changed. */
function Fills(props: { reading: Reading; plan: Plan; onPlan: (plan: Plan) => void }): ReactNode {
  const { reading, plan, onPlan } = props
  const file = fileInterfaces[reading.business]
  const covered = coveredBy(file, plan.targets)
  const rules = fillRules(file, reading.town, reading.firstOn)
  const absent = rules.filter((rule) => !covered.has(rule.column))
  if (absent.length === 0) return null
  return (
    <details>
      <summary>{`ファイルにない項目は、次の値で補います（${grouped(absent.length)}項目）`}</summary>
      <FieldGroup legend="補う値">
        <FieldRow>
          {absent.map((rule) =>
            rule.value === null ? (
              <div className="field" key={rule.column}>
                <div className="field-head">
                  <span className="field-label">{rule.column}</span>
                </div>
                <p className="field-hint">{rule.words}</p>
              </div>
            ) : (
              <LooseField
                key={rule.column}
                name={`fill-${rule.column}`}
                label={rule.column}
                hint={rule.words}
                kind={fillKind}
                value={plan.fills[rule.column] ?? rule.value}
                onChange={(value) => onPlan({ ...plan, fills: { ...plan.fills, [rule.column]: value } })}
              />
            ),
          )}
        </FieldRow>
      </FieldGroup>
    </details>
  )
}
