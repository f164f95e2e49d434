import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/operator/',
  plugins: [react()],
  build: {
    // The Content-Security-Policy allows scripts and styles of this origin only: nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      // The operators' console; for anybody, the guide of residents and the page a told contact answers on.
      input: ['index.html', 'guide.html', 'notice.html'].map((page) =>
        path.resolve(import.meta.dirname, page),
      ),
      output: {
        // Schemas of lazy pages land in chunks that run before main.tsx: Zod and its switch must come before them all.
        codeSplitting: { groups: [{ name: 'zod', test: /[\\/]node_modules[\\/]zod[\\/]|zod-without-eval/ }] },
      },
    },
  },
  server: { port: 5175, proxy: { '/api': { target: 'http://localhost:8081', changeOrigin: false } } },
})
