import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { careLevelCodes } from '../../interfaces/interfaces.columns.ts'
import { getEvacSettings, setEvacSettings } from '../evac-support.contract.ts'
import { exampleCriteria, ordinances, type Criteria, type Ordinance } from '../evac-support.ts'

type Setting = OutputOf<typeof getEvacSettings>['settings'][number]

const Care = checkGroupOf(
  Object.entries(careLevelCodes)
    .filter(([code]) => code >= '11')
    .map(([value, label]) => ({ value, label })),
)
const grades = (last: number) =>
  checkGroupOf(Array.from({ length: last }, (_, i) => ({ value: String(i + 1), label: `${i + 1}級` })))
const Body = grades(6)
const Mental = grades(3)
const MentalAlone = checkboxOf('一人暮らしの方だけ')
const Age = wholeNumberOf({ unit: '歳以上', minimum: 40, maximum: 120 })
const Days = wholeNumberOf({ unit: '日', minimum: 1, maximum: 3650 })
const Ordinances = radioOf<Ordinance>(ordinances, 'column')

const column = columnsOf<Setting>()
const columns = column.columns([
  column.accessor('fromOn', { header: '始まりの日', cell: (cell) => dateText(cell.getValue() as PlainDate) }),
  column.accessor('criteria', { header: '要件', cell: (cell) => criteriaText(cell.getValue()) }),
  column.accessor('source', { header: '定めたところ' }),
  column.accessor('ordinance', {
    header: '条例',
    cell: (cell) => `${labelOf(ordinances, cell.getValue())}　${cell.row.original.ordinanceSource}`,
  }),
  column.accessor('emergencyDays', {
    header: '災害時の提供',
    cell: (cell) => `発災から${cell.getValue()}日`,
  }),
  column.accessor('setBy', {
    header: '記録',
    cell: (cell) => `${instantText(cell.row.original.setAt)}　${cell.getValue()}`,
  }),
])

export function criteriaText(criteria: Criteria): string {
  const listed = (title: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${title} ${values.join('・')}`]
  return [
    ...listed(
      '要介護認定',
      criteria.careLevels.map((code) => careLevelCodes[code as keyof typeof careLevelCodes] ?? code),
    ),
    ...listed(
      '身体障害者手帳',
      criteria.bodyGrades.map((grade) => `${grade}級`),
    ),
    ...listed('療育手帳', criteria.intellectualGrades),
    ...listed(
      criteria.mentalAlone ? '精神障害者保健福祉手帳（一人暮らし）' : '精神障害者保健福祉手帳',
      criteria.mentalGrades.map((grade) => `${grade}級`),
    ),
    ...(criteria.aloneFrom === null ? [] : [`${criteria.aloneFrom}歳以上の一人暮らし`]),
    ...(criteria.elderlyFrom === null ? [] : [`${criteria.elderlyFrom}歳以上だけの世帯`]),
  ].join('、')
}

/** 名簿の要件 and the ordinance: the town's own, each with its first day and where it is laid down. */
export function SettingsPage(): ReactNode {
  const { data, error } = useQuery(q(getEvacSettings, {}))
  const can = useCan()
  return (
    <Page
      title="名簿の要件"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '避難行動要支援者名簿', to: '/evac-support' },
        { label: '名簿の要件' },
      ]}
      lead="どういう方を名簿に載せるかと、条例による提供を、始まりの日とともに定めます。自宅で暮らす方が対象で、申し出（手挙げ）の方は要件にかかわらず載せられます。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <DataTable
            caption="定めた要件（新しい順。始まりの日が来たもののうち、いちばん新しいものを使います）"
            columns={columns}
            rows={data.settings}
            rowKey={({ settingNo }) => String(settingNo)}
            empty={<p>まだ定めていません。定めるまで、台帳との照合はできません。</p>}
          />
          {can(setEvacSettings).allowed && <Form newest={data.settings[0]} settingNo={data.settingNo} />}
        </>
      )}
    </Page>
  )
}

function Form({ newest, settingNo }: { newest: Setting | undefined; settingNo: number }): ReactNode {
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  const criteria: Criteria = newest?.criteria ?? exampleCriteria
  const initial = {
    fromOn: today as PlainDate | null,
    criteria: { ...criteria, intellectualGrades: criteria.intellectualGrades.join(' ') },
    ordinance: (newest?.ordinance ?? 'none') as Ordinance | null,
    ordinanceSource: newest?.ordinanceSource ?? '',
    emergencyDays: (newest?.emergencyDays ?? 60) as number | null,
    source: newest?.source ?? '',
  }
  return (
    <Section title="要件を定める">
      {!newest && (
        <Banner tone="warning" title="入っている値は、よく使われる例です（出典は未確認）">
          貴団体の地域防災計画に合わせて直し、定めたところを入力してください。
        </Banner>
      )}
      <EditForm
        key={settingNo}
        mode="new"
        initial={initial}
        schema={setEvacSettings.input}
        submitLabel="要件を定める"
        onSubmit={(draft, { requestId }) =>
          send(
            setEvacSettings,
            {
              ...draft,
              // Required by the form.
              ...{ settingNo, fromOn: draft.fromOn!, ordinance: draft.ordinance! },
              emergencyDays: draft.emergencyDays!,
              criteria: {
                ...draft.criteria,
                careLevels: [...draft.criteria.careLevels],
                bodyGrades: [...draft.criteria.bodyGrades],
                mentalGrades: [...draft.criteria.mentalGrades],
                intellectualGrades: draft.criteria.intellectualGrades
                  .split(/[\s　、,]+/)
                  .filter((grade) => grade !== ''),
              },
            },
            requestId,
          )
        }
        onSaved={() => {
          toast('要件を定めました')
          void queries.invalidateQueries({ queryKey: [getEvacSettings.name] })
        }}
      >
        {({ Field, values }) => (
          <>
            <Field name="fromOn" kind={WarekiDate} required />
            <FieldGroup legend="名簿に載せる方">
              <Field name="criteria.careLevels" kind={Care} />
              <Field name="criteria.bodyGrades" kind={Body} />
              <Field
                name="criteria.intellectualGrades"
                kind={Text}
                hint="県の区分のとおり、空白で区切って。例：A1 A2"
              />
              <Field name="criteria.mentalGrades" kind={Mental} />
              <Field name="criteria.mentalAlone" kind={MentalAlone} />
              <FieldRow>
                <Field name="criteria.aloneFrom" kind={Age} hint="要件にしないときは空欄" />
                <Field name="criteria.elderlyFrom" kind={Age} hint="要件にしないときは空欄" />
              </FieldRow>
              <Field name="source" kind={Text} hint="例：地域防災計画 第3編第2章第4節" required />
            </FieldGroup>
            <FieldGroup legend="提供">
              <Field name="ordinance" kind={Ordinances} required />
              {values.ordinance !== 'none' && (
                <Field
                  name="ordinanceSource"
                  kind={Text}
                  hint="例：○○市避難行動要支援者の支援に関する条例 第5条"
                  required
                />
              )}
              <Field
                name="emergencyDays"
                kind={Days}
                hint="発災からこの日数まで、同意によらない提供を申請できます。法律に日数の定めはありません"
                required
              />
            </FieldGroup>
          </>
        )}
      </EditForm>
    </Section>
  )
}
