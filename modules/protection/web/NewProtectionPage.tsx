import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  getProtectionCaution,
  listProtections,
  requestProtection,
  searchProtectionPeople,
} from '../protection.contract.ts'
import { categories, scopes, type Category, type Scope } from '../protection.ts'
import { PeopleFields, type DraftPerson } from './PeopleFields.tsx'

const Categories = radioOf(categories, 'column')
const Scopes = checkGroupOf(scopes, 'column')
const everything: readonly Scope[] = scopes.map(({ value }) => value)

/** 仮支援措置: from the moment it is sent nobody sees where the person is; what is right is decided afterwards. */
export function NewProtectionPage(): ReactNode {
  return (
    <Page
      title="仮支援措置を始める"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '支援措置（DV等）', to: '/protections' },
        { label: '仮支援措置を始める' },
      ]}
      lead="申出を聞いたら、確かめる前に登録してください。送信した時から保護が始まり、別の職員が決定するまで続きます。"
    >
      <Allowed to={requestProtection}>
        <Form />
      </Allowed>
    </Page>
  )
}

type Handed = { readonly protect?: string }

function Form(): ReactNode {
  const can = useCan()
  const navigate = useNavigate()
  const toast = useToast()
  const handed = useRouterState({ select: (state) => (state.location.state as Handed).protect })
  const [category, setCategory] = useState<Category | null>(null)
  const [scope, setScope] = useState<readonly Scope[]>(everything)
  const [office, setOffice] = useState('')
  const [agency, setAgency] = useState('')
  const [note, setNote] = useState('')
  const [people, setPeople] = useState<readonly DraftPerson[]>([])
  const found = useQuery({
    ...q(searchProtectionPeople, { residentNo: handed ?? '' }),
    enabled: handed !== undefined,
    staleTime: Infinity,
    gcTime: 0,
  })
  const first = found.data?.people[0]
  // Whom the page before was about is the applicant, until somebody says otherwise.
  useEffect(() => {
    if (first === undefined) return
    const { residentNo, name, birthOn } = first
    const on = /^\d{4}-\d\d-\d\d$/.test(birthOn ?? '') ? (birthOn as PlainDate) : null
    setPeople((kept) =>
      kept.length > 0 ? kept : [{ role: 'applicant', residentNo, name, birthOn: on, relation: '本人' }],
    )
  }, [first])
  const sending = useSend(requestProtection, {
    invalidates: [listProtections, getProtectionCaution],
    onDone: ({ measureId }) => {
      toast('仮支援措置を始めました。住所と連絡先は表示されなくなりました')
      void navigate(
        can(listProtections).allowed
          ? { to: '/protections/$measureId', params: { measureId } as never }
          : { to: '/' },
      )
    },
  })
  return (
    <>
      <Section title="対象者と加害者">
        <PeopleFields
          people={people}
          onChange={setPeople}
          next={people.some(({ role }) => role === 'applicant') ? 'together' : 'applicant'}
        />
        <p className="small quiet">
          同じ世帯の人は、対象者でなくても住所などが表示されなくなります。加害者が分かるときは必ず加えてください。加害者の世帯の証明書や様式に、対象者が載らなくなります。
        </p>
      </Section>
      <Section title="内容">
        <LooseField
          name="category"
          label="区分"
          kind={Categories}
          value={category}
          onChange={setCategory}
          required
        />
        <LooseField
          name="scope"
          label="支援の必要な事務"
          kind={Scopes}
          hint="分からなければ、すべて選んだままにします"
          value={scope}
          onChange={setScope}
          required
        />
        <LooseField name="office" label="担当課" kind={Text} value={office} onChange={setOffice} required />
        <LooseField
          name="agency"
          label="相談機関"
          kind={Text}
          hint="例：警察署、配偶者暴力相談支援センター、児童相談所"
          value={agency}
          onChange={setAgency}
        />
        <LooseField
          name="note"
          label="備考"
          kind={TextArea}
          hint="居所や連絡先は書かないでください。暗号にして保存します"
          value={note}
          onChange={setNote}
        />
      </Section>
      {sending.error && <ErrorSummary error={sending.error} />}
      <Banner tone="information" title="決定は、あなたとは別の職員が行います">
        決定されるまでの間も、保護は続きます。
      </Banner>
      <div className="button-row">
        <Button
          look="solid"
          busy={sending.busy}
          unavailable={
            people.length === 0 ? '対象者を加えてください' : category === null ? '区分を選んでください' : null
          }
          onClick={() =>
            sending.start({
              ...{ category: category ?? 'other', scope: [...scope], office, agency, note },
              people: [...people],
            })
          }
        >
          仮支援措置を始める
        </Button>
        <Link to="/" className="button">
          やめる
        </Link>
      </div>
    </>
  )
}
