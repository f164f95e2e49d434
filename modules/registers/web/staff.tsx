import { lazy } from 'react'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { revealEntries } from '../person-entries.contract.ts'

const EntriesPanel = lazy(async () => ({ default: (await import('./EntriesPanel.tsx')).EntriesPanel }))

export const staffScreens: StaffScreens = {
  routes: () => [],
  menu: [],
  tiles: [],
  panels: {
    residentPage: [{ key: 'entries', order: 10, Panel: EntriesPanel, needs: revealEntries }],
  },
}
