import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
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
