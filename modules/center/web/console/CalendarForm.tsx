import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, isPlainDate } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { readDate } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { calendarScopes, wholeScopes, type CalendarScope } from '../../calendar.ts'
import { getServiceMonth, listCalendars, setCalendar } from '../../service.contract.ts'
import { weekdayNames } from './CalendarsPage.tsx'
import { FormPage } from './FormPage.tsx'
import { KindOrAll } from './registry-kinds.tsx'
import { useKeyKind } from './ServiceForms.tsx'
import { presentDay } from './console-text.ts'

type Calendar = OutputOf<typeof listCalendars>['calendars'][number]

const Scopes = selectOf(
  (Object.keys(calendarScopes) as CalendarScope[]).map((value) => ({ value, label: calendarScopes[value] })),
)
const Clock = textWith({ width: 'narrow', maxLength: 5 })
const Weekdays = checkGroupOf(weekdayNames.map((label, day) => ({ value: String(day), label })))

type Values = {
  scope: CalendarScope | null
  scopeKey: string | null
  kind: string | null
  fromOn: PlainDate | null
  untilOn: PlainDate | null
  opensAt: string
  closesAt: string
  weekdays: readonly string[]
  closedDays: string
  closedDates: string
  note: string
}

/** サービス時間を決める: from a day on; of what has begun, the next one. */
export function NewCalendarPage(): ReactNode {
  const search = useSearch({ strict: false }) as Record<string, string | number | undefined>
  const text = (name: string): string => (search[name] === undefined ? '' : String(search[name]))
  const scope = (text('scope') || null) as CalendarScope | null
  const scopeKey = scope === 'town' ? text('scopeKey').padStart(6, '0') : text('scopeKey')
  const asked = { scope, scopeKey, kind: text('kind'), fromOn: text('fromOn') }
  const { data } = useQuery({
    ...q(listCalendars, scope === null ? {} : { scope, scopeKey }),
    enabled: scope !== null,
  })
  const before = data?.calendars.find(
    (one) => one.kind === asked.kind && (asked.fromOn === '' || one.fromOn === asked.fromOn),
  )
  return (
    <FormPage
      title="サービス時間を決める"
      lead="開始日からの時間を登録します。始まっているものは書き換えず、次の開始日で新しく登録します。"
      back={{ label: 'サービス時間', to: '/calendars' }}
      needs={setCalendar}
      invalidates={[listCalendars, getServiceMonth]}
    >
      {(done, cancel) =>
        scope !== null && data === undefined ? (
          <Progress label="読み込んでいます" />
        ) : (
          <CalendarForm
            initial={initialOf(asked, before)}
            cancel={cancel}
            onSaved={() => done('サービス時間を登録しました')}
          />
        )
      }
    </FormPage>
  )
}

function initialOf(
  asked: { scope: CalendarScope | null; scopeKey: string; kind: string },
  before: Calendar | undefined,
): Values {
  const today = presentDay()
  const scopeKey = asked.scopeKey === '' ? null : asked.scopeKey
  const kind = asked.kind === '' ? null : asked.kind
  if (before === undefined)
    return {
      ...{ scope: asked.scope, scopeKey, kind, fromOn: addDays(today, 1), untilOn: null },
      ...{ opensAt: '6:30', closesAt: '23:00', weekdays: ['0', '1', '2', '3', '4', '5', '6'] },
      ...{ closedDays: '12-29、12-30、12-31、1-1、1-2、1-3', closedDates: '', note: '' },
    }
  return {
    ...{ scope: before.scope, scopeKey, kind },
    fromOn: before.fromOn > today ? before.fromOn : addDays(today, 1),
    ...{ untilOn: before.untilOn, opensAt: before.opensAt, closesAt: before.closesAt },
    weekdays: before.weekdays.map(String),
    closedDays: before.closedDays.join('、'),
    closedDates: before.closedDates.join('、'),
    note: before.note,
  }
}

