import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { linkReasons } from '../dwellings.ts'
import { countLinks, getOccupancy, linkOccupant } from '../occupancy.contract.ts'
import { ChooseHouse } from './ChooseHouse.tsx'
import { addressText, houseKind, ownersText, type House } from './dwelling-text.ts'

type Scope = 'household' | 'person'

/** On the page of a victim: in which house the household lived, and how that is known. */
export function OccupancyPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const { data, error } = useQuery(q(getOccupancy, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const household = data.apart ? '住民票の世帯と別の家に住んでいた方々' : '住民票の世帯'
  const sides = [
    ...(data.household === null
      ? []
      : [{ scope: 'household' as const, title: household, ...data.household }]),
    ...(data.apart
      ? []
      : [{ scope: 'person' as const, title: 'この方だけ（世帯と別の家に住んでいたとき）', ...data.person }]),
  ]
  return (
    <>
      {data.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：住んでいた家屋は表示されません">
          登録はできますが、登録した後も、だれの画面にも表示されません。
        </Banner>
      )}
      {data.apart && (
        <Banner tone="information" title="被災時は、住民票の世帯と別の家に住んでいたと登録されています">
          住民票の世帯の家屋は、この方の家屋になりません。ここで登録すると、一緒に分かれた方にも登録します。
        </Banner>
      )}
      {sides.map(({ scope, title, links, seenNo }) => (
        <div key={scope}>
          <h3>{title}</h3>
          {!data.suppressed && <Links links={links} />}
          <LinkButton
            {...props}
            scope={scope}
            title={title}
            seenNo={data.suppressed ? null : seenNo}
            linked={data.suppressed || (links[0]?.dwelling ?? null) !== null}
          />
        </div>
      ))}
      {data.owned.length > 0 && (
        <>
          <h3>世帯の方が所有する家屋</h3>
          <ul>
            {data.owned.map((house) => (
              <li key={house.dwellingId}>
                <HouseLink house={house} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function HouseLink(props: { house: House }): ReactNode {
  const { house } = props
  return (
    <>
      <Link to="/dwellings/$dwellingId" params={{ dwellingId: house.dwellingId }}>
        {addressText(house)}
      </Link>
      {'　'}
      {houseKind(house)}
      {house.owners.length > 0 && `　所有者：${ownersText(house)}`}
    </>
  )
}

type Link_ = {
  readonly dwelling: House | null
  readonly reason: (typeof linkReasons)[number]['value']
  readonly words: string | null
  readonly at: string
  readonly by: string
}

function Links(props: { links: readonly Link_[] }): ReactNode {
  const [now, ...before] = props.links
  if (now === undefined) return <p className="quiet">まだ登録がありません。</p>
  const line = (link: Link_): ReactNode => (
    <>
      {link.dwelling === null ? '登録を取り消し' : <HouseLink house={link.dwelling} />}
      <br />
      <span className="quiet">
        {labelOf(linkReasons, link.reason)}
        {link.words !== null && `：${link.words}`}（{instantText(link.at)}　{link.by}）
      </span>
    </>
  )
  return (
    <>
      <p>{line(now)}</p>
      {before.length > 0 && (
        <details>
          <summary>これまでの登録（{before.length}件）</summary>
          <ul>
            {before.map((link, i) => (
              <li key={i}>{line(link)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function LinkButton(props: {
  disasterId: string
  personRef: string
  scope: Scope
  title: string
  seenNo: number | null
  linked: boolean
}): ReactNode {
  const { disasterId, personRef, scope, seenNo } = props
  const toast = useToast()
  const [dwellingId, setDwellingId] = useState<string | null>(null)
  const [words, setWords] = useState('')
  const reason = (
    <p>
      <label>
        確かめた方法（理由）
        <input className="input" value={words} onChange={(event) => setWords(event.target.value)} />
      </label>
    </p>
  )
  const common = {
    endpoint: linkOccupant,
    invalidates: [getOccupancy, countLinks],
    of: props.title,
    onDone: () => {
      setWords('')
      toast('登録しました')
    },
  }
  return (
    <p className="button-row">
      <AskButton
        {...common}
        input={{ disasterId, personRef, scope, seenNo, words, dwellingId: dwellingId ?? '' }}
        label={props.linked ? '住んでいた家屋を変える' : '住んでいた家屋を登録する'}
        question="災害の時に住んでいた家屋を選んでください"
        confirm="この家屋で登録する"
      >
        <ChooseHouse chosen={dwellingId} onChoose={setDwellingId} />
        {reason}
      </AskButton>
      {props.linked && (
        <AskButton
          {...common}
          input={{ disasterId, personRef, scope, seenNo, words, dwellingId: null }}
          label="登録を取り消す"
          question="住んでいた家屋の登録を取り消しますか"
          confirm="取り消す"
          look="danger"
        >
          <p>これまでの登録は、経過として残ります。</p>
          {reason}
        </AskButton>
      )}
    </p>
  )
}
