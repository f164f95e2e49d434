import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { getKiosk, listKiosks, listOperators, listStores, saveKiosk } from '../../registry.contract.ts'
import { FormPage } from './FormPage.tsx'
import { IdText, useTownKind } from './registry-kinds.tsx'

type Values = {
  kioskId: string
  storeId: string
  name: string
  usage: 'kiosk' | 'counter' | null
  onlyMunicipality: string | null
}

const list = { label: '端末', to: '/kiosks' }
const readings = [listKiosks, getKiosk, listStores, listOperators]
const Usage = radioOf(
  [
    { value: 'kiosk', label: 'キオスク', hint: '硬貨を入れて、その場で印刷する' },
    { value: 'counter', label: 'らくらく窓口', hint: '庁舎の窓口で、職員が証明書を渡して手数料を受け取る' },
  ] as const,
  'column',
)

export function NewKioskPage(): ReactNode {
  const { storeId } = useSearch({ strict: false }) as { storeId?: string | number }
  return (
    <FormPage
      title="端末を登録する"
      lead="登録の後に、利用開始コードの発行、端末での入力と接続試験、セキュリティ確認の順に進みます。"
      back={list}
      needs={saveKiosk}
      invalidates={readings}
    >
      {(done, cancel) => (
        <KioskForm
          initial={{
            ...{ kioskId: '', storeId: storeId === undefined ? '' : String(storeId), name: '' },
            ...{ usage: null, onlyMunicipality: null },
          }}
          isNew
          cancel={cancel}
          onSaved={(kioskId) => done('端末を登録しました', `/kiosks/${kioskId}`)}
        />
      )}
    </FormPage>
  )
}

export function EditKioskPage(): ReactNode {
  const kioskId = usePathParam('kioskId')
  const { data, error } = useQuery(q(getKiosk, { kioskId }))
  return (
    <FormPage
      title="登録内容を変える"
      also={[list]}
      back={{ label: data?.name ?? '端末', to: `/kiosks/${kioskId}` }}
      needs={saveKiosk}
      invalidates={readings}
    >
      {(done, cancel) =>
        data ? (
          <KioskForm
            initial={{
              ...{ kioskId, storeId: data.storeId ?? '', name: data.name, usage: data.usage },
              onlyMunicipality: data.onlyMunicipality,
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

function KioskForm(props: {
  initial: Values
  isNew: boolean
  cancel: ReactNode
  onSaved: (kioskId: string) => void
}): ReactNode {
  const { isNew } = props
  const [{ storeId: ofStore, name: ofName, usage: ofUsage, onlyMunicipality: ofTown }] = useState(
    props.initial,
  )
  const was = isNew
    ? null
    : {
        ...{ storeId: ofStore === '' ? null : ofStore, name: ofName, usage: ofUsage ?? 'kiosk' },
        onlyMunicipality: ofTown as MunicipalityCode | null,
      }
  const stores = useQuery(q(listStores, {})).data
  const towns = useTownKind()
  return (
    <EditForm
      mode={isNew ? 'new' : 'edit'}
      initial={props.initial}
      schema={saveKiosk.input}
      cancel={props.cancel}
      onSubmit={({ kioskId, storeId, name, usage, onlyMunicipality }, { requestId }) =>
        send(
          saveKiosk,
          {
            ...{ kioskId: kioskId.trim(), storeId: storeId.trim(), name, usage: usage ?? 'kiosk' },
            ...{ onlyMunicipality: onlyMunicipality as MunicipalityCode | null, was },
          },
          requestId,
        )
      }
      onSaved={(_, { kioskId }) => props.onSaved(kioskId.trim())}
    >
      {({ Field }) => (
        <FieldGroup legend="端末">
          {isNew && (
            <Field name="kioskId" kind={IdText} hint="英数字と _ . -。後から変えられません" required />
          )}
          <Field name="name" kind={Text} hint="例：1号機" required />
          <Field name="storeId" label="設置場所" kind={storeKind(stores)} required />
          <Field name="usage" kind={Usage} required />
          <Field
            name="onlyMunicipality"
            kind={towns}
            hint="1つの市区町村だけを取り扱う端末のときだけ選びます"
          />
        </FieldGroup>
      )}
    </EditForm>
  )
}

/** By name while one page holds all of them, by id where there are thousands. */
function storeKind(
  stores: { stores: readonly { storeId: string; ja: string }[]; more: boolean } | undefined,
) {
  if (stores === undefined || stores.more) return IdText
  const select = selectOf(
    stores.stores.map(({ storeId, ja }) => ({ value: storeId, label: `${ja}（${storeId}）` })),
  )
  return {
    ...select,
    Input: (props: Parameters<typeof IdText.Input>[0]) =>
      select.Input({
        ...props,
        value: props.value === '' ? null : props.value,
        onChange: (value) => props.onChange(value ?? ''),
      }),
    Output: ({ value }: { value: string }) => select.Output({ value: value === '' ? null : value }),
    toText: (value: string) => select.toText(value === '' ? null : value),
  }
}