function CalendarForm(props: { initial: Values; cancel: ReactNode; onSaved: () => void }): ReactNode {
  return (
    <EditForm
      mode="new"
      initial={props.initial}
      schema={setCalendar.input}
      submitLabel="登録する"
      cancel={props.cancel}
      check={check}
      onSubmit={(values, { requestId }) =>
        send(
          setCalendar,
          {
            scope: values.scope ?? 'center',
            scopeKey:
              values.scope === null || wholeScopes.has(values.scope) ? '' : (values.scopeKey ?? '').trim(),
            ...{ kind: values.kind ?? '', fromOn: values.fromOn ?? '', untilOn: values.untilOn },
            ...{ opensAt: clockOf(values.opensAt) ?? '', closesAt: clockOf(values.closesAt) ?? '' },
            weekdays: values.weekdays.map(Number),
            closedDays: daysOf(values.closedDays) ?? [],
            closedDates: datesOf(values.closedDates) ?? [],
            note: values.note,
          },
          requestId,
        )
      }
      onSaved={props.onSaved}
    >
      {({ Field, values }) => (
        <>
          <FieldGroup legend="だれの時間か">
            <Field name="scope" kind={Scopes} label="区分" required />
            <KeyField Field={Field} scope={values.scope} />
            <Field name="kind" kind={KindOrAll} label="証明書" hint="1種類だけの時間を決めるときに選びます" />
          </FieldGroup>
          <FieldGroup legend="いつからいつまで">
            <FieldRow>
              <Field name="fromOn" kind={WarekiDate} required />
              <Field name="untilOn" kind={WarekiDate} hint="決まっていなければ空欄" />
            </FieldRow>
          </FieldGroup>
          <FieldGroup legend="時間と休み">
            <FieldRow>
              <Field name="opensAt" kind={Clock} hint="例：6:30" required />
              <Field name="closesAt" kind={Clock} hint="例：23:00。夜中までは 24:00" required />
            </FieldRow>
            <Field name="weekdays" kind={Weekdays} label="開いている曜日" required />
            <Field
              name="closedDays"
              kind={TextArea}
              label="毎年の休止日"
              hint="「12-29」のように、読点か改行で区切ります"
            />
            <Field
              name="closedDates"
              kind={TextArea}
              label="その年だけの休止日"
              hint="「2026-11-23」「令和8年11月23日」のように、読点か改行で区切ります"
            />
            <Field name="note" kind={TextArea} hint="依頼した部署や理由など" />
          </FieldGroup>
        </>
      )}
    </EditForm>
  )
}

function KeyField(props: {
  Field: (of: {
    name: 'scopeKey'
    kind: ReturnType<typeof useKeyKind>
    label: string
    required: true
  }) => ReactNode
  scope: CalendarScope | null
}): ReactNode {
  const { Field, scope } = props
  const kind = useKeyKind(scope)
  if (scope === null || wholeScopes.has(scope)) return null
  const label =
    scope === 'store' || scope === 'kiosk' ? `${calendarScopes[scope]}のID` : calendarScopes[scope]
  return <Field name="scopeKey" kind={kind} label={label} required />
}

/** 「6:30」「６：30」→ `06:30`; `null` = not a time. */
function clockOf(text: string): string | null {
  const [, hour = '', minute = ''] = /^(\d{1,2}):([0-5]\d)$/.exec(text.normalize('NFKC').trim()) ?? []
  const clock = `${hour.padStart(2, '0')}:${minute}`
  return hour === '' || clock > '24:00' ? null : clock
}

function partsOf(text: string): string[] {
  return text
    .split(/[、,，\s]+/u)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `MM-DD`; `null` = one of them cannot be read. */
function daysOf(text: string): string[] | null {
  const days = partsOf(text.normalize('NFKC')).map((part) => {
    const [, month = '', day = ''] = /^(\d{1,2})[-/月](\d{1,2})日?$/.exec(part) ?? []
    // 2028 is a leap year: 2月29日 may be closed.
    const known = isPlainDate(`2028-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
    return known ? `${month.padStart(2, '0')}-${day.padStart(2, '0')}` : null
  })
  return days.includes(null) ? null : (days as string[])
}

function datesOf(text: string): PlainDate[] | null {
  const dates = partsOf(text).map((part) => {
    const reading = readDate(part)
    return reading.kind === 'value' ? reading.value : null
  })
  return dates.includes(null) ? null : (dates as PlainDate[])
}

function check(values: Values): readonly FieldError[] {
  const wrong = (pointer: string, bad: boolean, message: string): FieldError[] =>
    bad ? [{ pointer, message }] : []
  return [
    ...wrong('/opensAt', clockOf(values.opensAt) === null, '時刻を 6:30 のように入力してください'),
    ...wrong('/closesAt', clockOf(values.closesAt) === null, '時刻を 23:00 のように入力してください'),
    ...wrong(
      '/closedDays',
      daysOf(values.closedDays) === null,
      '「12-29」のような月日を、読点か改行で区切ってください',
    ),
    ...wrong(
      '/closedDates',
      datesOf(values.closedDates) === null,
      '「2026-11-23」のような日付を、読点か改行で区切ってください',
    ),
  ]
}
