import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
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
import { useCan } from '@open-bcl/ui/session.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { getVictim } from '../../ledger/ledger.contract.ts'
import { useItemName } from '../../ledger/web/published/item-names.tsx'
import { getCase, listCases, listCasesOf, recordCaseAct } from '../cases.contract.ts'
import { actKinds, agencies, closeReasons, methods, results, type Act, type ActKind } from '../cases.ts'
import { needsText, type LoadedCase } from './cases-text.ts'
import { Needs } from './CasesPanel.tsx'
import { NextDate } from './NextDate.tsx'

const Kinds = radioOf(actKinds.filter(({ value }) => value !== 'reopened'))
const Methods = radioOf(methods)
const Results = radioOf(results)
const Agencies = selectOf(agencies)
const CloseReasons = selectOf(closeReasons)

/** One case: who, what is open, what was done, and what is done now. */
export function CasePage(): ReactNode {
  const caseId = usePathParam('caseId')
  const can = useCan()
  const { data, error } = useQuery(q(getCase, { caseId }))
  const [round, setRound] = useState(0)
  const responsible = useItemName('cases')('responsible', '担当')
  const title = data ? `${data.person.name}さんの世帯の支援` : '世帯の支援'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '災害ケースマネジメント', to: '/cases' },
        { label: title },
      ]}
      badges={
        data && (
          <Badge tone={data.state === 'open' ? 'information' : 'neutral'}>
            {data.state === 'open' ? '支援中' : '終了'}
          </Badge>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          {data.concealed && (
            <Banner tone="suppression" title="支援措置対象者のいる世帯です：記録の言葉は表示されません">
              居所や連絡先を、ほかの人や機関に伝えないでください。ほかの機関へのつなぎは、支援措置の担当者に相談してください。
            </Banner>
          )}
          <Section title="今の様子">
            <DescriptionList
              items={[
                { term: '次の予定日', value: <NextDate one={data} /> },
                ...(responsible === null ? [] : [{ term: responsible, value: data.responsible }]),
                { term: '課題', value: needsText(data.needs) || noValue },
                {
                  term: '世帯（被災時）',
                  value: data.household.map((one, i) => (
                    <span key={one.personRef}>
                      {i > 0 && '、'}
                      <Link to="/ledger/$personRef" params={{ personRef: one.personRef } as never}>
                        {one.name}
                      </Link>
                    </span>
                  )),
                },
              ]}
            />
          </Section>
          {/* Not by the version: what a colleague records meanwhile must not wipe out what is being typed. */}
          {can(recordCaseAct).allowed && (
            <NewAct
              key={`${data.caseId} ${data.state} ${round}`}
              one={data}
              onDone={() => setRound(round + 1)}
            />
          )}
          <Acts one={data} />
        </>
      )}
    </Page>
  )
}

