import { useQueries, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { FieldFaults } from '@open-bcl/ui/fields/faults.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { getCase, listCasesOf } from '../../cases/cases.contract.ts'
import { actKinds } from '../../cases/cases.ts'
import { getVictim } from '../../ledger/ledger.contract.ts'
import type { PersonRef } from '../../ledger/ledger.ts'
import { listTransfers, listTransfersOf, listTransferTowns, prepareTransfer } from '../evacuees.contract.ts'
import {
  consentGivers,
  consentMethods,
  transferItems,
  type ConsentGiver,
  type ConsentMethod,
  type TransferItem,
} from '../evacuees.ts'

const Items = checkGroupOf<TransferItem>(transferItems)
const Methods = radioOf(consentMethods)
const Givers = radioOf(consentGivers)
const Agreed = checkboxOf('この方の同意を得た')

/** 引継ぎの準備: who of the household agreed, to what, until when. */
export function NewTransferPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const personRef = usePathParam('personRef')
  return (
    <Page
      title="避難先の市町村への引継ぎの準備"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '広域避難者の引継ぎ', to: '/evacuees' },
        { label: '準備' },
      ]}
      lead="世帯の一人ひとりについて、だれが、いつ、どのように同意したかを記録します。まだ送られません。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={prepareTransfer}>
          <Form disasterId={disasterId} personRef={personRef} />
        </Allowed>
      )}
    </Page>
  )
}

type Consent = {
  readonly agreed: boolean
  readonly consentOn: PlainDate | null
  readonly consentMethod: ConsentMethod | null
  readonly consentBy: ConsentGiver | null
  readonly consentWords: string
}

