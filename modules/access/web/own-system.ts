import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import { useSession } from '@open-bcl/ui/session.tsx'

/** What the system at hand calls its places and people. */
type OwnSystem = {
  /** The first page. */
  readonly home: { readonly label: string; readonly to: string }
  /** Who decides what is required. */
  readonly place: string
  readonly administrators: string
  readonly person: string
  /** Where one's own pages are found. */
  readonly ownMenu: string
  readonly passkeyExample: string
}

const town: OwnSystem = {
  home: { label: 'メインメニュー', to: '/' },
  place: 'この団体',
  administrators: '貴団体の管理者',
  person: '職員',
  ownMenu: '画面右上のお名前',
  passkeyExample: '総務課 窓口PC',
}

const centre: OwnSystem = {
  home: { label: '全国の状況', to: '/' },
  place: 'このセンター',
  administrators: 'アカウント管理者',
  person: '運用者',
  ownMenu: 'メニューの「アカウント」',
  passkeyExample: '監視室 3番PC',
}

/** The towns' staff and the centre's operators have the pages of their sign-in in common. */
export function useOwnSystem(): OwnSystem {
  return useSession().municipality.code === OPERATOR_REALM ? centre : town
}
