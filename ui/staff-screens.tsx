import { createContext, useContext, type ComponentType, type ReactNode } from 'react'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  retainSearchParams,
  useSearch,
  type AnyRoute,
} from '@tanstack/react-router'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import type { TileContent } from './layout/Tiles.tsx'
import type { Session } from './session.tsx'

/** What loaders find in `context`. */
export type StaffContext = { readonly queryClient: QueryClient }
/** What every staff address may carry. */
export type StaffSearch = { readonly disaster?: string }

/**
 * The two roots of the staff console. `root` is bare (sign-in stands there); `staff` draws the frame and lets nobody in
 * without a session. A module hangs its routes on `staff`.
 */
export function createStaffRoots(shell: {
  Frame: () => ReactNode
  NotFound: () => ReactNode
  /** Returns the session or throws a redirect to the sign-in page. */
  admit: (queryClient: QueryClient, href: string) => Promise<Session>
}) {
  const root = createRootRouteWithContext<StaffContext>()({
    validateSearch: (search: Record<string, unknown>): StaffSearch =>
      typeof search['disaster'] === 'string' && search['disaster'] !== ''
        ? { disaster: search['disaster'] }
        : {},
    // The selected disaster follows every link, so that no page has to pass it on.
    search: { middlewares: [retainSearchParams(['disaster'])] },
    notFoundComponent: shell.NotFound,
  })
  const staff = createRoute({
    getParentRoute: () => root,
    id: 'staff',
    component: shell.Frame,
    beforeLoad: async ({ context, location }) => ({
      session: await shell.admit(context.queryClient, location.href),
    }),
  })
  return { root, staff }
}

/** The parent of every module's routes. */
export type StaffRoot = ReturnType<typeof createStaffRoots>['staff']

/** One line of the side menu. */
export type MenuEntry = {
  readonly label: string
  readonly to: string
  /** Heading it stands under: 被災者支援システム, 管理. */
  readonly group: string
  /** Smaller stands higher; by tens. */
  readonly order: number
  /** The right without which the line is not shown. */
  readonly needs?: Pick<Endpoint, 'permission' | 'title'>
}

/** One entrance on the main menu. */
export type Tile = TileContent & {
  readonly group: string
  readonly order: number
  readonly needs?: Pick<Endpoint, 'permission' | 'title'>
}

/** One disaster in the selector of the header. */
export type DisasterChoice = { readonly disasterId: string; readonly name: string }

/** What the module of disasters lends to the header. */
export type DisasterSelector = {
  /** A hook that reads the town's disasters, newest first; `undefined` while they are on their way. */
  readonly useChoices: () => readonly DisasterChoice[] | undefined
  /** Page of 災害名新規登録, and the endpoint it needs. */
  readonly newPath: string
  readonly register: Pick<Endpoint, 'permission' | 'title'>
}

/** A part of the page of a victim, lent by a module that knows something about the person in this disaster. */
export type VictimPanel = {
  readonly key: string
  /** `null`: the panel draws its own heading, or nothing at all where it has nothing to say. */
  readonly title: string | null
  readonly order: number
  /** Stands before everything else on the page: what somebody has to know before reading on. */
  readonly first?: true
  readonly Panel: ComponentType<{ disasterId: string; personRef: string }>
  readonly needs?: Pick<Endpoint, 'permission' | 'title'>
}

/** A part of the 中間DB page of a person as of a number, lent by a module that keeps other businesses' data of people. */
export type ResidentPanel = {
  readonly key: string
  readonly order: number
  /** Draws its own heading; `purpose` is what the person at the screen gave before anything was opened. */
  readonly Panel: ComponentType<{ residentNo: string; seq: string; purpose: string }>
  readonly needs?: Pick<Endpoint, 'permission' | 'title'>
}

/** How a fact of the ledger is shown: what it is called, and what its codes say (「大規模半壊」). */
export type FactWords = {
  readonly label: string
  readonly describe?: (codes: Readonly<Record<string, string | number | boolean | null>>) => string
  /** By which of its codes people may be picked out (援護対象者抽出), in words. */
  readonly picked?: {
    readonly title: string
    readonly code: string
    readonly options: readonly { readonly value: string; readonly label: string }[]
  }
}

/** What `modules/<m>/web/staff.tsx` exports as `staffScreens`. */
export type StaffScreens = {
  /** `routes: (root) => [createRoute({ getParentRoute: () => root, path: '/disasters', component: DisastersPage })]` */
  readonly routes: (root: StaffRoot) => readonly AnyRoute[]
  readonly menu: readonly MenuEntry[]
  readonly tiles: readonly Tile[]
  readonly panels?: {
    readonly victimPage?: readonly VictimPanel[]
    readonly residentPage?: readonly ResidentPanel[]
    /** Facts this module tells the ledger, by kind: the timeline of a victim shows facts of all modules. */
    readonly facts?: Readonly<Record<string, FactWords>>
  }
  readonly disasterSelector?: DisasterSelector
  /** Stands under the header of every page: what everybody in the town has to know now. Draws nothing when there is nothing. */
  readonly bands?: readonly { readonly key: string; readonly Band: ComponentType }[]
}

const PanelsContext = createContext<NonNullable<StaffScreens['panels']>>({})

/** Gathers what modules lend to each other's pages; the app puts it around everything. */
export function PanelsProvider(props: { screens: readonly StaffScreens[]; children: ReactNode }): ReactNode {
  const victimPage = props.screens
    .flatMap((screen) => screen.panels?.victimPage ?? [])
    .toSorted((a, b) => a.order - b.order)
  const residentPage = props.screens
    .flatMap((screen) => screen.panels?.residentPage ?? [])
    .toSorted((a, b) => a.order - b.order)
  const facts = Object.fromEntries(
    props.screens.flatMap((screen) => Object.entries(screen.panels?.facts ?? {})),
  )
  return <PanelsContext value={{ victimPage, residentPage, facts }}>{props.children}</PanelsContext>
}

/** The words of facts of the ledger by their kind, as the modules that tell them word them. */
export function useFactWords(): Readonly<Record<string, FactWords>> {
  return useContext(PanelsContext).facts ?? {}
}

/** The panels lent to a page, in order. */
export function useVictimPanels(): readonly VictimPanel[] {
  return useContext(PanelsContext).victimPage ?? []
}
export function useResidentPanels(): readonly ResidentPanel[] {
  return useContext(PanelsContext).residentPage ?? []
}

/** The disaster selected in the header, from `?disaster=`; `null` when none is. */
export function useSelectedDisaster(): string | null {
  const search = useSearch({ strict: false }) as StaffSearch
  return search.disaster ?? null
}
