import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { addNonResident, getVictim } from '../../ledger/ledger.contract.ts'
import {
  checkNonResident,
  emptyNonResident,
  inputOf,
  type NonResidentDraft,
  NonResidentFields,
} from '../../ledger/web/published/NonResidentForm.tsx'
import { birthText, concealedAddress, sexes } from '../../ledger/web/published/person-text.ts'
import { reasonLabels } from '../compare.ts'
import {
  decideMatchingRow,
  getMatchingRow,
  listMatchingLists,
  listMatchingRows,
} from '../matching.contract.ts'
import { isOpen, rowStates } from '../matching.ts'
import { FindPerson } from './FindPerson.tsx'
import { bornText, stateTones } from './matching-text.ts'

type Loaded = OutputOf<typeof getMatchingRow>
type Candidate = Loaded['candidates'][number]
const reads = [getMatchingRow, listMatchingRows, listMatchingLists, getVictim]

/** One person of a list beside those it may be. Keys: 1–8 the same, 9 later, 0 nobody of them. */
export function RowPage(): ReactNode {
  const rowId = usePathParam('rowId')
  const { data, error } = useQuery(q(getMatchingRow, { rowId }))
  const title = data ? `${data.row.name}（${data.line}行目）` : '名簿の方'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '名寄せ', to: '/matching' },
        ...(data ? [{ label: data.title, to: `/matching/${data.listId}` }] : []),
        { label: title },
      ]}
      badges={data && <Badge tone={stateTones[data.state]}>{labelOf(rowStates, data.state)}</Badge>}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Review key={`${data.rowId} ${data.step}`} loaded={data} />}
    </Page>
  )
}

function Review({ loaded }: { loaded: Loaded }): ReactNode {
  const { rowId, step, state, candidates, next } = loaded
  const can = useCan()
  const navigate = useNavigate()
  const toast = useToast()
  const [adding, setAdding] = useState(false)
  const [reason, setReason] = useState('')
  const open = state !== 'waiting' && isOpen(state) && can(decideMatchingRow).allowed
  const goOn = (to: string | null): void => {
    if (to === null) void navigate({ to: '/matching/$listId', params: { listId: loaded.listId } as never })
    else void navigate({ to: '/matching/rows/$rowId', params: { rowId: to } as never })
  }
  const sending = useSend(decideMatchingRow, {
    invalidates: reads,
    onDone: (answer) => {
      toast(answer.state === 'later' ? '後で確認します' : '結び付けました')
      goOn(answer.next)
    },
  })
  const decide = (act: 'link' | 'later', personRef: string | null): void =>
    sending.start({ rowId, step, act, personRef, person: null, reason })
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
      if (!open || adding || typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
      const candidate = /^[1-8]$/.test(event.key) ? candidates[Number(event.key) - 1] : undefined
      if (candidate) decide('link', candidate.personRef)
      else if (event.key === '9') decide('later', null)
      else if (event.key === '0') setAdding(true)
      else return
      event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  })
  return (
    <>
      {loaded.concealed && (
        <Banner tone="suppression" title="支援措置対象者が候補にいます：居所や連絡先は表示されません">
          名簿にある居所も、だれにも伝えないでください。氏名と生年月日で確かめてください。
        </Banner>
      )}
      {sending.error && <ErrorSummary error={sending.error} />}
      <SideBySide loaded={loaded} open={open} busy={sending.busy} onSame={(ref) => decide('link', ref)} />
      {open && !adding && (
        <Section title="決める">
          <p className="quiet">
            キー操作：1〜8＝その番号の候補と同じ人、9＝後で確認、0＝どの候補でもない（住登外者として追加）
          </p>
          <LooseField
            name="reason"
            label="理由（任意）"
            kind={Text}
            hint="例：本人に電話で確認"
            value={reason}
            onChange={setReason}
          />
          <div className="button-row">
            <Button busy={sending.busy} onClick={() => decide('later', null)}>
              後で確認（9）
            </Button>
            <Button onClick={() => setAdding(true)}>どの候補でもない（0）</Button>
          </div>
          <FindPerson
            disasterId={loaded.disasterId}
            residentsOnly={false}
            act={(person) => (
              <Button
                size="small"
                busy={sending.busy}
                label={`${person.name}と同じ人`}
                onClick={() => decide('link', person.personRef)}
              >
                同じ人
              </Button>
            )}
          />
        </Section>
      )}
      {open && adding && <Add loaded={loaded} onDone={goOn} onStop={() => setAdding(false)} />}
      {!open && next !== null && (
        <p>
          <Link to="/matching/rows/$rowId" params={{ rowId: next } as never} className="button">
            次の確認待ちの方へ
          </Link>
        </p>
      )}
      {(state === 'linked' || state === 'added') && <Undo loaded={loaded} />}
      <History loaded={loaded} />
    </>
  )
}

const itemsOf = ({
  row,
  concealed,
}: Loaded): readonly (readonly [string, string, (one: Candidate) => string])[] => [
  ['氏名', row.name, ({ name }) => name],
  ['フリガナ', row.kana, ({ kana }) => kana],
  ['生年月日', bornText(row), ({ birth }) => birthText(birth)],
  ['性別', labelOf(sexes, row.sex), ({ sex }) => labelOf(sexes, sex)],
  ['住所', concealed ? concealedAddress : row.address, ({ address }) => address ?? concealedAddress],
  ['居所（今いる所）', concealed ? concealedAddress : row.place, () => ''],
  ['電話番号', concealed ? concealedAddress : row.phone, () => ''],
  ['世帯', row.household, () => ''],
  ['備考', row.note, () => ''],
]