function NewAct({ one, onDone }: { one: LoadedCase; onDone: () => void }): ReactNode {
  const today = useToday()
  const toast = useToast()
  const closed = one.state === 'closed'
  // What stands of a case stands until somebody says otherwise, here or meanwhile at another desk: a call in between
  // wipes out neither a date that is still to come nor what is needed.
  const standing: Act = {
    ...{ kind: closed ? 'reopened' : 'visit', actedOn: today, method: 'visit', result: 'met', who: '' },
    nextOn: one.nextOn !== null && one.nextOn >= today ? (one.nextOn as PlainDate) : null,
    ...{ needs: one.needs, agency: null, agencyName: '', consentOn: null, responsible: '' },
    ...{ closeReason: null, words: '' },
  }
  const [said, setSaid] = useState<Partial<Act>>({})
  const act = { ...standing, ...said }
  const put = (more: Partial<Act>) => setSaid((kept) => ({ ...kept, ...more }))
  const sending = useSend(recordCaseAct, {
    invalidates: [getCase, listCases, listCasesOf, getVictim],
    onDone: () => {
      toast('記録しました')
      onDone()
    },
  })
  const is = (...kinds: readonly ActKind[]) => kinds.includes(act.kind)
  const nameOf = useItemName('cases')
  const [responsible, agencyName] = [
    nameOf('responsible', '担当'),
    nameOf('agencyName', 'つなぐ先の名前・担当者'),
  ]
  return (
    <Section title={closed ? '支援を再び始める' : '記録を加える'}>
      {!closed && (
        <LooseField
          name="kind"
          label="記録の種類"
          kind={Kinds}
          value={act.kind === 'reopened' ? null : act.kind}
          onChange={(kind) => kind && put({ kind })}
        />
      )}
      <FieldRow>
        <LooseField
          name="actedOn"
          label="日付"
          kind={WarekiDate}
          value={act.actedOn}
          onChange={(actedOn) => put({ actedOn: actedOn ?? today })}
          required
        />
        {!is('closed') && (
          <LooseField
            name="nextOn"
            label="次の予定日"
            kind={WarekiDate}
            hint="空欄にすると「次の予定がない」一覧に載ります"
            value={act.nextOn}
            onChange={(nextOn) => put({ nextOn })}
          />
        )}
      </FieldRow>
      {is('visit') && (
        <>
          <FieldRow>
            <LooseField
              name="method"
              label="方法"
              kind={Methods}
              value={act.method}
              onChange={(method) => put({ method })}
            />
            <LooseField
              name="result"
              label="結果"
              kind={Results}
              value={act.result}
              onChange={(result) => put({ result })}
            />
          </FieldRow>
          <LooseField
            name="who"
            label="訪問・連絡した人"
            kind={Text}
            hint="例：保健師 山下、支援団体 ○○"
            value={act.who}
            onChange={(who) => put({ who })}
            required
          />
        </>
      )}
      {is('handover') && (
        <>
          <LooseField
            name="agency"
            label="つなぐ先"
            kind={Agencies}
            value={act.agency}
            onChange={(agency) => put({ agency })}
            required
          />
          <FieldRow>
            {agencyName !== null && (
              <LooseField
                name="agencyName"
                label={agencyName}
                kind={Text}
                value={act.agencyName}
                onChange={(typed) => put({ agencyName: typed })}
              />
            )}
            <LooseField
              name="consentOn"
              label="本人の同意を得た日"
              kind={WarekiDate}
              value={act.consentOn}
              onChange={(consentOn) => put({ consentOn })}
              required
            />
          </FieldRow>
        </>
      )}
      {is('closed') && (
        <LooseField
          name="closeReason"
          label="終了の理由"
          kind={CloseReasons}
          value={act.closeReason}
          onChange={(closeReason) => put({ closeReason })}
          required
        />
      )}
      {is('visit', 'plan') && (
        <LooseField
          name="needs"
          label="今ある課題"
          kind={Needs}
          value={act.needs}
          onChange={(chosen) => put({ needs: chosen })}
        />
      )}
      {is('plan') && responsible !== null && (
        <LooseField
          name="responsible"
          label={responsible}
          kind={Text}
          hint={`空欄なら今のまま（${one.responsible}）です`}
          value={act.responsible}
          onChange={(typed) => put({ responsible: typed })}
        />
      )}
      <LooseField
        name="words"
        label={is('plan') ? '目標と、だれが何をするか' : is('reopened') ? '再開する理由' : '内容'}
        kind={TextArea}
        hint="台帳の経過にも記録されます"
        value={act.words}
        onChange={(words) => put({ words })}
      />
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button
          look="solid"
          busy={sending.busy}
          onClick={() =>
            sending.start({
              ...{ ...act, caseId: one.caseId, version: one.version, needs: [...act.needs] },
              nextOn: is('closed') ? null : act.nextOn,
            })
          }
        >
          {closed ? '支援を再び始める' : '記録する'}
        </Button>
      </div>
    </Section>
  )
}

const kindWords = [{ value: 'opened', label: '支援の開始' }, ...actKinds] as const

function Acts({ one }: { one: LoadedCase }): ReactNode {
  const day = (on: string | null): string => dateText(on as PlainDate | null)
  const showsAgencyName = useItemName('cases')('agencyName', '') !== null
  return (
    <Section title="これまでの記録（新しい順）">
      <ol reversed style={{ paddingInlineStart: '1.5em' }}>
        {one.acts.map((act) => (
          <li key={act.actNo} style={{ marginBlockEnd: '0.75em' }}>
            <strong>
              {day(act.actedOn)}　{labelOf(kindWords, act.kind)}
            </strong>{' '}
            {[
              labelOf(methods, act.method),
              labelOf(results, act.result),
              labelOf(agencies, act.agency),
              labelOf(closeReasons, act.closeReason),
              act.consentOn && `同意 ${day(act.consentOn)}`,
              act.nextOn && `次は ${day(act.nextOn)}`,
            ]
              .filter(Boolean)
              .join('　')}
            <div>{[act.who, showsAgencyName && act.agencyName, act.words].filter(Boolean).join('　')}</div>
            <div className="small quiet">{`課題：${needsText(act.needs) || noValue}　記録：${act.by}`}</div>
          </li>
        ))}
      </ol>
    </Section>
  )
}
