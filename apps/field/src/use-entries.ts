import { useEffect, useState } from 'react'
import type { Entry, Vault } from './vault.ts'

/** What the phone holds, as it changes. */
export function useEntries(vault: Vault): readonly Entry[] {
  const [entries, setEntries] = useState<readonly Entry[]>([])
  useEffect(() => {
    let gone = false
    const read = async (): Promise<void> => {
      const found = await vault.entries()
      if (!gone) setEntries(found)
    }
    void read()
    const stop = vault.onChange(() => void read())
    return () => {
      gone = true
      stop()
    }
  }, [vault])
  return entries
}
