import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  clearWarning,
  getPayments,
  getRemitter,
  planRun,
  saveAccount,
  setRemitter,
} from '../payments.contract.ts'
import { itemStates, warnings, type Warning } from '../payments.ts'
import { accountTypes } from '../zengin.ts'
import { yen } from './payments-text.ts'

type Account = RawInputOf<typeof saveAccount>['account']
const blank: Account = {
  ...{
    bankCode: '',
    bankName: '',
    branchCode: '',
    branchName: '',
    accountType: '1',
    accountNo: '',
    holder: '',
  },
}
const Type = selectOf(accountTypes)
const Kana = textWith({ width: 'middle', maxLength: 60 })
const Digits = textWith({ width: 'middle', maxLength: 10 })

type Bank = Omit<Account, 'holder'>

const crumbsTo = (label: string) => [
  { label: 'メインメニュー', to: '/' },
  { label: '支払', to: '/payments' },
  { label },
]

const bankTexts = [
  ['bankCode', '金融機関コード（4桁）', Digits],
  ['bankName', '金融機関名（カナ）', Kana],
  ['branchCode', '支店コード（3桁）', Digits],
  ['branchName', '支店名（カナ）', Kana],
] as const

function BankFields(props: { bank: Bank; onChange: (bank: Partial<Bank>) => void }): ReactNode {
  const { bank, onChange } = props
  return (
    <>
      {bankTexts.map(([name, label, kind]) => (
        <LooseField
          key={name}
          name={name}
          label={label}
          kind={kind}
          value={bank[name]}
          onChange={(text) => onChange({ [name]: text })}
          required
        />
      ))}
      <LooseField
        name="accountType"
        label="預金種目"
        kind={Type}
        value={bank.accountType}
        onChange={(accountType) => onChange({ accountType: accountType ?? '1' })}
        required
      />
      <LooseField
        name="accountNo"
        label="口座番号（7桁。先頭の0も）"
        kind={Digits}
        value={bank.accountNo}
        onChange={(accountNo) => onChange({ accountNo })}
        required
      />
    </>
  )
}

/** 口座と支払 of one application. */
export function AccountPage(): ReactNode {
  const supportId = usePathParam('supportId')
  const { data, error } = useQuery(q(getPayments, { supportId }))
  const [round, setRound] = useState(0)
  return (
    <Page
      title="口座と支払"
      crumbs={crumbsTo('口座と支払')}
      lead={data && `${data.applicantName}　${data.programmeTitle}`}
      actions={
        <Link to="/support/applications/$supportId" params={{ supportId } as never} className="button">
          申請の内容
        </Link>
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Contents key={`${supportId} ${round}`} payments={data} onSaved={() => setRound(round + 1)} />}
    </Page>
  )
}

function Contents(props: { payments: OutputOf<typeof getPayments>; onSaved: () => void }): ReactNode {
  const { payments, onSaved } = props
  const { supportId } = payments
  // The account that the form began with: a colleague's later one neither wipes out what is typed nor is written over.
  const [accountVersion] = useState(payments.accountVersion)
  const [account, setAccount] = useState<Account>({ ...blank, ...payments.account })
  const toast = useToast()
  const permit = useCan()(saveAccount)
  const saving = useSend(saveAccount, {
    invalidates: [getPayments, planRun],
    onDone: () => {
      toast('口座を登録しました')
      onSaved()
    },
  })
  return (
    <>
      {payments.accountVersion !== accountVersion && (
        <Banner tone="warning" title="ほかの職員が、この申請の口座を登録しました">
          画面を開き直し、登録された口座を確かめてください。
        </Banner>
      )}
      {payments.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：登録済みの金融機関・口座番号は表示されません">
          直すときは、全部の項目を入力し直してください。
        </Banner>
      )}
      {payments.warnings.map((warning) => (
        <Banner key={warning} tone="warning" title={labelOf(warnings, warning)}>
          <ClearButton supportId={supportId} accountVersion={payments.accountVersion} warning={warning} />
        </Banner>
      ))}
      {payments.payments.at(-1)?.itemState === 'returned' && (
        <Banner tone="warning" title="振込ができずに戻りました">
          通帳で口座を確かめ、直して登録してください。登録すると、次の試算で支払えるようになります。
        </Banner>
      )}
      <Section title="支払の状態">
        {payments.payments.length === 0 && <p className="quiet">支給の決定がまだありません。</p>}
        <ul>
          {payments.payments.map((one) => (
            <li key={one.awardId}>
              {{ grant: '支給', extra: '追加支給', 'claim-back': '返還' }[one.kind]}　{yen(one.amountYen)}
              {'　'}
              {one.kind === 'claim-back' ? `入金済 ${yen(one.repaidYen)}` : <Paid one={one} />}
              {one.transferOn !== null && `　振込日 ${dateText(one.transferOn as PlainDate)}`}
            </li>
          ))}
        </ul>
      </Section>
      <SendForm
        sending={saving}
        under="/account"
        label="口座を登録"
        permit={permit}
        onSend={() => saving.start({ supportId, accountVersion, account })}
      >
        <FieldGroup legend="振込先口座">
          <BankFields bank={account} onChange={(bank) => setAccount({ ...account, ...bank })} />
          <LooseField
            name="holder"
            label="口座名義（カナ）"
            hint="通帳のカナのとおりに。漢字は使えません"
            kind={Kana}
            value={account.holder}
            onChange={(holder) => setAccount({ ...account, holder })}
            required
          />
        </FieldGroup>
      </SendForm>
    </>
  )
}