function SideBySide(props: {
  loaded: Loaded
  open: boolean
  busy: boolean
  onSame: (personRef: string) => void
}): ReactNode {
  const { loaded, open } = props
  const { candidates } = loaded
  const items = itemsOf(loaded).filter(([, listed], i) => i < 5 || listed !== '')
  return (
    <div className="table-scroll" role="region" aria-label="名簿と候補" tabIndex={0}>
      <table className="table">
        <caption>
          {candidates.length === 0 ? '名簿の方（台帳に似た方はいません）' : '名簿の方と候補（確からしい順）'}
        </caption>
        <thead>
          <tr>
            <th scope="col">項目</th>
            <th scope="col">名簿</th>
            {candidates.map((one, i) => (
              <th key={one.personRef} scope="col">
                <Link to="/ledger/$personRef" params={{ personRef: one.personRef } as never}>
                  候補{i + 1}
                </Link>
                {one.linked && <Badge tone="success">結び付け済み</Badge>}
                {one.suppressed && <Badge tone="error">支援措置</Badge>}
                {one.residentNo === null && <Badge tone="information">住登外者</Badge>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(([term, listed, of]) => (
            <tr key={term}>
              <th scope="row">{term}</th>
              <td>{listed || noValue}</td>
              {candidates.map((one) => (
                <td key={one.personRef}>{of(one) || noValue}</td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">候補の理由</th>
            <td>{noValue}</td>
            {candidates.map((one) => (
              <td key={one.personRef}>
                {one.score > 0 ? `${one.score}点` : ''}
                {one.reasons.map((code) => (
                  <div key={code}>
                    <Badge tone={code.endsWith('differs') ? 'error' : 'neutral'}>
                      {reasonLabels[code] ?? code}
                    </Badge>
                  </div>
                ))}
              </td>
            ))}
          </tr>
          {open && candidates.length > 0 && (
            <tr>
              <th scope="row">決める</th>
              <td />
              {candidates.map((one, i) => (
                <td key={one.personRef}>
                  <Button
                    look={i === 0 ? 'solid' : 'outline'}
                    busy={props.busy}
                    label={`候補${i + 1}の${one.name}と同じ人`}
                    onClick={() => props.onSame(one.personRef)}
                  >
                    同じ人（{i + 1}）
                  </Button>
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}

/** What the list says, to begin the form with. */
function draftOf({ row, title, line }: Loaded): NonResidentDraft {
  const { name, kana, birth, age, sex, address, phone } = row
  const on = birth.on as PlainDate | null
  return {
    ...emptyNonResident,
    ...{ name, kana, address, phone, birthOn: on, sex: sex === '3' ? null : sex },
    birthText: birth.text ?? (on === null && age !== null ? `${age}歳` : ''),
    reason: `${title}（${line}行目）による`,
  }
}

function Add(props: {
  loaded: Loaded
  onDone: (next: string | null) => void
  onStop: () => void
}): ReactNode {
  const { loaded } = props
  const { rowId, step } = loaded
  const toast = useToast()
  return (
    <Section title="住登外者として台帳に追加">
      <EditForm
        mode="new"
        initial={draftOf(loaded)}
        schema={addNonResident.input}
        submitLabel="台帳に追加"
        check={checkNonResident}
        onSubmit={(draft, { requestId }) =>
          send(
            decideMatchingRow,
            { rowId, step, act: 'add', personRef: null, person: inputOf(draft), reason: '' },
            requestId,
          )
        }
        onSaved={({ next }) => {
          toast('住登外者として台帳に追加しました')
          props.onDone(next)
        }}
        cancel={<Button onClick={props.onStop}>やめる</Button>}
      >
        {({ Field }) => <NonResidentFields Field={Field} concealed={false} />}
      </EditForm>
    </Section>
  )
}

function Undo({ loaded }: { loaded: Loaded }): ReactNode {
  const [reason, setReason] = useState('')
  return (
    <p>
      <AskButton
        endpoint={decideMatchingRow}
        input={{ rowId: loaded.rowId, step: loaded.step, act: 'undo', personRef: null, person: null, reason }}
        invalidates={reads}
        label="結び付けを取り消す"
        question="結び付けを取り消しますか？"
        confirm="取り消す"
        look="danger"
      >
        <p>
          この行は確認待ちに戻ります。結び付けたことと取り消したことは、どちらも経過に残ります。
          {loaded.state === 'added' && '追加した住登外者は台帳に残ります。'}
        </p>
        <LooseField
          name="undo-reason"
          label="取り消す理由"
          kind={TextArea}
          value={reason}
          onChange={setReason}
          required
        />
      </AskButton>
    </p>
  )
}

function History({ loaded }: { loaded: Loaded }): ReactNode {
  return (
    <Section title="この行の経過">
      <ul style={{ paddingInlineStart: '1.25em' }}>
        {loaded.history.map(({ step, kind, automatic, at, by, reason, personRef }) => (
          <li key={step}>
            {instantText(at)}　{labelOf(rowStates, kind)}
            {automatic && '（自動）'}　{by}
            {personRef && (
              <>
                {'　'}
                <Link to="/ledger/$personRef" params={{ personRef } as never}>
                  台帳の記載
                </Link>
              </>
            )}
            {reason && `　${reason}`}
          </li>
        ))}
      </ul>
    </Section>
  )
}
