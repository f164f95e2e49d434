import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    // The Content-Security-Policy allows scripts and styles of this origin only: nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      // The staff console, and the public page that anybody's phone opens.
      input: ['index.html', 'verify.html'].map((page) => path.resolve(import.meta.dirname, page)),
      output: {
        // Schemas of lazy pages land in chunks that run before main.tsx: Zod and its switch must come before them all.
        codeSplitting: { groups: [{ name: 'zod', test: /[\\/]node_modules[\\/]zod[\\/]|zod-without-eval/ }] },
      },
    },
  },
  // The server compares Origin with Host, so the proxy must leave Host alone.
  server: { port: 5173, proxy: { '/api': { target: 'http://localhost:8080', changeOrigin: false } } },
})
