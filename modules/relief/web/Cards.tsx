import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { codeText } from '@open-bcl/core/one-time-code.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { QrPicture } from '@open-bcl/ui/layout/QrPicture.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useIsPractice, useSession } from '@open-bcl/ui/session.tsx'
import type { makeHelperPasses } from '../relief.contract.ts'
import { jobText, passText, type HelperJob } from '../relief.ts'
import './relief.css'

export type Cards = {
  readonly job: HelperJob
  readonly areas: readonly string[] | null
  readonly validFrom: string
  readonly validUntil: string
  readonly cards: OutputOf<typeof makeHelperPasses>['cards']
}

/** 利用証 to be cut out: eight on a sheet of A4. Their codes are known here and nowhere else. */
export function CardSheet(props: { made: Cards; onClose: () => void }): ReactNode {
  const { job, areas, validFrom, validUntil, cards } = props.made
  const { municipality } = useSession()
  const practice = useIsPractice()
  const days = `${WarekiDate.toText(validFrom as PlainDate)}から${WarekiDate.toText(validUntil as PlainDate)}まで`
  return (
    <>
      <Section title={`利用証 ${cards.length}枚`}>
        <Banner tone="warning" title="コードが見られるのは今だけです">
          閉じる前に印刷してください。印刷できなかったときは、一覧の「刷り直す」で新しいコードを出せます。
        </Banner>
        <p className="button-row">
          <Button look="solid" onClick={() => window.print()}>
            印刷する
          </Button>
          <Button onClick={props.onClose}>閉じる</Button>
        </p>
      </Section>
      <ul className="pass-cards" aria-label="利用証">
        {cards.map((card) => (
          <li key={card.passId} className="pass-card">
            {/* Behind `#`: what stands there is sent to nobody and reaches no log. */}
            <QrPicture
              text={`${location.origin}/helper#${municipality.code}.${card.code}`}
              label={`${passText(card.passNo)}の2次元コード`}
              size={120}
            />
            <div>
              <strong>
                {practice && '【練習用】'}
                {passText(card.passNo)}
              </strong>
              <p>{municipality.name}　応援職員 利用証</p>
              <p>{jobText(job, areas)}</p>
              <p>{days}</p>
              <p>
                団体コード {municipality.code}
                <br />
                コード <span className="pass-code">{codeText(card.code)}</span>
              </p>
              <p className="small">
                ご自分のスマートフォンのカメラで読み取ってください。1台で1回だけ使えます。
              </p>
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}
