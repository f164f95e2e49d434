import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page, type Crumb } from '@open-bcl/ui/layout/Page.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'

/** A page that is one form: afterwards, or when it is given up, back to where it came from. */
export function FormPage(props: {
  title: string
  lead?: ReactNode
  /** Where the form leads back to; `also` stands before it on the way here. */
  back: { readonly label: string; readonly to: string }
  also?: readonly Crumb[]
  needs: Pick<Endpoint, 'permission' | 'title'>
  /** Readings to fetch anew after it was sent. */
  invalidates: readonly Pick<Endpoint, 'name'>[]
  children: (done: (words: string, to?: string) => void, cancel: ReactNode) => ReactNode
}): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <Page
      title={props.title}
      lead={props.lead}
      width="narrow"
      crumbs={[{ label: '全国の状況', to: '/' }, ...(props.also ?? []), props.back, { label: props.title }]}
    >
      <Allowed to={props.needs}>
        {props.children(
          (words, to = props.back.to) => {
            toast(words)
            for (const { name } of props.invalidates) void queries.invalidateQueries({ queryKey: [name] })
            void navigate({ to })
          },
          <Link to={props.back.to} className="button">
            やめる
          </Link>,
        )}
      </Allowed>
    </Page>
  )
}
