import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { FieldFaults } from '@open-bcl/ui/fields/faults.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { birthText, concealedAddress, sexes } from '../../ledger/web/published/person-text.ts'
import { getArrival, listArrivals, reportArrival, returnArrival } from '../arrivals.contract.ts'
import { arrivalStates, reports, transferItems, type ReportKind } from '../evacuees.ts'
import { arrivalTones } from './ArrivalsPage.tsx'
import { Course, Files } from './Course.tsx'
import { TakeOver } from './TakeOver.tsx'

type Loaded = OutputOf<typeof getArrival>
const reads = [getArrival, listArrivals]
const Reports = selectOf(reports)

/** A household that another town handed to us: who they are, what to do with it, and what we told the other town. */
export function ArrivalPage(): ReactNode {
  const transferId = usePathParam('transferId')
  const { data, error } = useQuery(q(getArrival, { transferId }))
  const title = data ? `${data.fromName}からの引継ぎ` : '他市町村からの引継ぎ'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '他市町村からの引継ぎ', to: '/evacuees/arrivals' },
        { label: title },
      ]}
      badges={data && <Badge tone={arrivalTones[data.state]}>{labelOf(arrivalStates, data.state)}</Badge>}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Parts one={data} />}
    </Page>
  )
}

function Parts({ one }: { one: Loaded }): ReactNode {
  return (
    <>
      {one.state === 'withdrawn' && (
        <Banner tone="warning" title="本人の同意が取り消されました。引き継いだ情報は利用できません">
          手元の写しや印刷したものを捨ててください。本人から直接聞いたことは、そのまま使えます。
        </Banner>
      )}
      {one.state === 'expired' && (
        <Banner tone="warning" title="同意の期限が過ぎました。引き継いだ情報は利用できません">
          引き続き必要なときは、避難元の市町村に、本人の同意を取り直すよう頼んでください。
        </Banner>
      )}
      {one.concealed && (
        <Banner tone="suppression" title="支援措置対象者のいる世帯です：居所と連絡先は表示されません">
          ほかの人や機関に、この町にいることを伝えないでください。必要なことは、避難元の支援措置の担当者に問い合わせてください。
        </Banner>
      )}
      <Section title="引継ぎの内容">
        <DescriptionList
          items={[
            { term: '避難元', value: one.fromName },
            { term: '避難元での災害名', value: one.disaster ?? noValue },
            { term: '同意の期限', value: dateText(one.expiresOn as PlainDate | null) || noValue },
          ]}
        />
        <p>この情報は、避難者の援護だけに使えます。期限を過ぎたとき、同意が取り消されたときは使えません。</p>
      </Section>
      {one.people.map((person) => (
        <Section key={person.personKey} title={person.name}>
          <DescriptionList
            items={[
              { term: 'フリガナ', value: person.kana || noValue },
              { term: '生年月日', value: birthText(person.birth) || noValue },
              { term: '性別', value: labelOf(sexes, person.sex) },
              {
                term: '住所（避難元）',
                value: person.address ?? (one.concealed ? concealedAddress : noValue),
              },
              ...person.items.map(({ key, text }) => ({
                term: transferItems.find(({ value }) => value === key)?.label ?? key,
                value: text,
              })),
              {
                term: '同意',
                value: `${dateText(person.consent.on as PlainDate)}　${person.consent.method}　${person.consent.by}`,
              },
              ...(person.personRef === null
                ? []
                : [
                    {
                      term: '被災者台帳',
                      value: (
                        <Link to="/ledger/$personRef" params={{ personRef: person.personRef } as never}>
                          {person.outcome === 'matched' ? '台帳の同じ方を開く' : '台帳を開く'}
                        </Link>
                      ),
                    },
                  ]),
            ]}
          />
        </Section>
      ))}
      {one.notes.length > 0 && (
        <Section title="避難元での支援の記録">
          <ul style={{ paddingInlineStart: '1.25em' }}>
            {one.notes.map((note, i) => (
              <li key={i}>{`${dateText(note.on as PlainDate)}　${note.kind}　${note.words}`}</li>
            ))}
          </ul>
        </Section>
      )}
      {one.state === 'offered' && (
        <>
          <TakeOver one={one} />
          <GiveBack one={one} />
        </>
      )}
      {one.state === 'taken' && one.people.length > 0 && <Report key={one.version} one={one} />}
      <Files files={one.files} to={one.fromName} />
      <Course events={one.events} />
    </>
  )
}

function GiveBack({ one }: { one: Loaded }): ReactNode {
  const [reason, setReason] = useState('')
  return (
    <div className="button-row">
      <AskButton
        endpoint={returnArrival}
        input={{ transferId: one.transferId, version: one.version, reason }}
        invalidates={reads}
        label="引き継がずに返す"
        question="引き継がずに返しますか？"
        confirm="返す"
        look="danger"
      >
        <p>届いた情報はこちらから消え、避難元に理由が伝わります。</p>
        <LooseField
          name="reason"
          label="返す理由"
          kind={TextArea}
          hint="例：当町には避難していない"
          value={reason}
          onChange={setReason}
          required
        />
      </AskButton>
    </div>
  )
}

function Report({ one }: { one: Loaded }): ReactNode {
  const today = useToday()
  const toast = useToast()
  const [people, setPeople] = useState<readonly string[]>(one.people.map(({ personKey }) => personKey))
  const [report, setReport] = useState<ReportKind | null>(null)
  const [on, setOn] = useState<PlainDate | null>(today)
  const [place, setPlace] = useState('')
  const [words, setWords] = useState('')
  const sending = useSend(reportArrival, { invalidates: reads, onDone: () => toast('避難元に報告しました') })
  const People = checkGroupOf(one.people.map(({ personKey, name }) => ({ value: personKey, label: name })))
  const missing =
    people.length === 0
      ? '対象の方を選んでください'
      : report === null
        ? '報告の種類を選んでください'
        : on === null
          ? '日付を入力してください'
          : null
  return (
    <Section title="避難元に報告する">
      <FieldFaults error={sending.error}>
        <LooseField
          name="people"
          label="対象の方"
          kind={People}
          value={people}
          onChange={setPeople}
          required
        />
        <FieldRow>
          <LooseField
            name="report"
            label="報告の種類"
            kind={Reports}
            value={report}
            onChange={setReport}
            required
          />
          <LooseField name="on" label="日付" kind={WarekiDate} value={on} onChange={setOn} required />
        </FieldRow>
        {!one.concealed && (
          <>
            <LooseField name="place" label="今いる場所" kind={Text} value={place} onChange={setPlace} />
            <LooseField
              name="words"
              label="内容"
              kind={TextArea}
              hint="提供した支援、次に必要なことなど"
              value={words}
              onChange={setWords}
            />
          </>
        )}
      </FieldFaults>
      <div className="button-row">
        <Button
          look="solid"
          busy={sending.busy}
          unavailable={missing}
          onClick={() => {
            if (report === null || on === null) return
            const { transferId, version } = one
            sending.start({ transferId, version, people: [...people], report, on, place, words })
          }}
        >
          報告する
        </Button>
      </div>
    </Section>
  )
}