function Form(props: { disasterId: string; personRef: string }): ReactNode {
  const navigate = useNavigate()
  const today = useToday()
  const victim = useQuery(q(getVictim, props))
  const towns = useQuery(q(listTransferTowns, {}))
  const [townCode, setTownCode] = useState<string | null>(null)
  const [items, setItems] = useState<readonly TransferItem[]>(transferItems.map(({ value }) => value))
  const [expiresOn, setExpiresOn] = useState<PlainDate | null>(null)
  const [consents, setConsents] = useState<Readonly<Record<string, Consent>>>({})
  const [notes, setNotes] = useState<readonly string[]>([])
  const preparing = useSend(prepareTransfer, {
    invalidates: [listTransfers, listTransfersOf],
    onDone: ({ transferId }) =>
      void navigate({ to: '/evacuees/transfers/$transferId', params: { transferId } as never }),
  })
  const error = victim.error ?? towns.error
  if (error) return <ErrorSummary error={error} />
  if (!victim.data || !towns.data) return <Progress label="読み込んでいます" />
  const members = victim.data.household
  const plain: Consent = {
    ...{ agreed: false, consentOn: today, consentMethod: 'oral', consentBy: 'self', consentWords: '' },
  }
  const of = (ref: string): Consent => consents[ref] ?? plain
  const put = (ref: string, more: Partial<Consent>): void =>
    setConsents((kept) => ({ ...kept, [ref]: { ...plain, ...kept[ref], ...more } }))
  const agreed = members.filter(({ personRef }) => of(personRef).agreed)
  const Towns = selectOf(
    towns.data.towns.map((town) => ({
      value: town.townCode,
      label: `${town.name}${town.ready ? (town.way === 'file' ? '（ファイルで渡す）' : '') : '（準備中）'}`,
      disabled: !town.ready,
    })),
  )
  const missing =
    townCode === null
      ? '引継ぎ先の市町村を選んでください'
      : expiresOn === null
        ? '同意の期限を入力してください'
        : agreed.length === 0
          ? '同意した方を選んでください'
          : null
  return (
    <>
      {members.some(({ suppressed }) => suppressed) && (
        <Banner tone="suppression" title="支援措置対象者のいる世帯です">
          支援措置の担当者に相談してください。一時解除の決定を受けた人が送る場合のほかは、対象者は引き継がれません。その場合も、住所・今いる場所・連絡先は渡りません。
        </Banner>
      )}
      <FieldFaults error={preparing.error}>
        <Section title="引継ぎ先と内容">
          <FieldRow>
            <LooseField
              name="townCode"
              label="引継ぎ先の市町村"
              kind={Towns}
              value={townCode}
              onChange={setTownCode}
              required
            />
            <LooseField
              name="expiresOn"
              label="同意の期限"
              kind={WarekiDate}
              hint="この日を過ぎると、相手は利用できません（1年以内）"
              value={expiresOn}
              onChange={setExpiresOn}
              required
            />
          </FieldRow>
          <p className="small quiet">
            一覧にない市町村は、<Link to="/evacuees/towns">引継ぎの相手</Link>で登録します。
          </p>
          <LooseField
            name="items"
            label="引き継ぐ項目（氏名・生年月日・性別のほか）"
            kind={Items}
            value={items}
            onChange={setItems}
          />
          <Notes {...props} value={notes} onChange={setNotes} />
        </Section>
        <Section title="同意した方">
          {members.map(({ personRef, name }, i) => (
            <FieldGroup key={personRef} legend={name}>
              <LooseField
                name={`agreed-${i}`}
                label={`${name}：同意`}
                kind={Agreed}
                value={of(personRef).agreed}
                onChange={(ticked) => put(personRef, { agreed: ticked })}
              />
              {of(personRef).agreed && (
                <>
                  <FieldRow>
                    <LooseField
                      name={`people/${agreed.findIndex((one) => one.personRef === personRef)}/consentOn`}
                      label="同意の日"
                      kind={WarekiDate}
                      value={of(personRef).consentOn}
                      onChange={(consentOn) => put(personRef, { consentOn })}
                      required
                    />
                    <LooseField
                      name={`method-${i}`}
                      label="同意の方法"
                      kind={Methods}
                      value={of(personRef).consentMethod}
                      onChange={(consentMethod) => put(personRef, { consentMethod })}
                    />
                    <LooseField
                      name={`by-${i}`}
                      label="同意した人"
                      kind={Givers}
                      value={of(personRef).consentBy}
                      onChange={(consentBy) => put(personRef, { consentBy })}
                    />
                  </FieldRow>
                  <LooseField
                    name={`people/${agreed.findIndex((one) => one.personRef === personRef)}/consentWords`}
                    label="代理人の氏名、同意のときの話など"
                    kind={Text}
                    value={of(personRef).consentWords}
                    onChange={(consentWords) => put(personRef, { consentWords })}
                  />
                </>
              )}
            </FieldGroup>
          ))}
        </Section>
      </FieldFaults>
      <div className="button-row">
        <Button
          look="solid"
          busy={preparing.busy}
          unavailable={missing}
          onClick={() => {
            if (townCode === null || expiresOn === null) return
            preparing.start({
              ...{ ...props, townCode, expiresOn, items: [...items] },
              people: agreed.map(({ personRef }) => {
                const { agreed: _, consentOn, consentMethod, consentBy, ...words } = of(personRef)
                return {
                  ...{ personRef: personRef as PersonRef, ...words, consentOn: consentOn ?? '' },
                  ...{ consentMethod: consentMethod ?? 'oral', consentBy: consentBy ?? 'self' },
                }
              }),
              notes: notes.map((note) => {
                const [caseId = '', actNo] = note.split(' ')
                return { caseId, actNo: Number(actNo) }
              }),
            })
          }}
        >
          引継ぎを準備する
        </Button>
        <Link to="/ledger/$personRef" params={{ personRef: props.personRef } as never} className="button">
          やめる
        </Link>
      </div>
    </>
  )
}

/** The notes of the household's cases, to be ticked one by one. */
function Notes(props: {
  disasterId: string
  personRef: string
  value: readonly string[]
  onChange: (notes: readonly string[]) => void
}): ReactNode {
  const { disasterId, personRef } = props
  const cases = useQuery(q(listCasesOf, { disasterId, personRef }))
  const opened = useQueries({
    queries: (cases.data?.cases ?? []).map(({ caseId }) => q(getCase, { caseId })),
  })
  const acts = opened.flatMap(({ data }) =>
    data === undefined ? [] : data.acts.map((act) => ({ ...act, caseId: data.caseId })),
  )
  const options = acts
    .filter(({ words }) => words !== null && words !== '')
    .map((act) => ({
      value: `${act.caseId} ${act.actNo}`,
      label: `${dateText(act.actedOn as PlainDate)}　${labelOf(actKinds, act.kind === 'opened' ? null : act.kind) || '支援の開始'}　${act.words}`,
    }))
  if (options.length === 0) return null
  return (
    <LooseField
      name="notes"
      label="引き継ぐ支援の記録（災害ケースマネジメント）"
      kind={checkGroupOf(options, 'column')}
      value={props.value}
      onChange={props.onChange}
    />
  )
}
