import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { findEvacResident } from '../evac-support.contract.ts'
import { personColumns } from './rows.tsx'

type Row = OutputOf<typeof findEvacResident>['people'][number]
const column = columnsOf<Row>()
const columns = [
  ...personColumns<Row>(),
  ...column.columns([
    column.display({
      id: 'listed',
      header: '名簿',
      cell: ({ row: { original } }) =>
        original.listed && <Badge tone="information">名簿に載っています</Badge>,
    }),
  ]),
]

/** 手挙げ: finds somebody of the register who asked to be on the list. */
export function AddPage(): ReactNode {
  const [typed, setTyped] = useState('')
  const [name, setName] = useState('')
  const { data, error } = useQuery({ ...q(findEvacResident, { name }), enabled: name !== '' })
  return (
    <Page
      title="申し出（手挙げ）で載せる"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '避難行動要支援者名簿', to: '/evac-support' },
        { label: '申し出（手挙げ）で載せる' },
      ]}
      lead="本人や家族から申し出のあった方を住民情報から選び、次の画面で名簿に載せます。"
    >
      <Section title="住民情報から探す">
        <form
          role="search"
          aria-label="住民情報から探す"
          className="form-body"
          onSubmit={(event) => {
            event.preventDefault()
            setName(typed.trim())
          }}
        >
          <LooseField name="name" label="氏名・フリガナ" kind={Text} value={typed} onChange={setTyped} />
          <p className="button-row">
            <Button type="submit" look="solid">
              探す
            </Button>
          </p>
        </form>
      </Section>
      {data?.more && (
        <Banner tone="information" title="50人以上いるため、先頭だけを表示しています">
          姓と名を続けて入力してください。
        </Banner>
      )}
      {name !== '' && (
        <DataTable
          caption="見つかった方"
          columns={columns}
          rows={data?.people}
          rowKey={({ residentNo }) => residentNo}
          rowLink={({ residentNo }) => ({ to: '/evac-support/people/$residentNo', params: { residentNo } })}
          error={error ?? undefined}
          empty={<p>住民情報に、その氏名の方はいません。住民登録のない方は、この名簿に載せられません。</p>}
        />
      )}
    </Page>
  )
}
