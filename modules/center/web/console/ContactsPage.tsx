import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { parties, type Party } from '../../announcements.ts'
import {
  addContact,
  listContacts,
  listOperators,
  listRegistryTowns,
  removeContact,
} from '../../registry.contract.ts'

type Contact = OutputOf<typeof listContacts>['contacts'][number]

/** 連絡先: whom stops, faults and maintenance are mailed to, and whom an operator calls. */
export function ContactsPage(): ReactNode {
  const can = useCan()
  const { data, error } = useQuery(q(listContacts, {}))
  const towns = useQuery(q(listRegistryTowns, {})).data?.towns ?? []
  const operators = useQuery(q(listOperators, {})).data?.operators ?? []
  const names = new Map<string, string>([
    ...towns.map(({ municipalityCode, name }) => [municipalityCode as string, name] as const),
    ...operators.map(({ operatorId, ja }) => [operatorId, ja] as const),
  ])
  const columns = column.columns([
    column.accessor('party', { header: '区分', meta: { nowrap: true }, cell: (c) => parties[c.getValue()] }),
    column.accessor('partyKey', {
      header: '相手',
      meta: { nowrap: true },
      cell: (cell) => names.get(cell.getValue()) ?? cell.getValue(),
    }),
    column.accessor('ja', { header: '部署・窓口' }),
    column.accessor('phone', { header: '電話', meta: { nowrap: true } }),
    column.accessor('mail', { header: 'メール' }),
    column.display({
      id: 'remove',
      header: '操作',
      cell: ({ row: { original } }) => (
        <AskButton
          endpoint={removeContact}
          input={{ contactId: original.contactId }}
          invalidates={[listContacts]}
          label="外す"
          of={original.ja}
          question={`「${original.ja}」を連絡先から外しますか`}
          confirm="外す"
        >
          <p>外すと、この宛先には周知が届かなくなります。</p>
        </AskButton>
      ),
    }),
  ])
  return (
    <Page
      title="連絡先"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '連絡先' }]}
      lead="停止・障害・保守を自動で知らせる宛先です。夜間や休日にもつながる窓口を登録してください。"
    >
      <DataTable
        caption="連絡先"
        columns={columns}
        rows={data?.contacts}
        rowKey={(row) => row.contactId}
        empty="連絡先がまだ登録されていません。"
        error={error}
      />
      {can(addContact).allowed && (
        <Section title="連絡先の登録">
          <AddContact
            keys={(party) =>
              party === 'town'
                ? towns.map(({ municipalityCode, prefecture, name }) => ({
                    value: municipalityCode as string,
                    label: `${prefecture}${name}`,
                  }))
                : party === 'operator'
                  ? operators.map(({ operatorId, ja }) => ({ value: operatorId, label: ja }))
                  : []
            }
          />
        </Section>
      )}
    </Page>
  )
}

const column = columnsOf<Contact>()
const PartyKind = selectOf(
  (Object.keys(parties) as Party[]).map((value) => ({ value, label: parties[value] })),
)
const Mail = textWith({ width: 'wide', type: 'email', inputMode: 'email' })
const PhoneText = textWith({ width: 'middle', inputMode: 'tel', hint: '数字とハイフン。例：0577-00-0000' })

function AddContact(props: {
  keys: (party: Party | null) => readonly { value: string; label: string }[]
}): ReactNode {
  const toast = useToast()
  const empty = { ja: '', mail: '', phone: '' }
  const [party, setParty] = useState<Party | null>(null)
  const [partyKey, setPartyKey] = useState<string | null>(null)
  const [values, setValues] = useState(empty)
  const sending = useSend(addContact, {
    invalidates: [listContacts],
    onDone: () => {
      setValues(empty)
      toast('連絡先を登録しました')
    },
  })
  const keys = props.keys(party)
  const needsKey = party === 'town' || party === 'operator'
  const missing =
    party === null ||
    (needsKey && partyKey === null) ||
    Object.values(values).some((value) => value.trim() === '')
      ? 'すべての欄を入力してください'
      : null
  const bind = (name: keyof typeof values) => ({
    name,
    required: true,
    value: values[name],
    onChange: (value: string) => setValues({ ...values, [name]: value }),
  })
  return (
    <form
      className="form-body"
      aria-label="連絡先の登録"
      onSubmit={(event) => {
        event.preventDefault()
        if (party === null || missing !== null) return
        sending.start({
          ...{ party, partyKey: needsKey ? (partyKey ?? '') : '' },
          ...{ ja: values.ja.trim(), mail: values.mail.trim(), phone: values.phone.normalize('NFKC').trim() },
        })
      }}
    >
      <LooseField
        name="party"
        label="区分"
        kind={PartyKind}
        value={party}
        required
        onChange={(next) => {
          setParty(next)
          setPartyKey(null)
        }}
      />
      {needsKey && (
        <LooseField
          name="partyKey"
          label={parties[party]}
          kind={selectOf(keys)}
          value={partyKey}
          onChange={setPartyKey}
          required
        />
      )}
      <LooseField kind={Text} label="部署・窓口" {...bind('ja')} />
      <LooseField kind={PhoneText} label="電話" {...bind('phone')} />
      <LooseField kind={Mail} label="メール" {...bind('mail')} />
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button type="submit" look="solid" busy={sending.busy} unavailable={missing}>
          登録する
        </Button>
      </div>
    </form>
  )
}
