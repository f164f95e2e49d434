import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/kiosk/',
  plugins: [react()],
  build: {
    // The Content-Security-Policy allows scripts and styles of this origin only: nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      // The machine's page, and public ones: what a town would pay, and what the back page of a certificate holds.
      input: ['index.html', 'cost.html', 'backpage.html'].map((page) =>
        path.resolve(import.meta.dirname, page),
      ),
      output: {
        // Schemas that pages share land in chunks that run before main.tsx: Zod and its switch must come before them all.
        codeSplitting: { groups: [{ name: 'zod', test: /[\\/]node_modules[\\/]zod[\\/]|zod-without-eval/ }] },
      },
    },
  },
  server: { port: 5174, proxy: { '/api': 'http://localhost:8081' } },
})