/** How an award stands, and what leaves of it where something claimed back is taken off. */
function Paid({ one }: { one: OutputOf<typeof getPayments>['payments'][number] }): ReactNode {
  const { itemState, itemYen, dueYen, amountYen } = one
  const waits = itemState === null || itemState === 'returned' || itemState === 'dropped'
  const leaves = waits ? dueYen : itemYen
  return (
    <>
      <Badge>
        {waits && dueYen === 0
          ? '返還分と相殺（支払なし）'
          : itemState === null
            ? '支払待ち'
            : labelOf(itemStates, itemState)}
      </Badge>
      {leaves !== null && leaves > 0 && leaves < amountYen && `　返還分を差し引いて ${yen(leaves)}`}
    </>
  )
}

function ClearButton(props: { supportId: string; accountVersion: number; warning: Warning }): ReactNode {
  const [reason, setReason] = useState('')
  return (
    <AskButton
      endpoint={clearWarning}
      input={{ ...props, reason }}
      invalidates={[getPayments, planRun]}
      label="確認済みにする"
      of={labelOf(warnings, props.warning)}
      question="確かめた内容を登録して、支払えるようにします"
      confirm="確認済みにする"
    >
      <LooseField
        name="reason"
        label="確認した内容"
        kind={TextArea}
        value={reason}
        onChange={setReason}
        required
      />
    </AskButton>
  )
}

type RemitterValues = RawInputOf<typeof setRemitter>['remitter']
const { holder: _, ...blankBank } = blank

/** 振込依頼人: the town's own account. */
export function RemitterPage(): ReactNode {
  const { data, error } = useQuery(q(getRemitter, {}))
  return (
    <Page
      title="振込依頼人"
      crumbs={crumbsTo('振込依頼人')}
      lead="支援金を振り込む市町村の口座と、銀行が定めた委託者コードを登録します。"
    >
      {error && <ErrorSummary error={error} />}
      {data && (
        <RemitterForm key={data.remitterVersion} version={data.remitterVersion} remitter={data.remitter} />
      )}
    </Page>
  )
}

function RemitterForm(props: { version: number; remitter: RemitterValues | null }): ReactNode {
  const [values, setValues] = useState<RemitterValues>(props.remitter ?? { ...blankBank, code: '', name: '' })
  const toast = useToast()
  const permit = useCan()(setRemitter)
  const saving = useSend(setRemitter, {
    invalidates: [getRemitter, planRun],
    onDone: () => toast('振込依頼人を登録しました'),
  })
  return (
    <SendForm
      sending={saving}
      under="/remitter"
      label="振込依頼人を登録"
      permit={permit}
      onSend={() => saving.start({ remitterVersion: props.version, remitter: values })}
    >
      <FieldGroup legend="振込依頼人">
        <LooseField
          name="code"
          label="委託者コード（10桁）"
          kind={Digits}
          value={values.code}
          onChange={(code) => setValues({ ...values, code })}
          required
        />
        <LooseField
          name="name"
          label="依頼人名（カナ）"
          kind={Kana}
          value={values.name}
          onChange={(name) => setValues({ ...values, name })}
          required
        />
        <BankFields bank={values} onChange={(bank) => setValues({ ...values, ...bank })} />
      </FieldGroup>
    </SendForm>
  )
}
