import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { orNull } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import {
  BACKUP_NOTICE_DAYS,
  judgeNotice,
  maintenanceScopes,
  wholeScopes,
  type MaintenanceScope,
} from '../../calendar.ts'
import { getOverview } from '../../console.contract.ts'
import { listOperators, listRegistryTowns } from '../../registry.contract.ts'
import { listMaintenance, listStops, planMaintenance, setStop } from '../../service.contract.ts'
import { instantOf, stopReasons } from './console-text.ts'
import { FormPage } from './FormPage.tsx'
import { KindOrAll } from './registry-kinds.tsx'

const readings = [listStops, listMaintenance, getOverview]

const scopeOptions = (Object.keys(maintenanceScopes) as MaintenanceScope[]).map((value) => ({
  value,
  label: maintenanceScopes[value],
}))
const MaintenanceScopes = selectOf(scopeOptions)
const StopScopes = selectOf(scopeOptions.filter(({ value }) => value !== 'backup'))
const Reasons = radioOf(
  (Object.keys(stopReasons) as (keyof typeof stopReasons)[]).map((value) => ({
    value,
    label: stopReasons[value],
  })),
)
const Key = orNull(textWith({ width: 'middle', maxLength: 64 }))
const Clock = textWith({ width: 'narrow', maxLength: 5, hint: '例：2:00' })
const AskedBy = orNull(Text)

/** Who is in maintenance or is stopped: towns and operators by name, machines and stores by id. */
export function useKeyKind(scope: MaintenanceScope | null) {
  const towns = useQuery({ ...q(listRegistryTowns, {}), enabled: scope === 'town' }).data?.towns ?? []
  const operators =
    useQuery({ ...q(listOperators, {}), enabled: scope === 'operator' || scope === 'relay' }).data
      ?.operators ?? []
  switch (scope) {
    case 'town':
      return selectOf(
        towns.map(({ municipalityCode, prefecture, name }) => ({
          value: municipalityCode as string,
          label: `${prefecture}${name}（${municipalityCode}）`,
        })),
      )
    case 'operator':
      return selectOf(operators.map(({ operatorId, ja }) => ({ value: operatorId, label: ja })))
    case 'relay':
      return selectOf(
        operators.flatMap(({ relays }) => relays.map(({ relayId, ja }) => ({ value: relayId, label: ja }))),
      )
    case 'store':
    case 'kiosk':
    case 'center':
    case 'bcl':
    case 'jpki':
    case 'backup':
    case null:
      return Key
  }
}

/** 障害時の停止. */
export function NewStopPage(): ReactNode {
  const { municipalityCode } = useSearch({ strict: false }) as { municipalityCode?: string | number }
  const town = municipalityCode === undefined ? null : String(municipalityCode).padStart(6, '0')
  return (
    <FormPage
      title="停止する"
      back={{ label: '停止と再開', to: '/stops' }}
      needs={setStop}
      invalidates={readings}
    >
      {(done, cancel) => (
        <>
          <Banner tone="warning" title="登録すると、すぐに交付が止まります">
            いま端末の前にいる方も、料金を確かめる前であれば交付できなくなります。関係する市区町村と事業者には自動で周知します。
          </Banner>
          <EditForm
            mode="new"
            initial={{
              scope: (town === null ? null : 'town') as MaintenanceScope | null,
              scopeKey: town,
              kind: null as string | null,
              reason: null as keyof typeof stopReasons | null,
              note: '',
              askedBy: null as string | null,
            }}
            schema={setStop.input}
            submitLabel="停止する"
            onSubmit={({ scope, scopeKey, kind, reason, note, askedBy }, { requestId }) =>
              send(
                setStop,
                {
                  ...{ scope: (scope ?? 'center') as 'center', scopeKey: keyOf(scope, scopeKey) },
                  kind: kind ?? '',
                  ...{ reason: reason ?? 'failure', note, askedBy },
                },
                requestId,
              )
            }
            onSaved={() => done('停止しました')}
            cancel={cancel}
          >
            {({ Field, values }) => (
              <FieldGroup legend="停止の内容">
                <Field name="scope" kind={StopScopes} label="何を止めるか" required />
                <KeyField Field={Field} scope={values.scope} />
                <Field
                  name="kind"
                  kind={KindOrAll}
                  label="証明書"
                  hint="1種類だけを止めるときに選びます。ほかの証明書は取れるままです"
                />
                <Field name="reason" kind={Reasons} required />
                <Field
                  name="note"
                  kind={TextArea}
                  label="メモ"
                  hint="何が起きているか。住民の氏名などは書かないでください"
                  required
                />
                <Field
                  name="askedBy"
                  kind={AskedBy}
                  label="依頼者（市区町村の依頼によるとき）"
                  hint="例：飛騨市 市民課 係長"
                />
              </FieldGroup>
            )}
          </EditForm>
        </>
      )}
    </FormPage>
  )
}

