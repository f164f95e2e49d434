import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { closeRole, listRoles, shapeRole } from '../town-roles.contract.ts'

type Roles = OutputOf<typeof listRoles>
type Role = Roles['roles'][number]

function Frame(props: { title: string; children: ReactNode }): ReactNode {
  return (
    <Page
      title={props.title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: 'ユーザ管理', to: '/users' },
        { label: '役割', to: '/roles' },
        { label: props.title },
      ]}
    >
      <Allowed to={listRoles}>{props.children}</Allowed>
    </Page>
  )
}

/** A new role of the town, empty or as a copy of another. */
export function NewRolePage(): ReactNode {
  const { from } = useSearch({ strict: false }) as { readonly from?: string }
  const { data, error } = useQuery(q(listRoles, {}))
  const template = data?.roles.find((one) => one.role === from)
  return (
    <Frame title="団体の役割の登録">
      {error && <ErrorSummary error={error} />}
      {template && <p>{`「${template.name}」の写しから作ります。`}</p>}
      {data && <Shape roles={data} known={null} permissions={template?.permissions ?? []} name="" />}
    </Frame>
  )
}

export function RolePage(): ReactNode {
  const role = usePathParam('role')
  const { data, error } = useQuery(q(listRoles, {}))
  const known = data?.roles.find((one) => one.role === role)
  return (
    <Frame title={known?.name ?? '役割'}>
      {error && <ErrorSummary error={error} />}
      {data && !known && <Banner tone="warning" title="この役割はありません。廃止された可能性があります" />}
      {data && known && (
        <>
          <p className="button-row">
            <Link to="/roles/new" search={{ from: role } as never} className="button">
              この写しから団体の役割を作る
            </Link>
            {known.own && <Close role={known} />}
          </p>
          {known.own ? (
            <Shape
              key={known.version}
              roles={data}
              known={known}
              permissions={known.permissions}
              name={known.name}
            />
          ) : (
            <BuiltIn roles={data} role={known} />
          )}
        </>
      )}
    </Frame>
  )
}

function screensOf(roles: Roles): string[] {
  return [...new Set(roles.permissions.map(({ screen }) => screen))]
}

function BuiltIn({ roles, role }: { roles: Roles; role: Role }): ReactNode {
  const items = screensOf(roles).flatMap((screen) => {
    const verbs = roles.permissions.filter(
      (one) => one.screen === screen && role.permissions.includes(one.permission),
    )
    return verbs.length === 0 ? [] : [{ term: screen, value: verbs.map(({ verb }) => verb).join('、') }]
  })
  return (
    <Section title="権限">
      <DescriptionList items={items} />
    </Section>
  )
}

function Close({ role }: { role: Role }): ReactNode {
  const navigate = useNavigate()
  return (
    <AskButton
      endpoint={closeRole}
      input={{ roleId: role.role, version: role.version }}
      invalidates={[listRoles]}
      onDone={() => void navigate({ to: '/roles' })}
      label="廃止する"
      question={`「${role.name}」を廃止しますか`}
      confirm="廃止する"
      look="danger"
    >
      <p>新しく割り当てられなくなります。割り当てた職員がいる間は廃止できません。</p>
    </AskButton>
  )
}

function Shape(props: {
  roles: Roles
  known: Role | null
  permissions: readonly string[]
  name: string
}): ReactNode {
  const { roles, known } = props
  const [roleId] = useState(() => known?.role ?? uuidv7())
  const [name, setName] = useState(props.name)
  const [chosen, setChosen] = useState<readonly string[]>(props.permissions)
  const navigate = useNavigate()
  const toast = useToast()
  const sending = useSend(shapeRole, {
    invalidates: [listRoles],
    onDone: () => {
      toast(known ? '役割を変更しました。割り当てた職員に、すぐに効きます' : '役割を登録しました')
      void navigate({ to: '/roles' })
    },
  })
  return (
    <Section title="名前と権限">
      <SendForm
        sending={sending}
        label={known ? '変更する' : '登録する'}
        onSend={() => sending.start({ roleId, version: known?.version ?? 0, name, permissions: [...chosen] })}
        beside={
          <Link to="/roles" className="button">
            やめる
          </Link>
        }
      >
        {known && known.holders > 0 && (
          <Banner
            tone="information"
            title={`${known.holders}人に割り当てられています。変更はすぐに効きます`}
          />
        )}
        <LooseField name="name" label="役割の名前" kind={Text} value={name} onChange={setName} required />
        {screensOf(roles).map((screen) => {
          const own = roles.permissions.filter((one) => one.screen === screen)
          const kind = checkGroupOf(
            own.map(({ permission, verb, opens }) => ({
              value: permission,
              label: verb,
              hint: opens.length === 0 ? undefined! : hintOf(opens),
            })),
            'column',
          )
          const values = own.map(({ permission }) => permission)
          return (
            <LooseField
              key={screen}
              name={`permissions/${screen}`}
              label={screen}
              kind={kind}
              value={chosen.filter((one) => values.includes(one))}
              onChange={(some) => setChosen([...chosen.filter((one) => !values.includes(one)), ...some])}
            />
          )
        })}
      </SendForm>
    </Section>
  )
}

const MOST_NAMED = 5

/** What a right opens, in the words of the screens. */
function hintOf(opens: readonly string[]): string {
  const named = opens.slice(0, MOST_NAMED).join('、')
  return opens.length > MOST_NAMED ? `${named} など${opens.length}件` : named
}
