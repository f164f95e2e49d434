import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const publicFolder = path.resolve(import.meta.dirname, 'public')

/** Tells the service worker which files the app is made of: a new build is a new list, and so another worker. */
const shellList: Plugin = {
  name: 'shell-list',
  generateBundle(_options, bundle) {
    const made = Object.keys(bundle).filter((name) => name !== 'sw.js' && !name.endsWith('.html'))
    const files = [...made, ...fs.readdirSync(publicFolder)].map((name) => `/field/${name}`).sort()
    const edition = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16)
    const worker = bundle['sw.js']
    if (worker?.type !== 'chunk') throw new Error('no service worker in the build')
    worker.code = worker.code
      .replace(/(["'`])__EDITION__\1/, JSON.stringify(edition))
      .replace(/(["'`])__FILES__\1/, JSON.stringify(JSON.stringify(files)))
  },
}

export default defineConfig({
  base: '/field/',
  plugins: [react(), shellList],
  build: {
    // The Content-Security-Policy allows scripts and styles of this origin only: nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      input: {
        index: path.resolve(import.meta.dirname, 'index.html'),
        sw: path.resolve(import.meta.dirname, 'src/sw.ts'),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'zod', test: /[\\/]node_modules[\\/]zod[\\/]|zod-without-eval/ }] },
      },
    },
  },
  server: { port: 5176, proxy: { '/api': { target: 'http://localhost:8080', changeOrigin: false } } },
})
