import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useRef, type ReactNode } from 'react'
import type { Endpoint, InputOf } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { certificateKinds } from '../../municipalities/municipalities.ts'
import {
  addLinkContact,
  getGate,
  listLinkContacts,
  listLinkFiles,
  openLink,
  overrideGate,
} from '../linkage.contract.ts'

/** How long, counted from now. */
const Hours = radioOf(
  ['1', '2', '4', '8', '12', '24'].map((hours) => ({ value: hours, label: `${hours}時間` })),
)

type StrictKind = InputOf<typeof overrideGate>['kinds'][number]
const Kinds = checkGroupOf(
  overrideGate.input.shape.kinds.element.options.map((kind) => ({
    value: kind,
    label: certificateKinds[kind].ja,
  })),
)

/** The page of one act that concerns the link as a whole. */
function TownAct(props: {
  title: string
  needs: Pick<Endpoint, 'permission' | 'title'>
  children: (done: (words: string) => void, cancel: ReactNode) => ReactNode
}): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <Page
      title={props.title}
      width="narrow"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '連携状況', to: '/linkage' },
        { label: props.title },
      ]}
    >
      <Allowed to={props.needs}>
        {props.children(
          (words) => {
            toast(words)
            for (const { name } of [listLinkFiles, getGate, listLinkContacts])
              void queries.invalidateQueries({ queryKey: [name] })
            void navigate({ to: '/linkage' })
          },
          <Link to="/linkage" className="button">
            やめる
          </Link>,
        )}
      </Allowed>
    </Page>
  )
}

/** 特例: issuing goes on with old data while the link or the town hall is lost. */
export function OverridePage(): ReactNode {
  return (
    <TownAct title="連携停止中の交付の特例" needs={overrideGate}>
      {(done, cancel) => (
        <>
          <Banner tone="warning" title="古いデータのまま、証明書を交付します">
            庁舎の被災や通信の途絶で、最新のデータが届かないときだけ使います。突合の不一致や、誤りのある行による停止は解けません。始めた人・理由・時間は記録されます。
          </Banner>
          <EditForm
            mode="new"
            initial={{ kinds: [] as readonly StrictKind[], hours: null as string | null, reason: '' }}
            schema={overrideGate.input}
            submitLabel="特例を始める"
            onSubmit={({ kinds, hours, reason }, { requestId }) =>
              send(overrideGate, { kinds: [...kinds], hours: Number(hours), reason }, requestId)
            }
            onSaved={() => done('特例を始めました')}
            cancel={cancel}
          >
            {({ Field }) => (
              <FieldGroup legend="特例の内容">
                <Field
                  name="kinds"
                  kind={Kinds}
                  label="証明書"
                  hint="選ばない証明書は止めたままです"
                  required
                />
                <Field
                  name="hours"
                  kind={Hours}
                  label="今から何時間"
                  hint="過ぎると自動で終わります"
                  required
                />
                <Field
                  name="reason"
                  kind={Text}
                  hint="例：令和8年11月の地震で庁舎の回線が途絶えたため"
                  required
                />
              </FieldGroup>
            )}
          </EditForm>
        </>
      )}
    </TownAct>
  )
}

/** 時間外の受付: files are taken although it is late. */
export function OpeningPage(): ReactNode {
  const untils = useRef(new Map<string, string>())
  /** The same end for every try of one wish. */
  function untilOf(requestId: string, hours: number): string {
    const until = untils.current.get(requestId) ?? new Date(Date.now() + hours * 3_600_000).toISOString()
    untils.current.set(requestId, until)
    return until
  }
  return (
    <TownAct title="連携時間外の受付" needs={openLink}>
      {(done, cancel) => (
        <EditForm
          mode="new"
          initial={{ hours: null as string | null, reason: '' }}
          schema={openLink.input}
          submitLabel="受付を始める"
          onSubmit={({ hours, reason }, { requestId }) =>
            send(openLink, { until: untilOf(requestId, Number(hours)), reason }, requestId)
          }
          onSaved={() => done('時間外の受付を始めました')}
          cancel={cancel}
        >
          {({ Field }) => (
            <FieldGroup legend="時間外の受付">
              <Field
                name="hours"
                kind={Hours}
                label="今から何時間"
                hint="過ぎると、ふだんの受付時間に戻ります"
                required
              />
              <Field name="reason" kind={Text} hint="例：災害対応のため夜間も取り込む" required />
            </FieldGroup>
          )}
        </EditForm>
      )}
    </TownAct>
  )
}

const Mail = textWith({ width: 'wide', type: 'email', inputMode: 'email' })

/** One more person whom alarms are mailed to. */
export function NewContactPage(): ReactNode {
  return (
    <TownAct title="警報の連絡先の追加" needs={addLinkContact}>
      {(done, cancel) => (
        <EditForm
          mode="new"
          initial={{ name: '', mail: '' }}
          schema={addLinkContact.input}
          submitLabel="追加する"
          onSubmit={(values, { requestId }) => send(addLinkContact, values, requestId)}
          onSaved={() => done('連絡先を追加しました')}
          cancel={cancel}
        >
          {({ Field }) => (
            <FieldGroup legend="連絡先">
              <Field name="name" kind={Text} hint="例：情報政策課 当番" required />
              <Field name="mail" kind={Mail} hint="夜間や休日にも見るアドレスにしてください" required />
            </FieldGroup>
          )}
        </EditForm>
      )}
    </TownAct>
  )
}
