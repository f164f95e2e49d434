import '@open-bcl/ui/zod-without-eval.ts'
import '@open-bcl/ui/theme/theme.css'
import '@open-bcl/modules/center/web/console/console.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { onSignedOut } from '@open-bcl/ui/api.ts'
import { nameSystem } from '@open-bcl/ui/layout/Page.tsx'
import { ToastProvider } from '@open-bcl/ui/layout/Toast.tsx'
import { queryClient, router } from './router.tsx'
import { systemName } from './screens.ts'
import { end, isAdmitted } from './session.ts'

nameSystem(systemName)
onSignedOut(() => {
  // Before the first admission the router itself leads to the sign-in page.
  if (!isAdmitted(queryClient)) return
  const { href } = router.state.location
  end(queryClient)
  void router.navigate({ to: '/sign-in', search: { returnTo: href } })
})

const place = document.getElementById('app')
if (place === null) throw new Error('index.html has no #app')
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
)
