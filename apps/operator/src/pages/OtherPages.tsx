import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'

/** Shown in place of a page that could not be loaded or drawn. */
export function FailedPage(props: ErrorComponentProps): ReactNode {
  const router = useRouter()
  return (
    <div className="page">
      <h1>表示できませんでした</h1>
      <ErrorSummary
        error={props.error}
        actions={
          <p>
            <Button onClick={() => void router.invalidate()}>もう一度読み込む</Button>
          </p>
        }
      />
    </div>
  )
}

export function NotFoundPage(): ReactNode {
  return (
    <Page title="ページが見つかりません" lead="アドレスが誤っているか、ページがなくなった可能性があります。">
      <p>
        <Link to="/">全国の状況へ</Link>
      </p>
    </Page>
  )
}
