import '@open-bcl/ui/zod-without-eval.ts'
import '@open-bcl/ui/theme/theme.css'
import { createRoot } from 'react-dom/client'
import { Kiosk, makeKiosk } from '@open-bcl/modules/center/web/kiosk.tsx'

const place = document.getElementById('app')
if (place === null) throw new Error('index.html has no #app')
createRoot(place).render(<Kiosk machine={makeKiosk()} />)
