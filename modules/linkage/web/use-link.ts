import { useQuery } from '@tanstack/react-query'
import { q } from '@open-bcl/ui/api.ts'
import { getGate, listLinkFiles } from '../linkage.contract.ts'
import { isMoving } from './link-state.ts'

/** While a file moves the page follows it; otherwise it looks now and then. */
const FOLLOWING_MS = 2_000
const RESTING_MS = 30_000

/** 連携状況, kept current as long as somebody looks at it. */
export function useLink() {
  return useQuery({
    ...q(listLinkFiles, {}),
    refetchInterval: ({ state }) => (isMoving(state.data) ? FOLLOWING_MS : RESTING_MS),
  })
}

/** 交付の可否. */
export function useGate() {
  return useQuery({ ...q(getGate, {}), refetchInterval: RESTING_MS })
}
