import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { changeItemSheet, getItemSheet, listItems } from '../items.contract.ts'
import { ownTypes } from '../items.ts'
import { ItemLines } from './ItemLines.tsx'

type Sheet = OutputOf<typeof getItemSheet>
type Line = Sheet['lines'][number]
type OwnType = NonNullable<Line['own']>['type']

/** 台帳の項目の設定: the town's names, order and hiding of what no law names, and items of its own. */
export function ItemSheetPage(): ReactNode {
  const { data, error } = useQuery(q(getItemSheet, {}))
  return (
    <Page
      title="台帳の項目の設定"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '台帳の項目の設定' }]}
      lead="法定の項目は、隠すことも名前を変えることもできません。町の項目は、名前・順番・表示を決められます。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <Section title="法定の項目">
          <DescriptionList
            items={data.items
              .filter(({ statutory }) => statutory)
              .map(({ name, law }) => ({ term: name, value: law }))}
          />
        </Section>
      )}
      {data && (
        <Allowed to={changeItemSheet}>
          <Lines key={data.version} sheet={data} />
        </Allowed>
      )}
    </Page>
  )
}

const Type = selectOf(ownTypes)

function Lines(props: { sheet: Sheet }): ReactNode {
  const [lines, setLines] = useState<readonly Line[]>(props.sheet.lines)
  const toast = useToast()
  const saving = useSend(changeItemSheet, {
    invalidates: [getItemSheet, listItems],
    onDone: () => toast('台帳の項目を設定しました'),
  })
  return (
    <Section title="町の項目">
      <ItemLines
        lines={lines}
        setLines={setLines}
        note={({ own }) => (own === null ? '' : `（${labelOf(ownTypes, own.type)}）`)}
      />
      <AddOwn used={lines.map(({ key }) => key)} onAdd={(line) => setLines((kept) => [...kept, line])} />
      {saving.error && <ErrorSummary error={saving.error} />}
      <div className="button-row">
        <Button
          look="solid"
          busy={saving.busy}
          onClick={() => saving.start({ version: props.sheet.version, lines: [...lines] })}
        >
          この設定で更新
        </Button>
        <Button onClick={() => setLines(props.sheet.lines)}>元に戻す</Button>
      </div>
    </Section>
  )
}

function AddOwn(props: { used: readonly string[]; onAdd: (line: Line) => void }): ReactNode {
  const [name, setName] = useState('')
  const [type, setType] = useState<OwnType | null>(null)
  const [choices, setChoices] = useState('')
  const chosen = type === 'choice' || type === 'choices'
  function add(): void {
    if (name.trim() === '' || type === null) return
    let no = 1
    while (props.used.includes(`own-${no}`)) no += 1
    const words = choices
      .split('\n')
      .map((one) => one.trim())
      .filter((one) => one !== '')
    props.onAdd({ key: `own-${no}`, name, shown: true, own: { type, choices: chosen ? words : [] } })
    setName('')
    setType(null)
    setChoices('')
  }
  return (
    <>
      <h3>項目を足す</h3>
      <FieldRow>
        <LooseField name="newName" label="新しい項目の名前" kind={Text} value={name} onChange={setName} />
        <LooseField
          name="newType"
          label="種類"
          kind={Type}
          hint="後から変えられません"
          value={type}
          onChange={setType}
        />
      </FieldRow>
      {chosen && (
        <LooseField
          name="newChoices"
          label="選択肢（1行に一つ）"
          kind={TextArea}
          value={choices}
          onChange={setChoices}
        />
      )}
      <Button
        onClick={add}
        unavailable={name.trim() === '' || type === null ? '名前と種類を入力してください' : null}
      >
        項目を足す
      </Button>
    </>
  )
}
