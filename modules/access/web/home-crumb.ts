import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import { useSession } from '@open-bcl/ui/session.tsx'

/** The first page, as the system at hand calls it: the towns' staff and the centre's operators have these pages in common. */
export function useHomeCrumb(): { readonly label: string; readonly to: string } {
  const { municipality } = useSession()
  return { label: municipality.code === OPERATOR_REALM ? '全国の状況' : 'メインメニュー', to: '/' }
}