function keyOf(scope: MaintenanceScope | null, key: string | null): string {
  return scope === null || wholeScopes.has(scope) ? '' : (key ?? '').trim()
}

function KeyField(props: {
  Field: (of: {
    name: 'scopeKey'
    kind: ReturnType<typeof useKeyKind>
    label: string
    required: true
  }) => ReactNode
  scope: MaintenanceScope | null
}): ReactNode {
  const { Field, scope } = props
  const kind = useKeyKind(scope)
  if (scope === null || wholeScopes.has(scope)) return null
  const byId = scope === 'store' || scope === 'kiosk'
  return (
    <Field
      name="scopeKey"
      kind={kind}
      label={byId ? `${maintenanceScopes[scope]}のID` : maintenanceScopes[scope]}
      required
    />
  )
}

type Plan = {
  scope: MaintenanceScope | null
  scopeKey: string | null
  kind: string | null
  fromDay: PlainDate | null
  fromClock: string
  untilDay: PlainDate | null
  untilClock: string
  words: string
  urgentReason: string | null
}
const emptyPlan: Plan = {
  ...{
    scope: null,
    scopeKey: null,
    kind: null,
    fromDay: null,
    fromClock: '',
    untilDay: null,
    untilClock: '',
  },
  ...{ words: '', urgentReason: null },
}

/** 保守を予定する. Three weeks ahead for the backup service, beforehand for the others. */
export function NewMaintenancePage(): ReactNode {
  return (
    <FormPage
      title="保守を予定する"
      back={{ label: '保守の予定', to: '/maintenance' }}
      needs={planMaintenance}
      invalidates={readings}
    >
      {(done, cancel) => (
        <EditForm
          mode="new"
          initial={emptyPlan}
          schema={planMaintenance.input}
          submitLabel="予定を登録する"
          check={timesOf}
          onSubmit={(plan, { requestId }) =>
            send(
              planMaintenance,
              {
                ...{ scope: plan.scope ?? 'center', scopeKey: keyOf(plan.scope, plan.scopeKey) },
                kind: plan.kind ?? '',
                fromAt: instantOf(plan.fromDay, plan.fromClock) ?? '',
                untilAt: instantOf(plan.untilDay, plan.untilClock) ?? '',
                words: plan.words,
                urgentReason: plan.urgentReason,
              },
              requestId,
            )
          }
          onSaved={() => done('保守を予定しました。連絡先に周知します')}
          cancel={cancel}
        >
          {({ Field, values }) => (
            <FieldGroup legend="保守の内容">
              <Field name="scope" kind={MaintenanceScopes} label="何を保守するか" required />
              <KeyField Field={Field} scope={values.scope} />
              {values.scope !== 'backup' && (
                <Field name="kind" kind={KindOrAll} label="証明書" hint="1種類だけの保守のときに選びます" />
              )}
              <FieldRow>
                <Field name="fromDay" kind={WarekiDate} label="開始の日" required />
                <Field name="fromClock" kind={Clock} label="開始の時刻" required />
              </FieldRow>
              <FieldRow>
                <Field name="untilDay" kind={WarekiDate} label="終了の日" required />
                <Field name="untilClock" kind={Clock} label="終了の時刻" required />
              </FieldRow>
              <Field
                name="words"
                kind={TextArea}
                label="内容（関係者に知らせる文）"
                hint="例：回線設備の更新のため、証明書の交付を停止します"
                required
              />
              {isShort(values) && (
                <Field
                  name="urgentReason"
                  kind={AskedBy}
                  label="3週間前に知らせられない理由"
                  hint={`住民情報バックアップの保守は、原則${BACKUP_NOTICE_DAYS / 7}週間前までに知らせます`}
                  required
                />
              )}
            </FieldGroup>
          )}
        </EditForm>
      )}
    </FormPage>
  )
}

function isShort({ scope, fromDay, fromClock }: Plan): boolean {
  const fromAt = instantOf(fromDay, fromClock)
  return scope !== null && fromAt !== null && judgeNotice(scope, new Date(fromAt), new Date()) === 'short'
}

function timesOf(plan: Plan): readonly FieldError[] {
  const wrong = (pointer: string, day: PlainDate | null, clock: string): FieldError[] =>
    day !== null && instantOf(day, clock) === null
      ? [{ pointer, message: '時刻を 2:00 のように入力してください' }]
      : []
  const found = [
    ...wrong('/fromClock', plan.fromDay, plan.fromClock),
    ...wrong('/untilClock', plan.untilDay, plan.untilClock),
  ]
  const from = instantOf(plan.fromDay, plan.fromClock)
  const until = instantOf(plan.untilDay, plan.untilClock)
  if (from !== null && until !== null && until <= from)
    found.push({ pointer: '/untilDay', message: '終了は開始より後にしてください' })
  return found
}

/** Where a town's page leads to stop it. */
export function stopLink(municipalityCode: MunicipalityCode): { to: string; search: never } {
  return { to: '/stops/new', search: { municipalityCode } as never }
}
