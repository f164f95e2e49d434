import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { getOverview } from '../../console.contract.ts'
import { addRoute, getRegistryTown, listRegistryTowns, saveRegistryTown } from '../../registry.contract.ts'
import { patternHints, patterns, type Pattern, presentDay } from './console-text.ts'
import { FormPage } from './FormPage.tsx'
import { Kind } from './registry-kinds.tsx'

const list = { label: '市区町村', to: '/registry/towns' }
const readings = [listRegistryTowns, getRegistryTown, getOverview]

const Code = textWith({ width: 'narrow', maxLength: 6, inputMode: 'numeric', hint: '検査数字を含む6桁' })
const Patterns = radioOf<Pattern>(
  (Object.keys(patterns) as Pattern[]).map((value) => ({
    ...{ value, label: patterns[value], hint: patternHints[value] },
  })),
  'column',
)

type TownValues = {
  municipalityCode: string
  prefecture: string
  name: string
  pattern: Pattern | null
  joinedOn: PlainDate | null
}

/** 市区町村の登録, of a new one. */
export function NewTownPage(): ReactNode {
  return (
    <FormPage
      title="市区町村を登録する"
      lead="登録しただけでは交付は始まりません。証明書ごとの経路を登録した日から始まります。"
      back={list}
      needs={saveRegistryTown}
      invalidates={readings}
    >
      {(done, cancel) => (
        <TownForm
          initial={{ municipalityCode: '', prefecture: '', name: '', pattern: null, joinedOn: null }}
          isNew
          cancel={cancel}
          onSaved={(code) => done('市区町村を登録しました', `/towns/${code}`)}
        />
      )}
    </FormPage>
  )
}

export function EditTownPage(): ReactNode {
  const municipalityCode = usePathParam('municipalityCode') as MunicipalityCode
  const { data, error } = useQuery(q(getRegistryTown, { municipalityCode }))
  const title = data ? `${data.prefecture}${data.name}` : '市区町村'
  return (
    <FormPage
      title="登録内容を変える"
      also={[list]}
      back={{ label: title, to: `/towns/${municipalityCode}` }}
      needs={saveRegistryTown}
      invalidates={readings}
    >
      {(done, cancel) =>
        data ? (
          <TownForm
            initial={{
              ...{ municipalityCode, prefecture: data.prefecture, name: data.name },
              ...{ pattern: data.pattern, joinedOn: data.joinedOn },
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

function TownForm(props: {
  initial: TownValues
  isNew: boolean
  cancel: ReactNode
  onSaved: (code: string) => void
}): ReactNode {
  const [{ prefecture, name, pattern: ofPattern, joinedOn: ofDay }] = useState(props.initial)
  const was = props.isNew ? null : { prefecture, name, pattern: ofPattern, joinedOn: ofDay }
  return (
    <EditForm
      mode={props.isNew ? 'new' : 'edit'}
      initial={props.initial}
      schema={saveRegistryTown.input}
      cancel={props.cancel}
      onSubmit={({ pattern, joinedOn, ...town }, { requestId }) =>
        send(
          saveRegistryTown,
          {
            ...town,
            municipalityCode: town.municipalityCode.normalize('NFKC').trim() as MunicipalityCode,
            ...{ pattern: pattern ?? 'A1', joinedOn: joinedOn ?? '', was },
          },
          requestId,
        )
      }
      onSaved={(_, { municipalityCode }) => props.onSaved(municipalityCode.normalize('NFKC').trim())}
    >
      {({ Field }) => (
        <FieldGroup legend="市区町村">
          {props.isNew && <Field name="municipalityCode" kind={Code} required />}
          <FieldRow>
            <Field name="prefecture" kind={Text} hint="例：岐阜県" required />
            <Field name="name" kind={Text} hint="例：飛騨市" required />
          </FieldRow>
          <Field name="pattern" kind={Patterns} required />
          <Field name="joinedOn" kind={WarekiDate} required />
        </FieldGroup>
      )}
    </EditForm>
  )
}

const Issuer = radioOf(
  [
    { value: 'bcl', label: 'BCL', hint: '自治体基盤クラウドシステムが発行する' },
    { value: 'own', label: '市区町村のサーバ', hint: '市区町村の証明発行サーバが発行する' },
  ] as const,
  'column',
)
const Endpoint = textWith({ width: 'wide', inputMode: 'url', hint: '例：https://issue.example.lg.jp:8445' })

/** 交付の経路: which server issues one kind, from a day on. */
export function NewRoutePage(): ReactNode {
  const municipalityCode = usePathParam('municipalityCode') as MunicipalityCode
  const { data } = useQuery(q(getRegistryTown, { municipalityCode }))
  const known = new Map(data?.routes.map((route) => [route.issuer, route.endpoint]))
  return (
    <FormPage
      title="交付の経路を加える"
      lead="どの証明書を、いつから、どのサーバが発行するかを決めます。本番では、工程2と工程3に合格した経路だけを登録できます。"
      also={[list]}
      back={{
        label: data ? `${data.prefecture}${data.name}` : '市区町村',
        to: `/towns/${municipalityCode}`,
      }}
      needs={addRoute}
      invalidates={readings}
    >
      {(done, cancel) => (
        <EditForm
          mode="new"
          initial={{
            kind: null as string | null,
            issuer: null as 'bcl' | 'own' | null,
            endpoint: '',
            fromOn: presentDay() as PlainDate | null,
            untilOn: null as PlainDate | null,
          }}
          schema={addRoute.input}
          cancel={cancel}
          onSubmit={({ kind, issuer, endpoint, fromOn, untilOn }, { requestId }) =>
            send(
              addRoute,
              {
                ...{ municipalityCode, kind: kind ?? '', issuer: issuer ?? 'bcl' },
                ...{ endpoint: endpoint.trim(), fromOn: fromOn ?? '', untilOn },
              },
              requestId,
            )
          }
          onSaved={() => done('経路を登録しました')}
        >
          {({ Field, values }) => (
            <FieldGroup legend="経路">
              <Field name="kind" kind={Kind} required />
              <Field name="issuer" kind={Issuer} required />
              <Field
                name="endpoint"
                kind={Endpoint}
                required
                {...(values.issuer !== null && known.has(values.issuer)
                  ? { hint: `いまの経路は ${known.get(values.issuer)}` }
                  : {})}
              />
              <FieldRow>
                <Field name="fromOn" kind={WarekiDate} required />
                <Field name="untilOn" kind={WarekiDate} hint="決まっていなければ空欄" />
              </FieldRow>
            </FieldGroup>
          )}
        </EditForm>
      )}
    </FormPage>
  )
}
