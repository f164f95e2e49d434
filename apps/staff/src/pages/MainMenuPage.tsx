import type { ReactNode } from 'react'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Tiles } from '@open-bcl/ui/layout/Tiles.tsx'
import { useCan, useSession } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { screens } from '../screens.ts'
import { grouped } from '../menu.ts'

/** メインメニュー: the tiles modules lend, under the headings they name. */
export function MainMenuPage(): ReactNode {
  const can = useCan()
  const disaster = useSelectedDisaster()
  const { only } = useSession()
  const tiles = screens
    .flatMap((screen) => screen.tiles)
    .filter((tile) => !tile.needs || can(tile.needs).allowed)
  const choosable = only === null && screens.some((screen) => screen.disasterSelector)
  return (
    <Page title="メインメニュー">
      {choosable && disaster === null && (
        <Banner tone="information" title="災害を選ぶと、その災害の被災者台帳や罹災証明書を扱えます">
          画面上部の「災害」から選んでください。
        </Banner>
      )}
      {tiles.length === 0 && (
        <Banner tone="information" title="利用できる機能がありません">
          権限については、団体のシステム管理者へお問い合わせください。
        </Banner>
      )}
      {grouped(tiles).map(({ group, entries }) => (
        <section key={group} aria-label={group} className="page-head">
          <h2>{group}</h2>
          <Tiles tiles={entries} />
        </section>
      ))}
    </Page>
  )
}
