import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import { call } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { saveCsv } from '@open-bcl/ui/save-file.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { listMyNumberLog } from '../my-numbers.contract.ts'
import { csvOfTouches } from '../my-numbers.ts'
import { wordsOfTouch, type Touch } from './my-number-text.ts'

const Digits = textWith({ width: 'narrow', inputMode: 'numeric' })

type Asked = { readonly from?: string; readonly to?: string; readonly residentNo?: string }
type Found = { readonly asked: Asked; readonly touches: readonly Touch[]; readonly more: boolean }

/** 個人番号の取扱記録: every touch of the numbers. What it is asked for stays out of the address: a 宛名番号 is in it. */
export function MyNumberLogPage(): ReactNode {
  return (
    <Page
      title="個人番号の取扱記録"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '個人番号の取扱記録' }]}
      lead="個人番号の保存・消去・表示と、断った表示の記録です。個人番号そのものは含みません。この記録を見たことも監査の記録に残ります。"
    >
      <Allowed to={listMyNumberLog}>
        <Log />
      </Allowed>
    </Page>
  )
}

function Log(): ReactNode {
  const today = useToday()
  const [fromOn, setFromOn] = useState<PlainDate | null>(addDays(today, -30))
  const [toOn, setToOn] = useState<PlainDate | null>(today)
  const [residentNo, setResidentNo] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function work(run: () => Promise<void>): Promise<void> {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await run()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  async function search(): Promise<void> {
    const digits = residentNo.normalize('NFKC').replace(/\s/g, '')
    const asked: Asked = {
      ...(fromOn === null ? {} : { from: startOf(fromOn) }),
      ...(toOn === null ? {} : { to: startOf(addDays(toOn, 1)) }),
      ...(digits === '' ? {} : { residentNo: digits }),
    }
    setFound(null)
    setFound({ asked, ...(await call(listMyNumberLog, asked)) })
  }

  /** The lines after those that are shown. */
  async function older(shown: Found): Promise<Found> {
    const last = shown.touches.at(-1)!
    const olderThan = { at: last.at, logId: last.logId }
    const { touches, more } = await call(listMyNumberLog, { ...shown.asked, olderThan })
    return { asked: shown.asked, touches: [...shown.touches, ...touches], more }
  }

  /** All that was asked for, not only what is shown. */
  async function download(shown: Found): Promise<void> {
    let all = shown
    while (all.more) all = await older(all)
    setFound(all)
    saveCsv(csvOfTouches(all.touches.map(wordsOfTouch)), '個人番号の取扱記録.csv')
  }

  return (
    <>
      <Section title="絞り込み">
        <form
          className="form-body"
          noValidate
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault()
            const reversed = fromOn !== null && toOn !== null && fromOn > toOn
            setWrong(reversed ? '終わりの日は、始まりの日以後にしてください' : null)
            if (!reversed) void work(search)
          }}
        >
          <FieldRow>
            <LooseField
              name="from"
              label="始まりの日"
              kind={WarekiDate}
              value={fromOn}
              onChange={setFromOn}
            />
            <LooseField
              name="to"
              label="終わりの日"
              kind={WarekiDate}
              value={toOn}
              onChange={setToOn}
              error={wrong}
            />
          </FieldRow>
          <LooseField
            name="residentNo"
            label="宛名番号"
            kind={Digits}
            hint="一人についての記録だけを見るとき。空欄は全員"
            value={residentNo}
            onChange={setResidentNo}
          />
          <div className="button-row">
            <Button type="submit" look="solid" busy={busy}>
              記録を表示する
            </Button>
          </div>
        </form>
      </Section>
      {error !== null && <ErrorSummary error={error} />}
      {found && (
        <>
          <p role="status">
            {`${grouped(found.touches.length)}件を表示しています。${found.more ? 'これより前にも記録があります。' : ''}`}
          </p>
          <DataTable
            caption="取扱記録（新しい順）"
            columns={columns}
            rows={found.touches}
            rowKey={(row) => row.logId}
            empty={<p>この条件の記録はありません。期間を広げるか、宛名番号を空欄にしてください。</p>}
          />
          <div className="button-row">
            {found.more && (
              <Button busy={busy} onClick={() => void work(async () => setFound(await older(found)))}>
                前の記録も表示する
              </Button>
            )}
            {found.touches.length > 0 && (
              <Button busy={busy} onClick={() => void work(() => download(found))}>
                条件に合う記録をCSVで保存
              </Button>
            )}
          </div>
        </>
      )}
    </>
  )
}

const column = columnsOf<Touch>()
const columns = column.columns([
  column.accessor((row) => wordsOfTouch(row).atText, { id: 'at', header: '日時', meta: { nowrap: true } }),
  column.accessor('act', {
    header: '取扱い',
    meta: { nowrap: true },
    cell: (cell) => {
      const { act } = wordsOfTouch(cell.row.original)
      return cell.getValue() === 'refused' ? <Badge tone="warning">{act}</Badge> : act
    },
  }),
  column.accessor('actorName', { header: '取り扱った人', meta: { nowrap: true } }),
  column.accessor((row) => row.residentNo ?? noValue, {
    id: 'residentNo',
    header: '宛名番号',
    meta: { nowrap: true },
  }),
  column.accessor((row) => row.terminalName ?? noValue, { id: 'terminal', header: '端末' }),
  column.accessor((row) => wordsOfTouch(row).purpose || noValue, { id: 'purpose', header: '事務' }),
  column.accessor((row) => wordsOfTouch(row).detail || noValue, {
    id: 'detail',
    header: '断った理由・件数',
  }),
])

/** Midnight in Japan at which a day begins. */
function startOf(day: PlainDate): string {
  return new Date(`${day}T00:00:00+09:00`).toISOString()
}
