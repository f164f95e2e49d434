import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import { saveCsv } from '@open-bcl/ui/save-file.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { applyStaffImport, checkStaffImport, getStaff, searchStaff } from '../staff.contract.ts'
import { importItems } from '../staff-import-items.ts'

type Checked = OutputOf<typeof checkStaffImport>
type Done = OutputOf<typeof applyStaffImport>
const MOST_BYTES = 650_000

/** The yearly transfers: a file is looked at, then done as a whole. */
export function StaffImportPage(): ReactNode {
  return (
    <Page
      title="異動のファイルの読込み"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: 'ユーザ管理', to: '/users' },
        { label: '異動のファイルの読込み' },
      ]}
      lead="人事異動をまとめて登録します。先に確かめて、よければ全部を一度に反映します。ファイルにない職員は変わりません。"
    >
      <Allowed to={applyStaffImport}>
        <Import />
      </Allowed>
    </Page>
  )
}

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

function Import(): ReactNode {
  const [base64, setBase64] = useState<string | null>(null)
  const [tooLarge, setTooLarge] = useState(false)
  const [checked, setChecked] = useState<Checked | null>(null)
  const [done, setDone] = useState<Done | null>(null)
  const checking = useSend(checkStaffImport, { onDone: setChecked })
  const applying = useSend(applyStaffImport, { invalidates: [searchStaff, getStaff], onDone: setDone })
  if (done) return <Result done={done} />
  return (
    <>
      <Section title="1. ファイル">
        <p>{`見出しは「${importItems.join('、')}」です。CSV（UTF-8 または Shift_JIS）で保存してください。`}</p>
        <ul>
          <li>区分は「在職」「停止」「退職」。空欄は在職です。退職は、開始日の前の日まで使えます。</li>
          <li>
            役割は名前で書き、いくつかあるときは「、」で区切ります。書いた役割だけになります。空欄なら変わらず、「なし」ならすべて終わります。
          </li>
          <li>開始日の空欄は今日、終了日の空欄は期限なしです。災害を限った役割は変わりません。</li>
          <li>登録のないIDは新しく登録し、初期パスワードを作ります。</li>
        </ul>
        <p className="button-row">
          <Button
            onClick={() =>
              saveCsv(
                spreadsheetCsv([
                  [...importItems],
                  ['hida.hanako', '飛騨　花子', '税務課', '在職', '罹災証明担当（受付）', '2027-04-01', ''],
                ]),
                'idou-mihon.csv',
              )
            }
          >
            見本を保存する
          </Button>
        </p>
        <label className="field">
          <span className="field-label">異動のファイル（650KBまで）</span>
          <input
            type="file"
            accept=".csv,.txt"
            onChange={(event) => {
              const [picked] = event.target.files ?? []
              setChecked(null)
              setTooLarge(picked !== undefined && picked.size > MOST_BYTES)
              if (!picked || picked.size > MOST_BYTES) return setBase64(null)
              void picked.arrayBuffer().then((bytes) => setBase64(base64Of(new Uint8Array(bytes))))
            }}
          />
        </label>
        {tooLarge && <p className="field-error">650KBを超えています。ファイルを分けてください。</p>}
        <p className="button-row">
          <Button
            look={checked ? 'outline' : 'solid'}
            busy={checking.busy}
            unavailable={base64 === null ? 'ファイルを選んでください' : null}
            onClick={() => base64 !== null && checking.start({ base64 })}
          >
            確かめる（まだ変更しません）
          </Button>
        </p>
        {checking.error && <ErrorSummary error={checking.error} />}
      </Section>
      {checked && (
        <Section title="2. 確認">
          <Findings checked={checked} />
          <p className="button-row">
            <Button
              look="solid"
              busy={applying.busy}
              unavailable={reasonAgainst(checked)}
              onClick={() => base64 !== null && applying.start({ base64, digest: checked.digest })}
            >
              {`${checked.changes.length}人の変更を反映する`}
            </Button>
          </p>
          {applying.error && <ErrorSummary error={applying.error} />}
        </Section>
      )}
    </>
  )
}

function reasonAgainst(checked: Checked): string | null {
  if (checked.errors.length > 0) return '誤りを直してから、ファイルを選び直してください'
  return checked.changes.length === 0 ? '変わることがありません' : null
}

const fault = columnsOf<Checked['errors'][number]>()
const faultColumns = fault.columns([
  fault.accessor('line', { header: '行', meta: { nowrap: true }, cell: (cell) => `${cell.getValue()}行目` }),
  fault.accessor('item', { header: '項目', meta: { nowrap: true } }),
  fault.accessor('message', { header: '直すこと' }),
])
const change = columnsOf<Checked['changes'][number]>()
const changeColumns = change.columns([
  change.accessor('displayName', { header: '氏名', meta: { nowrap: true } }),
  change.accessor('loginId', { header: 'ID', meta: { nowrap: true } }),
  change.accessor('words', {
    header: '変わること',
    meta: { wide: true },
    cell: (cell) => cell.getValue().join('。'),
  }),
  change.accessor('line', { header: '行', meta: { nowrap: true }, cell: (cell) => `${cell.getValue()}行目` }),
])

function Findings({ checked }: { checked: Checked }): ReactNode {
  const { errors, changes, rows, unchanged } = checked
  return (
    <>
      {errors.length > 0 ? (
        <>
          <Banner
            tone="error"
            title={`${errors.length}か所の誤りがあります。このままでは反映できません`}
            announce
          />
          <DataTable
            caption="直すところ"
            columns={faultColumns}
            rows={errors}
            rowKey={(row) => `${row.line} ${row.item} ${row.message}`}
            empty={null}
          />
        </>
      ) : (
        <Banner
          tone="information"
          title={`${rows}人のうち、${changes.length}人が変わり、${unchanged}人は変わりません`}
          announce
        />
      )}
      {changes.length > 0 && (
        <DataTable
          caption="変わること"
          columns={changeColumns}
          rows={changes}
          rowKey={(row) => String(row.line)}
          empty={null}
        />
      )}
    </>
  )
}

function Result({ done }: { done: Done }): ReactNode {
  return (
    <>
      <Banner tone="success" title={`${done.changed}人の変更を反映しました`} announce>
        {done.made.length > 0 &&
          `新しい${done.made.length}人の初期パスワードは、この画面を離れると、もう表示できません。保存して、本人だけに伝えてください。`}
      </Banner>
      {done.made.length > 0 && (
        <p className="button-row">
          <Button
            look="solid"
            onClick={() =>
              saveCsv(
                spreadsheetCsv([
                  ['ID', '氏名', '初期パスワード'],
                  ...done.made.map((one) => [one.loginId, one.displayName, one.initialPassword]),
                ]),
                'shoki-password.csv',
              )
            }
          >
            初期パスワードを保存する
          </Button>
        </p>
      )}
      <p>
        <Link to="/users">ユーザ管理へ戻る</Link>
      </p>
    </>
  )
}
