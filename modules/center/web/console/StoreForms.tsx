import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { orNull } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { getStore, listOperators, listStores, saveStore } from '../../registry.contract.ts'
import { FormPage } from './FormPage.tsx'
import { IdText, useOperators, useTownKind } from './registry-kinds.tsx'
import { presentDay } from './console-text.ts'

type Store = OutputOf<typeof getStore>
type Values = Omit<Store, 'operatorId' | 'municipalityCode' | 'latitude' | 'longitude' | 'openedOn'> & {
  operatorId: string | null
  municipalityCode: string | null
  latitude: string
  longitude: string
  openedOn: PlainDate | null
}

const list = { label: '設置場所', to: '/registry/stores' }
const readings = [listStores, getStore, listOperators]
const Degrees = textWith({ width: 'narrow', inputMode: 'text' })

export function NewStorePage(): ReactNode {
  const { operatorId } = useSearch({ strict: false }) as { operatorId?: string | number }
  return (
    <FormPage title="設置場所を登録する" back={list} needs={saveStore} invalidates={readings}>
      {(done, cancel) => (
        <StoreForm
          initial={{
            ...{
              storeId: '',
              operatorId: operatorId === undefined ? null : String(operatorId),
              relayId: null,
            },
            ...{ ja: '', municipalityCode: null, address: '', latitude: '', longitude: '' },
            ...{ openedOn: presentDay(), closedOn: null },
          }}
          was={null}
          cancel={cancel}
          onSaved={(storeId) => done('設置場所を登録しました', `/registry/stores/${storeId}`)}
        />
      )}
    </FormPage>
  )
}

/** 設置場所: its registration, changed here, and the way to its machines. */
export function StorePage(): ReactNode {
  const storeId = usePathParam('storeId')
  const { data, error } = useQuery(q(getStore, { storeId }))
  return (
    <FormPage
      title={data?.ja ?? '設置場所'}
      lead={
        <>
          <Link to={'/kiosks' as string} search={{ storeId } as never}>
            ここの端末を見る
          </Link>
          {'　'}
          <Link to={'/kiosks/new' as string} search={{ storeId } as never}>
            ここに端末を登録する
          </Link>
          {'　'}
          <Link to={'/calendars/new' as string} search={{ scope: 'store', scopeKey: storeId } as never}>
            サービス時間を決める
          </Link>
        </>
      }
      back={list}
      needs={saveStore}
      invalidates={readings}
    >
      {(done, cancel) =>
        data ? (
          <StoreForm
            initial={{
              ...data,
              latitude: data.latitude === null ? '' : String(data.latitude),
              longitude: data.longitude === null ? '' : String(data.longitude),
            }}
            was={data}
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

function degrees(text: string): number | null {
  const plain = text.normalize('NFKC').trim()
  return plain === '' ? null : Number(plain)
}

function check({ latitude, longitude }: Values): readonly FieldError[] {
  return (
    [
      ['latitude', latitude],
      ['longitude', longitude],
    ] as const
  ).flatMap(([name, text]) =>
    Number.isNaN(degrees(text))
      ? [{ pointer: `/${name}`, message: '36.238 のように、数字で入力してください' }]
      : [],
  )
}

function StoreForm(props: {
  initial: Values
  /** As it stood when the form was opened; `null` = a new one. */
  was: OutputOf<typeof getStore> | null
  cancel: ReactNode
  onSaved: (storeId: string) => void
}): ReactNode {
  const [was] = useState(props.was)
  const isNew = was === null
  const operators = useOperators()
  const Towns = useTownKind()
  return (
    <EditForm
      mode={isNew ? 'new' : 'edit'}
      initial={props.initial}
      schema={saveStore.input}
      cancel={props.cancel}
      check={check}
      onSubmit={(values, { requestId }) =>
        send(
          saveStore,
          {
            ...{
              storeId: values.storeId.trim(),
              operatorId: values.operatorId ?? '',
              relayId: values.relayId,
            },
            ...{ ja: values.ja, municipalityCode: (values.municipalityCode ?? '') as MunicipalityCode },
            ...{ address: values.address },
            ...{ latitude: degrees(values.latitude), longitude: degrees(values.longitude) },
            ...{ openedOn: values.openedOn ?? '', closedOn: values.closedOn, was },
          },
          requestId,
        )
      }
      onSaved={(_, { storeId }) => props.onSaved(storeId.trim())}
    >
      {({ Field, values }) => (
        <>
          <FieldGroup legend="設置場所">
            {isNew && (
              <Field name="storeId" kind={IdText} hint="英数字と _ . -。後から変えられません" required />
            )}
            {isNew && (
              <Field
                name="operatorId"
                label="事業者"
                kind={selectOf(operators.map(({ operatorId, ja }) => ({ value: operatorId, label: ja })))}
                required
              />
            )}
            <Field name="ja" kind={Text} hint="利用者向けの案内に出ます。例：飛騨古川駅前店" required />
            {isNew && <Field name="municipalityCode" kind={Towns} required />}
            <Field name="address" kind={Text} required />
            <FieldRow>
              <Field name="latitude" kind={Degrees} hint="例：36.238" />
              <Field name="longitude" kind={Degrees} hint="例：137.186" />
            </FieldRow>
          </FieldGroup>
          <FieldGroup legend="つなぎ方と期間">
            <Field
              name="relayId"
              label="中継"
              kind={relayKind(operators.find((one) => one.operatorId === values.operatorId)?.relays ?? [])}
            />
            {isNew && <Field name="openedOn" kind={WarekiDate} required />}
            <Field
              name="closedOn"
              kind={WarekiDate}
              hint="撤去が決まっているときだけ。翌日から、ここの端末では何も交付できません"
            />
          </FieldGroup>
        </>
      )}
    </EditForm>
  )
}

function relayKind(relays: readonly { relayId: string; ja: string }[]) {
  return relays.length === 0
    ? orNull(textWith({ width: 'middle', hint: 'この事業者に中継はありません。空欄のままにします' }))
    : selectOf(
        relays.map(({ relayId, ja }) => ({ value: relayId, label: ja })),
        '中継を通らない',
      )
}
