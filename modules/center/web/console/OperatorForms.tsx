import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { listOperators, saveOperator } from '../../registry.contract.ts'
import { FormPage } from './FormPage.tsx'
import { IdText, sorts, useTownKind } from './registry-kinds.tsx'
import { presentDay } from './console-text.ts'

const list = { label: '事業者', to: '/registry/operators' }

type Sort = keyof typeof sorts
const Sorts = radioOf<Sort>((Object.keys(sorts) as Sort[]).map((value) => ({ value, label: sorts[value] })))

type Values = {
  operatorId: string
  ja: string
  sort: Sort | null
  municipalityCode: string | null
  joinedOn: PlainDate | null
  leftOn: PlainDate | null
}

export function NewOperatorPage(): ReactNode {
  return (
    <FormPage
      title="事業者を登録する"
      lead="登録した後に、取り扱う証明書・設置場所・端末の順に登録します。"
      back={list}
      needs={saveOperator}
      invalidates={[listOperators]}
    >
      {(done, cancel) => (
        <OperatorForm
          initial={{
            ...{ operatorId: '', ja: '', sort: null, municipalityCode: null },
            ...{ joinedOn: presentDay(), leftOn: null },
          }}
          isNew
          cancel={cancel}
          onSaved={(operatorId) => done('事業者を登録しました', `/registry/operators/${operatorId}`)}
        />
      )}
    </FormPage>
  )
}

export function EditOperatorPage(): ReactNode {
  const operatorId = usePathParam('operatorId')
  const { data, error } = useQuery(q(listOperators, {}))
  const operator = data?.operators.find((one) => one.operatorId === operatorId)
  return (
    <FormPage
      title="登録内容を変える"
      also={[list]}
      back={{ label: operator?.ja ?? '事業者', to: `/registry/operators/${operatorId}` }}
      needs={saveOperator}
      invalidates={[listOperators]}
    >
      {(done, cancel) =>
        operator ? (
          <OperatorForm
            initial={{
              ...{ operatorId, ja: operator.ja, sort: operator.sort },
              municipalityCode: operator.municipalityCode,
              ...{ joinedOn: operator.joinedOn, leftOn: operator.leftOn },
            }}
            isNew={false}
            cancel={cancel}
            onSaved={() => done('登録内容を変えました')}
          />
        ) : error ? (
          <ErrorSummary error={error} />
        ) : (
          <Progress label="読み込んでいます" />
        )
      }
    </FormPage>
  )
}

function OperatorForm(props: {
  initial: Values
  isNew: boolean
  cancel: ReactNode
  onSaved: (operatorId: string) => void
}): ReactNode {
  const Towns = useTownKind()
  const [seen] = useState(props.initial)
  const was = props.isNew ? null : { ja: seen.ja, leftOn: seen.leftOn }
  return (
    <EditForm
      mode={props.isNew ? 'new' : 'edit'}
      initial={props.initial}
      schema={saveOperator.input}
      cancel={props.cancel}
      onSubmit={({ operatorId, ja, sort, municipalityCode, joinedOn, leftOn }, { requestId }) =>
        send(
          saveOperator,
          {
            ...{ operatorId: operatorId.trim(), ja, sort: sort ?? 'chain' },
            municipalityCode: sort === 'hall' ? (municipalityCode as MunicipalityCode | null) : null,
            ...{ joinedOn: joinedOn ?? '', leftOn, was },
          },
          requestId,
        )
      }
      onSaved={(_, { operatorId }) => props.onSaved(operatorId.trim())}
    >
      {({ Field, values }) => (
        <FieldGroup legend="事業者">
          {props.isNew && (
            <Field
              name="operatorId"
              kind={IdText}
              hint="英小文字・数字・ハイフン。後から変えられません"
              required
            />
          )}
          <Field name="ja" kind={Text} required />
          {props.isNew && <Field name="sort" kind={Sorts} required />}
          {props.isNew && values.sort === 'hall' && (
            <Field name="municipalityCode" label="庁舎の市区町村" kind={Towns} required />
          )}
          {props.isNew && <Field name="joinedOn" kind={WarekiDate} required />}
          <Field
            name="leftOn"
            kind={WarekiDate}
            hint="脱退が決まっているときだけ。翌日から、この事業者の端末では何も交付できません"
          />
        </FieldGroup>
      )}
    </EditForm>
  )
}
