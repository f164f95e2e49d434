import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { listAssignable, registerStaff, searchStaff } from '../staff.contract.ts'
import { InitialPassword } from './InitialPassword.tsx'

const LoginId = textWith({ width: 'middle', maxLength: 64, hint: '英数字と . _ -。後から変えられません' })

export function NewStaffPage(): ReactNode {
  const [made, setMade] = useState<OutputOf<typeof registerStaff> | null>(null)
  return (
    <Page
      title="職員の登録"
      width="narrow"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: 'ユーザ管理', to: '/users' },
        { label: '職員の登録' },
      ]}
    >
      <Allowed to={registerStaff}>
        {made === null ? (
          <Section title="登録する職員">
            <Form onMade={setMade} />
          </Section>
        ) : (
          <>
            <InitialPassword {...made} />
            <p className="button-row">
              <Link
                to="/users/$staffId"
                params={{ staffId: made.staffId } as never}
                className="button"
                data-look="solid"
              >
                登録した職員を見る
              </Link>
              <Link to="/users" className="button">
                一覧へ戻る
              </Link>
            </p>
          </>
        )}
      </Allowed>
    </Page>
  )
}

function Form(props: { onMade: (made: OutputOf<typeof registerStaff>) => void }): ReactNode {
  const today = useToday()
  const { data } = useQuery(q(listAssignable, {}))
  const [loginId, setLoginId] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [department, setDepartment] = useState('')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [fromOn, setFromOn] = useState<PlainDate | null>(today)
  const [untilOn, setUntilOn] = useState<PlainDate | null>(null)
  const sending = useSend(registerStaff, { invalidates: [searchStaff], onDone: props.onMade })
  return (
    <SendForm
      sending={sending}
      label="登録する"
      onSend={() =>
        sending.start({
          ...{ loginId: loginId.trim(), displayName, department, roles: [...roles] },
          ...{ fromOn: fromOn ?? '', untilOn },
        })
      }
      beside={
        <Link to="/users" className="button">
          やめる
        </Link>
      }
    >
      <LooseField
        name="displayName"
        label="氏名"
        kind={Text}
        value={displayName}
        onChange={setDisplayName}
        required
      />
      <LooseField
        name="department"
        label="所属"
        kind={Text}
        value={department}
        onChange={setDepartment}
        required
      />
      <LooseField name="loginId" label="ID" kind={LoginId} value={loginId} onChange={setLoginId} required />
      <LooseField
        name="roles"
        label="役割"
        kind={checkGroupOf(
          (data?.roles ?? []).map(({ role, name }) => ({ value: role, label: name })),
          'column',
        )}
        hint="後から割り当てることもできます。災害を限るときは、登録した後に割り当てます"
        value={roles}
        onChange={setRoles}
      />
      <FieldRow>
        <LooseField
          name="fromOn"
          label="役割の開始日"
          kind={WarekiDate}
          value={fromOn}
          onChange={setFromOn}
          required
        />
        <LooseField
          name="untilOn"
          label="役割の終了日（この日まで）"
          kind={WarekiDate}
          hint="空欄は期限なし"
          value={untilOn}
          onChange={setUntilOn}
        />
      </FieldRow>
    </SendForm>
  )
}
