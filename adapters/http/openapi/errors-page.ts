/** The reference of all error codes: where the `type` of a problem points to. */
import { STATUS_CODES } from 'node:http'
import { errorCodes } from '../error-codes.ts'

const row = ([code, { status, meaning }]: readonly [string, { status: number; meaning: string }]): string =>
  `<tr id="${code}"><td><a href="#${code}"><code>${code}</code></a></td><td>${status} ${STATUS_CODES[status] ?? ''}</td><td>${escaped(meaning)}</td></tr>`

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

export const errorsPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Error codes of the library’s API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/page.css">
  </head>
  <body>
    <header><h1>Error codes</h1><nav><a href="/docs">The API</a></nav></header>
    <main class="errors">
      <p>The <code>code</code> of an error never changes its meaning; its <code>message</code> is for people, and may. In RFC 9457 (<code>application/problem+json</code>) <code>type</code> points here.</p>
      <table>
        <thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">what it means</th></tr></thead>
        <tbody>
${Object.entries(errorCodes).map(row).join('\n')}
        </tbody>
      </table>
    </main>
  </body>
</html>
`
