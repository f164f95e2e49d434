import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { changeItemNames, getItemNames } from '../item-names.contract.ts'
import { subsystemItems, subsystems, type Subsystem } from '../item-names.ts'
import { ItemLines } from './ItemLines.tsx'

type Names = OutputOf<typeof getItemNames>

/** 業務の項目の設定: what the forms, pages and files of each subsystem ask and show. */
export function ItemNamesPage(): ReactNode {
  return (
    <Page
      title="業務の項目の設定"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '業務の項目の設定' }]}
      lead="項目の名前・順番・表示を、業務ごとに決めます。入力の画面、照会の画面、一覧、CSVに同じように現れます。隠しても、記録した内容は消えません。"
    >
      <Allowed to={changeItemNames}>
        {subsystems.map(({ value, label }) => (
          <Subsystem key={value} subsystem={value} label={label} />
        ))}
      </Allowed>
    </Page>
  )
}

function Subsystem(props: { subsystem: Subsystem; label: string }): ReactNode {
  const { subsystem, label } = props
  const { data, error } = useQuery(q(getItemNames, { subsystem }))
  return (
    <Section title={label}>
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Names key={data.version} {...props} names={data} />}
      <h3>変えられない項目と理由</h3>
      <DescriptionList
        items={subsystemItems[subsystem]
          .filter(({ fixed }) => fixed !== '')
          .map(({ name, fixed }) => ({ term: name, value: fixed }))}
      />
    </Section>
  )
}

function Names(props: { subsystem: Subsystem; label: string; names: Names }): ReactNode {
  const { subsystem, label, names } = props
  const [lines, setLines] = useState<readonly Names['lines'][number][]>(names.lines)
  const toast = useToast()
  const saving = useSend(changeItemNames, {
    invalidates: [getItemNames],
    onDone: () => toast(`${label}の項目を設定しました`),
  })
  return (
    <>
      <ItemLines lines={lines} setLines={setLines} />
      {saving.error && <ErrorSummary error={saving.error} />}
      <div className="button-row">
        <Button
          look="solid"
          busy={saving.busy}
          label={`${label}の項目をこの設定で更新`}
          onClick={() => saving.start({ subsystem, version: names.version, lines: [...lines] })}
        >
          この設定で更新
        </Button>
        <Button label={`${label}の項目を元に戻す`} onClick={() => setLines(names.lines)}>
          元に戻す
        </Button>
      </div>
    </>
  )
}
